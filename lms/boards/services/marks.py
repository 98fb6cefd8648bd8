"""What readers mark: how far they have read, what they follow, like and keep."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards.models import (
    BoardMark,
    Following,
    Post,
    PostBookmark,
    PostLike,
    ThreadMark,
)
from lms.core.db import db, lock


def note_read(person: Person, thread_id: int, *, up_to: int, now: datetime) -> None:
    """Note that somebody has read a thread up to a number; it never goes back."""
    mark = _mark(person.id, thread_id, now)
    if up_to > mark.last_read:
        mark.last_read = up_to
        mark.changed_at = now
        db.session.flush()


def follow_thread(person: Person, thread_id: int, following: Following, *, now: datetime) -> None:
    """Have somebody hear of every new post of a thread, of what concerns them, or of nothing."""
    mark = _mark(person.id, thread_id, now)
    mark.following = following
    mark.changed_at = now
    db.session.flush()


def follow_by_writing(person: Person, thread_id: int, *, number: int, now: datetime) -> None:
    """Have somebody follow what they write in, and count their own post as read.

    Who has muted the thread goes on hearing nothing.
    """
    mark = _mark(person.id, thread_id, now)
    if mark.following == Following.NORMAL:
        mark.following = Following.FOLLOWED
    mark.last_read = max(mark.last_read, number)
    mark.changed_at = now
    db.session.flush()


def follow_board(person: Person, board_id: int, following: Following) -> None:
    """Have somebody hear of every new thread of a board, of what concerns them, or of nothing."""
    lock(person)  # a double click would begin the same row twice
    key = (person.id, board_id)
    mark = db.session.get(BoardMark, key)
    if following == Following.NORMAL:
        if mark is not None:
            db.session.delete(mark)
    elif mark is None:
        db.session.add(BoardMark(person_id=person.id, board_id=board_id, following=following))
    else:
        mark.following = following
    db.session.flush()


def set_like(post: Post, person: Person, *, likes: bool, now: datetime) -> None:
    """Note that somebody finds a post helpful, or no longer does; nobody likes their own."""
    lock(post)
    present = db.session.get(PostLike, (post.id, person.id))
    if likes and present is None and post.author_id != person.id:
        db.session.add(PostLike(post_id=post.id, person_id=person.id, at=now))
    elif not likes and present is not None:
        db.session.delete(present)
    db.session.flush()
    post.likes = (
        db.session.scalar(
            select(func.count()).select_from(PostLike).where(PostLike.post_id == post.id)
        )
        or 0
    )


def set_bookmark(post: Post, person: Person, *, keeps: bool, now: datetime) -> None:
    """Keep a post among somebody's bookmarks, or no longer."""
    lock(person)  # a double click would begin the same row twice
    present = db.session.get(PostBookmark, (post.id, person.id))
    if keeps and present is None:
        db.session.add(PostBookmark(post_id=post.id, person_id=person.id, at=now))
    elif not keeps and present is not None:
        db.session.delete(present)
    db.session.flush()


def _mark(person_id: int, thread_id: int, now: datetime) -> ThreadMark:
    """Return somebody's mark of a thread, locked: from two tabs the older would set it back."""
    mark = db.session.get(ThreadMark, (person_id, thread_id))
    if mark is not None:
        return lock(mark)
    return _begun(
        ThreadMark(
            person_id=person_id,
            thread_id=thread_id,
            last_read=0,
            following=Following.NORMAL,
            changed_at=now,
        )
    )


def _begun(mark: ThreadMark) -> ThreadMark:
    """Add a mark; return the one that another request of the same person has added meanwhile."""
    try:
        with db.session.begin_nested():
            db.session.add(mark)
    except IntegrityError:
        present = db.session.get(ThreadMark, (mark.person_id, mark.thread_id))
        if present is None:
            raise
        return lock(present)
    return mark
