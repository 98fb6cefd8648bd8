"""The page of a search: what was found, each with the piece of it that shows why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.boards.forms.search import SearchForm
from lms.boards.permissions import reach_of
from lms.boards.queries import related
from lms.boards.queries.search import NEWEST, Candidate, Hit, found_posts, hits_of
from lms.boards.rules.excerpts import Excerpt, best_excerpt, marked
from lms.boards.rules.search import Query, query_of, terms_of_title

ON_A_PAGE = 20


@dataclass(frozen=True)
class ShownHit:
    """A post that was found, its title and excerpt in the language in which the words stand."""

    hit: Hit
    title: Excerpt
    excerpt: Excerpt | None

    @property
    def is_unchecked(self) -> bool:
        """Tell whether the excerpt is of a machine's draft."""
        return self.excerpt is not None and self.excerpt.language in self.hit.unchecked


@dataclass(frozen=True)
class FoundPage:
    """A page of what was found. `total` of more than NEWEST is not counted to its end."""

    hits: Sequence[ShownHit]
    total: int
    is_first: bool
    following: str | None

    @property
    def is_cut(self) -> bool:
        """Tell whether more may match than was looked at."""
        return self.total >= NEWEST


def find(
    form: SearchForm, after: str, reader: Any, languages: Sequence[str], now: datetime
) -> FoundPage | None:
    """Return a page of what is found; None when no word is asked for.

    `languages` are those of the reader, best first; `after` is where the page before ended.
    """
    query = query_of(form.q.data or "")
    if query.is_empty:
        return None
    place = _place(after)
    found = found_posts(
        query, form.wish, reach_of(reader, now), now, after=place, limit=ON_A_PAGE + 1
    )
    page = found.best[:ON_A_PAGE]
    return FoundPage(
        hits=[_shown(hit, query, languages) for hit in hits_of([each.post_id for each in page])],
        total=found.total,
        is_first=place is None,
        following=f"{page[-1].score}-{page[-1].post_id}" if len(found.best) > ON_A_PAGE else None,
    )


def _place(after: str) -> Candidate | None:
    score, _dash, post_id = after.partition("-")
    is_place = all(
        part.isascii() and part.isdecimal() and len(part) < 10 for part in (score, post_id)
    )
    return Candidate(int(score), int(post_id)) if is_place else None


def _shown(hit: Hit, query: Query, languages: Sequence[str]) -> ShownHit:
    checked = [language for language in languages if language not in hit.unchecked]
    title = best_excerpt(hit.titles, query.words, languages, length=200)
    title = Excerpt(title.language, marked(hit.titles[title.language], query.words))
    texts = {language: text for language, text in hit.texts.items() if text}
    return ShownHit(hit, title, best_excerpt(texts, query.words, checked) if texts else None)


def related_threads(
    reader: Any, title: str, board_id: int | None, now: datetime
) -> list[related.RelatedThread]:
    """Return the threads a reader may want to look at before asking a question with this title."""
    return related.related_threads(terms_of_title(title), board_id, reach_of(reader, now), now)
