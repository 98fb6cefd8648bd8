"""Reads over threads and posts, for doors; pages have rooms of their own beside this one."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.boards.models import Board, Draft, Post, PostText, Thread
from lms.boards.queries.boards import COLUMNS_OF_HEAD, BoardHead, board_heads, head_of
from lms.boards.queries.reach import Reach, Sort, any_reader, is_for
from lms.core.db import db


@dataclass(frozen=True)
class FoundThread:
    """A thread with its board, as somebody finds them."""

    board: BoardHead
    thread: Thread


def thread_for(thread_id: int, reach: Reach) -> FoundThread | None:
    """Return a thread on a board somebody may read, if it is meant for them; in any state."""
    values = {**reach.values, "wanted_id": thread_id}
    row = db.session.execute(_one_thread(reach.sort), values).one_or_none()
    return None if row is None else FoundThread(head_of(row, reach), row[COLUMNS_OF_HEAD])


@cache
def _one_thread(sort: Sort) -> Select[*tuple[Any, ...]]:
    reach = any_reader(sort)
    return (
        board_heads(reach)
        .join(Thread, Thread.board_id == Board.id)
        .add_columns(Thread)
        .where(Thread.id == bindparam("wanted_id"), is_for(reach))
    )


@dataclass(frozen=True)
class FoundPost:
    """A post with its thread and board, as somebody finds them."""

    board: BoardHead
    thread: Thread
    post: Post


def post_for(post_id: int, reach: Reach) -> FoundPost | None:
    """Return a post in a thread on a board somebody may read; in any state."""
    post = db.session.get(Post, post_id)
    found = thread_for(post.thread_id, reach) if post is not None else None
    if post is None or found is None:
        return None
    return FoundPost(found.board, found.thread, post)


def thread_by_id(thread_id: int) -> Thread | None:
    """Return the row of a thread."""
    return db.session.get(Thread, thread_id)


def post_numbered(thread_id: int, number: int) -> Post | None:
    """Return the post with a number in a thread."""
    return db.session.scalar(select(Post).where(Post.thread_id == thread_id, Post.number == number))


def post_with_key(author_id: int, key: str) -> Post | None:
    """Return what somebody has posted with a form before."""
    return db.session.scalar(select(Post).where(Post.author_id == author_id, Post.form_key == key))


def original_of(post_id: int) -> PostText:
    """Return the words of a post as its author wrote them."""
    return db.session.scalars(
        select(PostText).where(PostText.post_id == post_id, PostText.is_original)
    ).one()


def text_in(post_id: int, language: str) -> PostText | None:
    """Return the words of a post in a language."""
    return db.session.scalar(
        select(PostText).where(PostText.post_id == post_id, PostText.language == language)
    )


def draft_with_key(person_id: int, key: str) -> Draft | None:
    """Return what somebody is writing in a form."""
    return db.session.scalar(select(Draft).where(Draft.person_id == person_id, Draft.key == key))


def posts_since(author_id: int, since: datetime) -> list[datetime]:
    """Return when somebody has posted since a moment, oldest first, seen or waiting."""
    return list(
        db.session.scalars(
            select(Post.created_at)
            .where(Post.author_id == author_id, Post.created_at > since)
            .order_by(Post.created_at)
        )
    )
