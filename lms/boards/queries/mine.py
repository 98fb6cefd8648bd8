"""Reads for what is somebody's own on the boards: threads, what they follow and keep, drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from lms.boards.models import (
    CASE_PARTS,
    Board,
    Draft,
    Following,
    Post,
    PostBookmark,
    PostState,
    Thread,
    ThreadKind,
    ThreadMark,
)
from lms.boards.queries.board_page import ThreadLine, thread_lines
from lms.boards.queries.boards import BoardHead, boards_of
from lms.boards.queries.reach import Reach, is_for, readable_boards, stands_readable
from lms.boards.rules.messages import Place
from lms.boards.rules.pages import NEW_FOR
from lms.core.db import UTCDateTime, db


def names_of_boards(reach: Reach, board_ids: set[int]) -> dict[int, BoardHead]:
    """Return those of some boards that somebody may read, by their ids, in one statement."""
    return {board.id: board for board in boards_of(reach) if board.id in board_ids}


@dataclass(frozen=True)
class OwnLine:
    """A thread in a list of somebody's own, with what the list is in the order of.

    `number` is the post that was kept; `new_posts` what has come since they read it last.
    """

    thread: ThreadLine
    place: Place
    number: int | None = None
    new_posts: int = 0


def own_threads(
    person_id: int, reach: Reach, now: datetime, *, after: Place | None, limit: int
) -> list[OwnLine]:
    """Return what somebody has begun, in whatever state, the newest first."""
    statement = (
        thread_lines(reach, now - NEW_FOR)
        .add_columns(Thread.created_at, Thread.id)
        .where(
            Thread.author_id == person_id,
            Thread.state != PostState.DELETED,
            stands_readable(reach),
        )
    )
    return _lines(statement, (Thread.created_at, Thread.id), after, limit)


def followed_threads(
    person_id: int, reach: Reach, now: datetime, *, after: Place | None, limit: int
) -> list[OwnLine]:
    """Return the threads somebody follows, those last written in first, with what is new."""
    mark, posts = aliased(ThreadMark), aliased(Post)
    new_posts = (
        select(func.count())
        .select_from(posts)
        .where(
            posts.thread_id == Thread.id,
            posts.number > mark.last_read,
            posts.state == PostState.PUBLISHED,
        )
        .correlate(Thread, mark)
        .scalar_subquery()
    )
    statement = (
        thread_lines(reach, now - NEW_FOR)
        .join(mark, and_(mark.thread_id == Thread.id, mark.person_id == person_id))
        .add_columns(Thread.last_post_at, Thread.id, new_posts)
        .where(
            mark.following == Following.FOLLOWED,
            Thread.state == PostState.PUBLISHED,
            is_for(reach),
            stands_readable(reach),
        )
    )
    rows = _rows(statement, (Thread.last_post_at, Thread.id), after, limit)
    return [
        OwnLine(ThreadLine(*row[:18]), Place(0, row[18], row[19]), new_posts=row[20])
        for row in rows
    ]


def kept_posts(
    person_id: int, reach: Reach, now: datetime, *, after: Place | None, limit: int
) -> list[OwnLine]:
    """Return the posts somebody keeps, as far as they may still read them, the last kept first."""
    kept = aliased(Post)
    statement = (
        thread_lines(reach, now - NEW_FOR)
        .join(kept, kept.thread_id == Thread.id)
        .join(PostBookmark, PostBookmark.post_id == kept.id)
        .add_columns(PostBookmark.at, kept.id, kept.number)
        .where(
            PostBookmark.person_id == person_id,
            kept.state == PostState.PUBLISHED,
            Thread.state == PostState.PUBLISHED,
            is_for(reach),
            stands_readable(reach),
        )
    )
    rows = _rows(statement, (PostBookmark.at, kept.id), after, limit)
    return [
        OwnLine(ThreadLine(*row[:18]), Place(0, row[18], row[19]), number=row[20]) for row in rows
    ]


def _lines(statement: Any, order: Sequence[Any], after: Place | None, limit: int) -> list[OwnLine]:
    return [
        OwnLine(ThreadLine(*row[:18]), Place(0, row[18], row[19]))
        for row in _rows(statement, order, after, limit)
    ]


def _rows(statement: Any, order: Sequence[Any], after: Place | None, limit: int) -> Sequence[Any]:
    if after is not None:
        passed = tuple_(literal(after.at, UTCDateTime()), literal(after.id))
        statement = statement.where(tuple_(*order) < passed)
    return db.session.execute(
        statement.order_by(*(each.desc() for each in order)).limit(limit)
    ).all()


@dataclass(frozen=True)
class DraftLine:
    """Something somebody is writing; without a thread it is one that would be begun."""

    id: int
    key: str
    board_id: int
    thread_id: int | None
    kind: ThreadKind
    title: str
    body: str
    content: dict[str, Any]
    saved_at: datetime

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Return the parts of a case that have words, by name, in their order."""
        said = ((name, self.content.get(name)) for name in CASE_PARTS)
        return [(name, words) for name, words in said if words]

    @property
    def beginning(self) -> str:
        """Return the words its text begins with, of a case those of its first part."""
        said = (self.body, *(words for _name, words in self.parts))
        return next(filter(None, said), "")

    @property
    def place(self) -> Place:
        """Return where the list goes on after it."""
        return Place(0, self.saved_at, self.id)


def drafts_of(person_id: int, reach: Reach, *, after: Place | None, limit: int) -> list[DraftLine]:
    """Return what somebody is writing on boards they may still read, the last saved first."""
    statement = select(
        Draft.id,
        Draft.key,
        Draft.board_id,
        Draft.thread_id,
        Draft.kind,
        Draft.title,
        Draft.body,
        Draft.content,
        Draft.saved_at,
    ).where(Draft.person_id == person_id, Draft.board_id.in_(readable_boards(reach)))
    return [DraftLine(*row) for row in _rows(statement, (Draft.saved_at, Draft.id), after, limit)]


def board_of_run(run_id: int) -> int | None:
    """Return the id of the board of a run."""
    return db.session.scalar(select(Board.id).where(Board.run_id == run_id))
