"""Reads of what everybody may read, for feeds and for search engines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from lms.accounts.models import Person
from lms.boards.models import Board, Post, PostText, Thread
from lms.boards.queries.board_page import display_name
from lms.boards.queries.reach import Reach, is_listed, is_readable
from lms.core.db import db
from lms.enrolment.rules import busan_day


@dataclass(frozen=True)
class FeedEntry:
    """A thread as a feed tells it: in the words it was begun with."""

    thread_id: int
    author_name: str
    language: str
    title: str
    body: str
    parts: Mapping[str, str] | None
    published_at: datetime
    edited_at: datetime | None

    @property
    def updated_at(self) -> datetime:
        """Return when its words were last changed."""
        return self.edited_at or self.published_at


def newest_public(board_id: int | None, now: datetime, *, limit: int) -> list[FeedEntry]:
    """Return the newest threads everybody may read, of one board or of all, in one statement."""
    statement = (
        _public(
            select(
                Thread.id,
                display_name(),
                PostText.language,
                PostText.title,
                PostText.body,
                PostText.parts,
                Post.published_at,
                Post.edited_at,
            ),
            now,
        )
        .join(Post, and_(Post.thread_id == Thread.id, Post.number == 1))
        .join(PostText, and_(PostText.post_id == Post.id, PostText.is_original))
        .join(Person, Person.id == Thread.author_id)
        .order_by(Thread.id.desc())
        .limit(limit)
    )
    if board_id is not None:
        statement = statement.where(Thread.board_id == board_id)
    return [FeedEntry(*row) for row in db.session.execute(statement)]


def public_threads(now: datetime, *, first: int, limit: int) -> Sequence[tuple[int, datetime]]:
    """Return threads everybody may read by their ids, from `first` on, and when
    somebody last wrote in them."""
    rows = db.session.execute(
        _public(select(Thread.id, Thread.last_post_at), now)
        .where(Thread.id >= first)
        .order_by(Thread.id)
        .limit(limit)
    )
    return [(thread_id, at) for thread_id, at in rows]


def last_of_each_part(now: datetime, *, size: int) -> list[int]:
    """Return the last thread of each full part of those everybody may read, `size` at a time."""
    numbered = _public(
        select(Thread.id, func.row_number().over(order_by=Thread.id).label("number")), now
    ).subquery()
    found = select(numbered.c.id).where(numbered.c.number % size == 0).order_by(numbered.c.id)
    return list(db.session.scalars(found))


def _public(statement: Select[*tuple[Any, ...]], now: datetime) -> Select[*tuple[Any, ...]]:
    visitor = Reach(None, busan_day(now))
    return (
        statement.select_from(Thread)
        .join(Board, Board.id == Thread.board_id)
        .where(is_readable(visitor), is_listed(visitor, now))
    )
