"""The page of a thread: its posts as this reader sees them, with their words made readable."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from lms.boards.attaching import named_files
from lms.boards.forms.posting import PART_WORDS
from lms.boards.models import CASE_PARTS, PostState
from lms.boards.permissions import BAR_WORDS, ThreadView
from lms.boards.queries.about import TagLine, tags_of
from lms.boards.queries.files import FileLine, linked_files
from lms.boards.queries.thread_page import (
    PostLine,
    Reading,
    TextLine,
    Viewing,
    names_of,
    posts_of,
    texts_of,
)
from lms.boards.queries.version import read_once
from lms.boards.rules.access import may_edit, may_see_post
from lms.boards.rules.pages import PostPages
from lms.boards.rules.translations import (
    by_people,
    draft_beside,
    is_outdated,
    original_among,
    reading_order,
    shown_first,
)
from lms.core.kept import Kept
from lms.i18n.formats import set_content_preferences
from lms.i18n.languages import content_preferences, page_language
from lms.web.markdown import LinkedPerson, markdown

MOST_MENTIONED = 200
DESCRIPTION_LENGTH = 160

_NAMED_FILE = re.compile(r"\(file:([0-9]{1,9})\b")
_MENTION = re.compile(r"\(person:([0-9]{1,9})\)")
_rendered: Kept[Markup] = Kept(4000)

TextsOfPosts = Mapping[int, Sequence[TextLine]]
FilesOfPosts = Mapping[int, Sequence[FileLine]]

# What is said on a page, in all languages, and the files that go with it.
_said: Kept[tuple[TextsOfPosts, FilesOfPosts]] = Kept(100)


@dataclass(frozen=True)
class ShownText:
    """The words of a post in one language, as HTML in the parts it has."""

    text: TextLine
    parts: Sequence[tuple[str, Markup]]


@dataclass(frozen=True)
class ShownPost:
    """A post with what its reader sees of it; without `text` only that there is one.

    `original` are its author's words where others are seen first, `draft` what a machine made of
    it in the language of the page.
    """

    line: PostLine
    texts: Sequence[TextLine]
    text: TextLine | None
    parts: Sequence[tuple[str, Markup]]
    files: Sequence[FileLine]  # that the text does not name
    original: ShownText | None
    draft: ShownText | None
    is_own: bool
    is_asker: bool
    is_accepted: bool
    can_edit: bool

    @property
    def is_translated(self) -> bool:
        """Tell whether its reader sees other words than its author's first."""
        return self.text is not None and not self.text.is_original

    @property
    def is_outdated(self) -> bool:
        """Tell whether its author has changed it since the words were translated."""
        if self.text is None or self.original is None:
            return False
        return is_outdated(self.text, self.original.text)

    @property
    def others(self) -> list[TextLine]:
        """Return the translations by people that can be read besides."""
        return [text for text in by_people(self.texts) if text is not self.text]


@dataclass(frozen=True)
class Around:
    """By what of its thread, and of what its reader may do there, a post is shown."""

    thread_id: int
    is_open: bool  # everybody who reads the board sees the thread
    can_answer: bool
    can_accept: bool
    can_translate: bool
    moderates: bool
    run_id: int | None  # the run in which its reader and who writes there can write to each other


@dataclass(frozen=True)
class ThreadPage:
    """What stands on one page of a thread."""

    view: ThreadView
    pages: PostPages
    title: TextLine
    posts: Sequence[ShownPost]
    accepted: ShownPost | None  # shown a second time, right under the question
    tags: Sequence[TagLine]
    reading: Reading
    description: str

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Return the numbers of the posts that stand here."""
        return frozenset(shown.line.number for shown in self.posts)

    @cached_property
    def around(self) -> Around:
        """Return by what its posts are shown besides themselves."""
        return Around(
            thread_id=self.view.thread.id,
            is_open=self.view.thread.state == PostState.PUBLISHED,
            can_answer=self.view.can_answer,
            can_accept=self.view.can_accept,
            can_translate=self.view.can_translate,
            moderates=self.view.moderates,
            run_id=self.view.board.run_id if self.view.board.standing.is_in_run else None,
        )

    @property
    def first_unread(self) -> int | None:
        """Return the number of the first post on this page that came since the reader was here."""
        last_read = self.reading.last_read
        if not last_read or not self.reading.new_posts:
            return None
        return next(
            (
                shown.line.number
                for shown in self.posts
                if shown.line.number > last_read and shown.line.state == PostState.PUBLISHED
            ),
            None,
        )

    @property
    def read_to(self) -> int | None:
        """Return up to where somebody has read who comes to the end; None when that is known."""
        last = max(self.numbers, default=0)
        return last if last > (self.reading.last_read or 0) else None

    @property
    def bar_words(self) -> str:
        """Return why this reader cannot answer; "" where they can, or need only sign in."""
        if self.view.can_answer or not current_user.is_authenticated:
            return ""
        if self.view.bar is not None:
            return str(BAR_WORDS[self.view.bar]())
        if self.view.thread.state != PostState.PUBLISHED:
            return _("Answers are taken once this thread can be seen by all.")
        return _("This thread is locked: no more answers are taken.")


def thread_page(view: ThreadView, number: int, now: datetime) -> ThreadPage:
    """Return the page of a thread on which a post stands."""
    thread = view.thread
    pages = PostPages.around(number, thread.posts_count)
    accepted = thread.accepted_number if pages.first == 1 else None
    lines, reading = posts_of(
        Viewing(
            thread_id=thread.id,
            first=pages.first,
            last=pages.last,
            besides=[1, accepted] if accepted else [1],
            reader_id=current_user.id,
            moderates=view.moderates,
            run_id=view.board.run_id,
        )
    )
    set_content_preferences(content_preferences(city=reading.city_languages))
    shown = _shown(view, lines, reading_order(page_language(), reading.city_languages), now)
    here = [each for each in shown if pages.first <= each.line.number <= pages.last]
    title = next(each for each in shown if each.line.number == 1).text
    assert title is not None  # the first post is in the state of its thread
    return ThreadPage(
        view=view,
        pages=pages,
        title=title,
        posts=here,
        accepted=_accepted(here, shown),
        tags=tags_of([thread.id]).get(thread.id, []),
        reading=reading,
        description=_description(here),
    )


def _accepted(here: Sequence[ShownPost], shown: Sequence[ShownPost]) -> ShownPost | None:
    """Return the accepted answer, unless it follows the question anyway."""
    answer = next((each for each in shown if each.is_accepted), None)
    return None if answer is None or answer in here[:2] else answer


def _description(posts: Sequence[ShownPost]) -> str:
    """Return how the text of a first page begins, for search engines."""
    if not posts or posts[0].line.number != 1:
        return ""
    words = " ".join(part.striptags() for _heading, part in posts[0].parts)
    if len(words) <= DESCRIPTION_LENGTH:
        return words
    return words[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + "…"


def _shown(
    view: ThreadView, lines: Sequence[PostLine], order: Sequence[str], now: datetime
) -> list[ShownPost]:
    reader_id = current_user.id
    own = {line.id for line in lines if reader_id is not None and line.author_id == reader_id}
    seen = {line.id for line in lines if _may_see(view, line, is_own=line.id in own)}
    texts, files = read_once(
        _said,
        view.board.boards_version,
        frozenset(seen),
        lambda: (texts_of(seen), linked_files(seen)),
    )
    chosen = {post_id: shown_first(found, order) for post_id, found in texts.items()}
    originals = {
        post_id: original_among(texts[post_id])
        for post_id, first in chosen.items()
        if not first.is_original
    }
    drafts = {
        post_id: draft_beside(texts[post_id], first, page_language())
        for post_id, first in chosen.items()
    }
    people = _people([*chosen.values(), *originals.values(), *filter(None, drafts.values())])
    return [
        ShownPost(
            line=line,
            texts=texts.get(line.id, []),
            text=chosen.get(line.id),
            parts=parts_of(chosen[line.id], people, files.get(line.id, ()))
            if line.id in chosen
            else [],
            files=unnamed_files(chosen.get(line.id), files.get(line.id, ())),
            original=_shown_text(originals.get(line.id), people, files),
            draft=_shown_text(drafts.get(line.id), people, files),
            is_own=line.id in own,
            is_asker=line.author_id == view.thread.author_id and line.number > 1,
            is_accepted=line.number == view.thread.accepted_number,
            can_edit=view.bar is None
            and may_edit(
                is_author=line.id in own,
                state=PostState(line.state),
                published_at=line.published_at,
                is_read_first=view.board.is_read_first,
                now=now,
            ),
        )
        for line in lines
    ]


def _shown_text(
    text: TextLine | None, people: dict[int, LinkedPerson], files: FilesOfPosts
) -> ShownText | None:
    if text is None:
        return None
    return ShownText(text, parts_of(text, people, files.get(text.post_id, ())))


def readable(texts: Sequence[TextLine]) -> list[ShownText]:
    """Return words of posts as HTML, for pages that show them by themselves."""
    people = _people(texts)
    files = linked_files({text.post_id for text in texts})
    return [ShownText(text, parts_of(text, people, files.get(text.post_id, ()))) for text in texts]


def _may_see(view: ThreadView, line: PostLine, *, is_own: bool) -> bool:
    return may_see_post(PostState(line.state), is_author=is_own, moderates=view.moderates)


# --- words -----------------------------------------------------------------------------


def _people(texts: Sequence[TextLine]) -> dict[int, LinkedPerson]:
    """Return whom texts speak to, by their names of today: who has written in the same thread."""
    ids = {
        int(number)
        for text in texts
        for words in (text.body, *(text.parts or {}).values())
        for number in _MENTION.findall(words)
    }
    beside = {text.post_id for text in texts}
    names = names_of(sorted(ids)[:MOST_MENTIONED], beside=beside)
    return {person_id: LinkedPerson(name) for person_id, name in names.items()}


def parts_of(
    text: TextLine, people: dict[int, LinkedPerson], files: Sequence[FileLine] = ()
) -> list[tuple[str, Markup]]:
    """Return the words of a post as HTML, in the parts it has; most have one without a heading."""
    said = [(name, (text.parts or {}).get(name, "")) for name in CASE_PARTS]
    parts = [
        (str(PART_WORDS[name]), _html((text.id, text.revision, name), words, people, files))
        for name, words in said
        if words
    ]
    if text.body or not parts:
        parts.append(("", _html((text.id, text.revision, ""), text.body, people, files)))
    return parts


def unnamed_files(text: TextLine | None, files: Sequence[FileLine]) -> list[FileLine]:
    """Return the files of a post that have no place in its text."""
    if text is None or not files:
        return []
    words = "\n".join([text.body, *(text.parts or {}).values()])
    named = {int(number) for number in _NAMED_FILE.findall(words)}
    return [file for file in files if file.id not in named]


def _html(
    of: tuple[Any, ...],
    words: str,
    people: dict[int, LinkedPerson],
    files: Sequence[FileLine],
) -> Markup:
    named = {int(number) for number in _MENTION.findall(words)}
    spoken_to = tuple(sorted((each, people[each].name) for each in named if each in people))
    numbers = {int(number) for number in _NAMED_FILE.findall(words)}
    shown = tuple(file for file in files if file.id in numbers)
    key = (*of, page_language(), spoken_to, tuple(file.id for file in shown))
    kept = _rendered.get(key)
    if kept is not None:
        return kept
    return _rendered.keep(key, markdown(words, named_files(shown), people.get, is_post=True))
