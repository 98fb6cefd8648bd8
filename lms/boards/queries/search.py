"""Posts found by their words: which, in which order, and what a page shows of them.

The same formula on every database: whole numbers, of the newest that match, ties by age. What
somebody may not read is left out in the statement that finds it, so it is not counted either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from lms.accounts.models import Person
from lms.boards.models import (
    Post,
    PostState,
    PostTerms,
    PostText,
    TagKind,
    TextOrigin,
    Thread,
    ThreadKind,
)
from lms.boards.queries.about import tagged
from lms.boards.queries.matching import has_whole, matching
from lms.boards.queries.reach import Reach, Sort, any_reader, is_listed, readable_boards
from lms.boards.rules.search import Kinds, Query, folded_text
from lms.core.db import UTCDateTime, db, execute
from lms.core.text import TextInLanguages
from lms.organisations.models import Affiliation, City

NEWEST = 500

_NOW: Any = bindparam("now", type_=UTCDateTime)

IN_TITLE = 8
AS_TYPED = 4
ACCEPTED = 3
# The logarithm of the likes, in steps every database counts alike.
LIKES = ((Post.likes >= 16, 3), (Post.likes >= 4, 2), (Post.likes >= 1, 1))


@dataclass(frozen=True)
class Wish:
    """What narrows a search besides its words; what is None or empty does not."""

    board_id: int | None = None
    language: str | None = None
    tags: tuple[tuple[TagKind, str], ...] = ()
    city: str | None = None  # the slug of where the author works
    since: datetime | None = None
    until: datetime | None = None
    kinds: Kinds = Kinds.ALL


class Candidate(NamedTuple):
    """A post that was found, and how well it fits."""

    score: int
    post_id: int


class Found(NamedTuple):
    """The best of what is found, as many as were asked for, and how much is found in all."""

    best: Sequence[Candidate]
    total: int


def found_posts(
    query: Query,
    wish: Wish,
    reach: Reach,
    now: datetime,
    *,
    after: Candidate | None = None,
    limit: int = 2 * NEWEST,
) -> Found:
    """Return the best of what is found, `after` another: of the newest with all words in the
    title or anywhere.

    One statement; two when a phrase must be looked for in the texts, or when nothing is left.
    """
    if query.is_empty:
        return Found([], 0)
    scored = _scored(query, wish, reach).cte("scored")
    values = {**reach.values, "now": now}
    if query.has_phrases:
        candidates = (Candidate(*row) for row in execute(select(scored), values))
        found = _with_phrases(query, sorted(candidates, reverse=True))
        rest = [each for each in found if after is None or each < after]
        return Found(rest[:limit], len(found))
    total = select(func.count()).select_from(scored).scalar_subquery()
    page = select(scored, total).order_by(scored.c.score.desc(), scored.c.id.desc()).limit(limit)
    if after is not None:
        page = page.where(
            or_(
                scored.c.score < after.score,
                and_(scored.c.score == after.score, scored.c.id < after.post_id),
            )
        )
    rows = execute(page, values).all()
    if not rows and after is not None:
        return Found([], found_posts(query, wish, reach, now, limit=1).total)
    return Found([Candidate(*row[:2]) for row in rows], rows[0][2] if rows else 0)


def _scored(query: Query, wish: Wish, reach: Reach) -> Select[*tuple[Any, ...]]:
    conditions = [*_reachable(reach.sort), *_wished(wish)]
    newest = union_all(
        *(_newest(query, conditions, in_title=in_title) for in_title in (True, False))
    ).subquery()
    found = (
        select(newest.c.post_id, func.max(newest.c.in_title).label("in_title"))
        .group_by(newest.c.post_id)
        .subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(_score(query, found.c.in_title).label("score"), Post.id.label("id"))
        .join(found, found.c.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
    )
    if query.can_be_inexact:
        statement = statement.join(PostTerms, PostTerms.post_id == Post.id)
    return statement


def _newest(
    query: Query, conditions: Sequence[ColumnElement[bool]], *, in_title: bool
) -> Select[Any]:
    match = matching(query, in_title=in_title)
    newest = (
        select(match.post_id.label("post_id"), literal(int(in_title)).label("in_title"))
        .select_from(match.source)
        .join(Post, Post.id == match.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(match.condition, *conditions)
        .order_by(match.post_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    return select(newest.c.post_id, newest.c.in_title)


def _score(query: Query, in_title: ColumnElement[int]) -> ColumnElement[int]:
    score = in_title * IN_TITLE + case(*LIKES, else_=0)
    score += case((Thread.accepted_number == Post.number, ACCEPTED), else_=0)
    if query.can_be_inexact:
        score += case((has_whole(query.exact), AS_TYPED), else_=0)
    return score.cast(Integer)


@cache
def _reachable(sort: Sort) -> Sequence[ColumnElement[bool]]:
    reach = any_reader(sort)
    return (
        Post.state == PostState.PUBLISHED,
        is_listed(reach, _NOW),
        Thread.board_id.in_(readable_boards(reach)),
    )


def _wished(wish: Wish) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Thread.id.in_(tagged(kind, value)) for kind, value in wish.tags
    ]
    if wish.board_id is not None:
        conditions.append(Thread.board_id == wish.board_id)
    if wish.language:
        texts = select(PostText.id).where(
            PostText.post_id == Post.id, PostText.language == wish.language
        )
        conditions.append(texts.exists())
    if wish.city:
        there = (
            select(Affiliation.person_id)
            .join(City, City.id == Affiliation.city_id)
            .where(City.slug == wish.city)
        )
        conditions.append(Post.author_id.in_(there))
    if wish.since is not None:
        conditions.append(Post.published_at >= wish.since)
    if wish.until is not None:
        conditions.append(Post.published_at < wish.until)
    if wish.kinds != Kinds.ALL:
        conditions.append(Thread.kind == ThreadKind.QUESTION)
    if wish.kinds == Kinds.SOLVED:
        conditions.append(Thread.accepted_number.is_not(None))
    return conditions


def _with_phrases(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return those in whose texts the phrases stand, each in one language, and none unwanted."""
    ids = [each.post_id for each in candidates]
    standing: dict[int, set[int]] = defaultdict(set)
    unwanted: set[int] = set()
    for post_id, *texts, parts in db.session.execute(
        select(PostText.post_id, PostText.title, PostText.body, PostText.parts).where(
            PostText.post_id.in_(ids)
        )
    ):
        text = folded_text([*texts, *(parts or {}).values()])
        standing[post_id] |= {n for n, each in enumerate(query.phrases) if each.stands_in(text)}
        if any(each.stands_in(text) for each in query.excluded_phrases):
            unwanted.add(post_id)
    return [
        each
        for each in candidates
        if len(standing[each.post_id]) == len(query.phrases) and each.post_id not in unwanted
    ]


# --- what a page shows of what was found -----------------------------------------------


@dataclass
class Hit:
    """A post that was found, with its thread and author; texts by language, the original first."""

    post_id: int
    number: int
    published_at: datetime
    likes: int
    thread_id: int
    board_id: int
    kind: ThreadKind
    answers: int
    accepted_number: int | None
    author: str
    author_in_own_script: str
    city: TextInLanguages | None
    titles: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    unchecked: set[str] = field(default_factory=set)  # languages of a machine's drafts

    @property
    def is_accepted(self) -> bool:
        """Tell whether it is the answer that has helped."""
        return self.number == self.accepted_number

    @property
    def is_answer(self) -> bool:
        """Tell whether it stands below the first post of its thread."""
        return self.number > 1


_HITS = (
    select(
        Post.id,
        Post.number,
        Post.published_at,
        Post.likes,
        Thread.id,
        Thread.board_id,
        Thread.kind,
        Thread.answers,
        Thread.accepted_number,
        Person.full_name,
        Person.name_in_own_script,
        City.name,
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Affiliation, Affiliation.person_id == Post.author_id)
    .outerjoin(City, City.id == Affiliation.city_id)
    .where(Post.id.in_(bindparam("post_ids", expanding=True)))
)


def hits_of(post_ids: Sequence[int]) -> list[Hit]:
    """Return posts found before as a page shows them, in their order; in two statements."""
    if not post_ids:
        return []
    rows = execute(_HITS, {"post_ids": list(post_ids)})
    found: Mapping[int, Hit] = {row[0]: Hit(*row) for row in rows}
    _add_texts(found)
    return [found[post_id] for post_id in post_ids if post_id in found]


_IS_HIT = Post.id.in_(bindparam("post_ids", expanding=True))
_TEXTS = (
    select(
        Post.id,
        Post.thread_id,
        Post.number,
        PostText.language,
        PostText.origin == TextOrigin.MACHINE,
        PostText.title,
        case((_IS_HIT, PostText.body), else_=""),
        case((_IS_HIT, PostText.parts)),
    )
    .join(PostText, PostText.post_id == Post.id)
    .where(
        or_(
            _IS_HIT,
            and_(
                Post.thread_id.in_(bindparam("thread_ids", expanding=True)),
                Post.number == 1,
            ),
        )
    )
    .order_by(PostText.is_original.desc(), PostText.id)
)


def _add_texts(found: Mapping[int, Hit]) -> None:
    """Add the texts of each post and the titles of its thread."""
    thread_ids = {hit.thread_id for hit in found.values()}
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for row in execute(_TEXTS, {"post_ids": list(found), "thread_ids": list(thread_ids)}):
        post_id, thread_id, number, language, is_draft, title, body, parts = row
        if number == 1 and not is_draft:
            titles[thread_id][language] = title
        if post_id in found:
            words = [body, *(parts or {}).values()]
            found[post_id].texts[language] = "\n\n".join(filter(None, words))
            if is_draft:
                found[post_id].unchecked.add(language)
    for hit in found.values():
        hit.titles = titles[hit.thread_id]
