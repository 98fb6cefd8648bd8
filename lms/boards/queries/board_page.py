"""Reads for the list of boards and the page of one: threads in order, their titles and tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.boards.models import (
    Board,
    BoardMark,
    Following,
    NoticeAudience,
    Post,
    PostState,
    Thread,
    ThreadKind,
    ThreadMark,
)
from lms.boards.queries.about import tagged
from lms.boards.queries.boards import COLUMNS_OF_HEAD, BoardHead, board_heads, head_of
from lms.boards.queries.reach import (
    PUBLISHED,
    Condition,
    Reach,
    Sort,
    any_reader,
    is_for,
    is_listed,
)
from lms.boards.rules.messages import Place
from lms.boards.rules.pages import NEW_FOR, Filter, Tag
from lms.core.db import UTCDateTime, execute
from lms.core.text import TextInLanguages
from lms.organisations.models import Affiliation, City

# What statements made once are executed with, besides `Reach.values`.
_NOW: Any = bindparam("now", type_=UTCDateTime)
_NEW_SINCE: Any = bindparam("new_since", type_=UTCDateTime)

# --- the list of boards ----------------------------------------------------------------

# Nobody reads on a board how many threads it has to the last one: counting ends here.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class BoardLine:
    """A board as the list of all shows it: how many threads, since when, whether some are new.

    `threads` of more than MOST_COUNTED are not counted to their end.
    """

    head: BoardHead
    threads: int
    last_at: datetime | None
    has_unread: bool

    @property
    def is_cut(self) -> bool:
        """Tell whether there are more threads than were counted."""
        return self.threads > MOST_COUNTED


def board_lines(reach: Reach, now: datetime) -> list[BoardLine]:
    """Return the boards somebody may read, those of the site in their order, in one statement."""
    rows = execute(_board_lines(reach.sort), _values(reach, now))
    return [_line(head_of(row, reach), *row[COLUMNS_OF_HEAD:]) for row in rows]


def _line(head: BoardHead, threads: int, last_at: datetime | None, has_unread: Any) -> BoardLine:
    return BoardLine(head, threads, last_at, bool(has_unread))


def _values(reach: Reach, now: datetime) -> dict[str, Any]:
    return {**reach.values, "now": now, "new_since": now - NEW_FOR}


@cache
def _board_lines(sort: Sort) -> Select[*tuple[Any, ...]]:
    reach = any_reader(sort)
    listed = and_(Thread.board_id == Board.id, is_listed(reach, _NOW))
    some = select(literal(1)).select_from(Thread).where(listed).limit(MOST_COUNTED + 1)
    threads = select(func.count()).select_from(some.correlate(Board).subquery())
    last = select(func.max(Thread.last_post_at)).where(listed).correlate(Board)
    return (
        board_heads(reach)
        .add_columns(
            threads.scalar_subquery(),
            last.scalar_subquery(),
            _has_unread(reach, listed),
        )
        .order_by(Board.position, Board.id.desc())
    )


def _has_unread(reach: Reach, listed: Condition) -> Any:
    """Return whether a `Board` has a thread somebody has not read to its end and not muted."""
    if reach.person_id is None:
        return literal(False)
    mark = aliased(ThreadMark)
    unread = (
        select(Thread.id)
        .outerjoin(mark, and_(mark.thread_id == Thread.id, mark.person_id == reach.person_id))
        .where(
            listed,
            Thread.last_post_at > _NEW_SINCE,
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
            posts.state == PUBLISHED,
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


def thread_lines(reach: Reach, new_since: Any) -> Select[*tuple[Any, ...]]:
    """Return the statement of threads as lists show them, of any board and in any state.

    What nobody has opened and was last written in before `new_since` is no news.
    """
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
            _is_unread(reach, mark, new_since),
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


def _is_unread(reach: Reach, mark: Any, new_since: Any) -> Any:
    if reach.person_id is None:
        return literal(False)
    is_news = or_(mark.thread_id.is_not(None), Thread.last_post_at > new_since)
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
    statement = _of_board(reach.sort, wanted, goes_on=after is not None)
    if tag is not None:
        statement = statement.where(Thread.id.in_(tagged(tag.kind, tag.value)))
    values = _values(reach, now) | {"wanted_id": board_id, "limit": limit}
    if after is not None:
        values |= {"after_rank": bool(after.rank), "after_at": after.at, "after_id": after.id}
    return [ThreadLine(*row) for row in execute(statement, values)]


@cache
def _of_board(sort: Sort, wanted: Filter, *, goes_on: bool) -> Select[*tuple[Any, ...]]:
    reach = any_reader(sort)
    first = 1 if wanted == Filter.UNANSWERED else 0
    order = [Thread.is_pinned, Thread.last_post_at, Thread.id][first:]
    statement = (
        thread_lines(reach, _NEW_SINCE)
        .where(Thread.board_id == bindparam("wanted_id"), _wanted(wanted, reach))
        .order_by(*(each.desc() for each in order))
        .limit(bindparam("limit", type_=Integer))
    )
    if not goes_on:
        return statement
    passed = [
        bindparam("after_rank", type_=Boolean),
        bindparam("after_at", type_=UTCDateTime),
        bindparam("after_id", type_=Integer),
    ]
    return statement.where(tuple_(*order) < tuple_(*passed[first:]))


# As the index of what waits for an answer says it.
_UNANSWERED = and_(
    Thread.kind == literal_column(f"'{ThreadKind.QUESTION}'", String),
    Thread.accepted_number.is_(None),
    Thread.answers == literal_column("0", Integer),
)


def _wanted(wanted: Filter, reach: Reach) -> Condition:
    if wanted == Filter.EXPIRED:
        return and_(Thread.state == PUBLISHED, is_for(reach), Thread.expires_at <= _NOW)
    kinds: Mapping[Filter, Condition] = {
        Filter.QUESTIONS: Thread.kind == ThreadKind.QUESTION,
        Filter.UNANSWERED: _UNANSWERED,
        Filter.CASES: Thread.kind == ThreadKind.CASE,
    }
    return and_(is_listed(reach, _NOW), kinds.get(wanted, true()))


# --- what its reader wants to hear ----------------------------------------------------


_FOLLOWING = select(BoardMark.following).where(
    BoardMark.person_id == bindparam("person_id"), BoardMark.board_id == bindparam("board_id")
)


def following_of_board(person_id: int, board_id: int) -> Following:
    """Return what somebody wants to hear of a board."""
    found = execute(_FOLLOWING, {"person_id": person_id, "board_id": board_id}).scalar()
    return Following(found or Following.NORMAL)
