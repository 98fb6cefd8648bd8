"""Reads for the list of boards and the page of one: threads in order, their titles and tags."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Select, and_, exists, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.boards.models import (
    Board,
    BoardMark,
    Following,
    NoticeAudience,
    Post,
    PostState,
    PostText,
    TagKind,
    TextOrigin,
    Thread,
    ThreadKind,
    ThreadMark,
    ThreadTag,
)
from lms.boards.queries.boards import BoardHead, board_heads, head_of
from lms.boards.queries.reach import Condition, Reach, is_for, is_listed
from lms.boards.rules.messages import Place
from lms.boards.rules.pages import NEW_FOR, Filter, Tag, shown_first
from lms.core.db import UTCDateTime, db
from lms.core.text import TextInLanguages
from lms.courses.models import Curriculum
from lms.organisations.models import Affiliation, City

# --- the list of boards ----------------------------------------------------------------


@dataclass(frozen=True)
class BoardLine:
    """A board as the list of all shows it: how many threads, since when, whether some are new."""

    head: BoardHead
    threads: int
    last_at: datetime | None
    has_unread: bool


def board_lines(reach: Reach, now: datetime) -> list[BoardLine]:
    """Return the boards somebody may read, those of the site in their order, in one statement."""
    listed = and_(Thread.board_id == Board.id, is_listed(reach, now))
    threads = select(func.count()).select_from(Thread).where(listed).correlate(Board)
    last = select(func.max(Thread.last_post_at)).where(listed).correlate(Board)
    rows = db.session.execute(
        board_heads(reach)
        .add_columns(
            threads.scalar_subquery(), last.scalar_subquery(), _has_unread(reach, listed, now)
        )
        .order_by(Board.position, Board.id.desc())
    )
    return [BoardLine(head_of(row, reach), row[21], row[22], bool(row[23])) for row in rows]


def _has_unread(reach: Reach, listed: Condition, now: datetime) -> Any:
    """Return whether a `Board` has a thread somebody has not read to its end and not muted."""
    if reach.person_id is None:
        return literal(False)
    mark = aliased(ThreadMark)
    unread = (
        select(Thread.id)
        .outerjoin(mark, and_(mark.thread_id == Thread.id, mark.person_id == reach.person_id))
        .where(
            listed,
            Thread.last_post_at > now - NEW_FOR,
            or_(mark.thread_id.is_(None), mark.following != Following.MUTED),
            has_more(func.coalesce(mark.last_read, 0)),
        )
    )
    return unread.correlate(Board).exists()


def has_more(last_read: Any) -> Condition:
    """Return whether a `Thread` has a post others see after the number read last."""
    posts = aliased(Post)
    return exists(
        select(posts.id).where(
            posts.thread_id == Thread.id,
            posts.number > last_read,
            posts.state == PostState.PUBLISHED,
        )
    )


# --- threads ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ThreadLine:
    """A thread as lists show it."""

    id: int
    board_id: int
    kind: ThreadKind
    state: PostState
    first_post_id: int
    author_id: int
    author_name: str
    city_name: TextInLanguages | None
    answers: int
    accepted_number: int | None
    is_pinned: bool
    is_locked: bool
    audience: NoticeAudience
    expires_at: datetime | None
    task_lesson_id: int | None
    last_post_at: datetime
    last_read: int | None
    is_unread: bool

    @property
    def is_solved(self) -> bool:
        """Tell whether an answer has been accepted."""
        return self.accepted_number is not None

    @property
    def place(self) -> Place:
        """Return where the list goes on after it."""
        return Place(int(self.is_pinned), self.last_post_at, self.id)


def thread_lines(reach: Reach, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the statement of threads as lists show them, of any board and in any state."""
    mark = aliased(ThreadMark)
    last_read = mark.last_read if reach.person_id is not None else literal(None)
    statement = (
        select(
            Thread.id,
            Thread.board_id,
            Thread.kind,
            Thread.state,
            Post.id,
            Thread.author_id,
            display_name(),
            City.name,
            Thread.answers,
            Thread.accepted_number,
            Thread.is_pinned,
            Thread.is_locked,
            Thread.audience,
            Thread.expires_at,
            Thread.task_lesson_id,
            Thread.last_post_at,
            last_read,
            _is_unread(reach, mark, now),
        )
        .join(Post, and_(Post.thread_id == Thread.id, Post.number == 1))
        .join(Person, Person.id == Thread.author_id)
        .outerjoin(Affiliation, Affiliation.person_id == Thread.author_id)
        .outerjoin(City, City.id == Affiliation.city_id)
    )
    if reach.person_id is None:
        return statement
    return statement.outerjoin(
        mark, and_(mark.thread_id == Thread.id, mark.person_id == reach.person_id)
    )


def display_name() -> Any:
    """Return the name a `Person` goes by (`Person.display_name`) as a column."""
    return func.coalesce(func.nullif(Person.name_in_own_script, ""), Person.full_name)


def _is_unread(reach: Reach, mark: Any, now: datetime) -> Any:
    if reach.person_id is None:
        return literal(False)
    is_news = or_(mark.thread_id.is_not(None), Thread.last_post_at > now - NEW_FOR)
    is_heard = or_(mark.thread_id.is_(None), mark.following != Following.MUTED)
    return and_(is_news, is_heard, has_more(func.coalesce(mark.last_read, 0)))


def threads_of_board(
    board_id: int,
    reach: Reach,
    now: datetime,
    *,
    wanted: Filter,
    tag: Tag | None,
    after: Place | None,
    limit: int,
) -> list[ThreadLine]:
    """Return threads of a board in order: pinned ones first, then those last written in.

    What waits for an answer is in the order of time alone.
    """
    statement = thread_lines(reach, now).where(
        Thread.board_id == board_id, _wanted(wanted, reach, now)
    )
    if tag is not None:
        statement = statement.where(Thread.id.in_(_tagged(tag)))
    by_pin = wanted != Filter.UNANSWERED
    order = [Thread.is_pinned, Thread.last_post_at, Thread.id][0 if by_pin else 1 :]
    if after is not None:
        values = [
            literal(bool(after.rank), Boolean()),
            literal(after.at, UTCDateTime()),
            literal(after.id),
        ]
        statement = statement.where(tuple_(*order) < tuple_(*values[0 if by_pin else 1 :]))
    rows = db.session.execute(statement.order_by(*(each.desc() for each in order)).limit(limit))
    return [ThreadLine(*row) for row in rows]


def _wanted(wanted: Filter, reach: Reach, now: datetime) -> Condition:
    if wanted == Filter.EXPIRED:
        return and_(Thread.state == PostState.PUBLISHED, is_for(reach), Thread.expires_at <= now)
    kinds: Mapping[Filter, Condition] = {
        Filter.QUESTIONS: Thread.kind == ThreadKind.QUESTION,
        Filter.UNANSWERED: and_(
            Thread.kind == ThreadKind.QUESTION,
            Thread.accepted_number.is_(None),
            Thread.answers == 0,
        ),
        Filter.CASES: Thread.kind == ThreadKind.CASE,
    }
    return and_(is_listed(reach, now), kinds.get(wanted, true()))


def _tagged(tag: Tag) -> Select[int]:
    """Return the ids of the threads about something; a goal has its targets with it."""
    is_it = ThreadTag.value == tag.value
    if tag.kind == TagKind.SDG and "." not in tag.value:
        is_it = or_(is_it, ThreadTag.value.startswith(f"{tag.value}.", autoescape=True))
    return select(ThreadTag.thread_id).where(ThreadTag.kind == tag.kind, is_it)


# --- titles and tags -------------------------------------------------------------------


@dataclass(frozen=True)
class Title:
    """The title of a thread in one language."""

    text: str
    language: str
    is_original: bool
    origin: TextOrigin


def titles_of(first_post_ids: Collection[int], order: Sequence[str]) -> dict[int, Title]:
    """Return the titles of threads by their first posts, each as this reader sees it first."""
    if not first_post_ids:
        return {}
    rows = db.session.execute(
        select(
            PostText.post_id,
            PostText.title,
            PostText.language,
            PostText.is_original,
            PostText.origin,
        ).where(PostText.post_id.in_(first_post_ids))
    )
    found: dict[int, list[Title]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(Title(*row[1:]))
    return {post_id: shown_first(titles, order) for post_id, titles in found.items()}


@dataclass(frozen=True)
class TagLine:
    """What a thread is about; fields and cities with their names, goals by their numbers."""

    kind: TagKind
    value: str
    name: TextInLanguages | None


_TAG_NAMES = (
    (ThreadTag.kind == TagKind.FIELD, Curriculum, Curriculum.code),
    (ThreadTag.kind == TagKind.CITY, City, City.slug),
)


def tags_of(thread_ids: Collection[int]) -> dict[int, list[TagLine]]:
    """Return what threads are about, in one statement."""
    if not thread_ids:
        return {}
    statement = select(
        ThreadTag.thread_id, ThreadTag.kind, ThreadTag.value, Curriculum.title, City.name
    )
    for is_kind, named, code in _TAG_NAMES:
        statement = statement.outerjoin(named, and_(is_kind, code == ThreadTag.value))
    rows = db.session.execute(
        statement.where(ThreadTag.thread_id.in_(thread_ids)).order_by(
            ThreadTag.kind.desc(), ThreadTag.value
        )
    )
    found: dict[int, list[TagLine]] = {}
    for thread_id, kind, value, field, city in rows:
        found.setdefault(thread_id, []).append(TagLine(TagKind(kind), value, field or city))
    return found


def name_of_tag(tag: Tag) -> TextInLanguages | None:
    """Return the name of a field or city; None for a goal and for what is neither."""
    if tag.kind == TagKind.FIELD:
        return db.session.scalar(select(Curriculum.title).where(Curriculum.code == tag.value))
    if tag.kind == TagKind.CITY:
        return db.session.scalar(select(City.name).where(City.slug == tag.value))
    return None


def following_of_board(person_id: int, board_id: int) -> Following:
    """Return what somebody wants to hear of a board."""
    found = db.session.scalar(
        select(BoardMark.following).where(
            BoardMark.person_id == person_id, BoardMark.board_id == board_id
        )
    )
    return Following(found or Following.NORMAL)
