"""Threads begun and answered. Sending the same form twice makes one post."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards import queries
from lms.boards.models import (
    Draft,
    NoticeAudience,
    Post,
    PostFile,
    PostState,
    TagKind,
    TextOrigin,
    Thread,
    ThreadKind,
    ThreadTag,
)
from lms.boards.queries.boards import BoardHead
from lms.boards.services.marks import follow_by_writing
from lms.boards.services.terms import index_post
from lms.boards.services.words import Words, add_text
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.jobs.queue import enqueue

ENTITY = "post"


@dataclass(frozen=True)
class NewThread:
    """What a thread begins with, besides its words."""

    kind: ThreadKind
    words: Words
    tags: frozenset[tuple[TagKind, str]] = field(default_factory=frozenset)
    may_be_reused: bool = False
    audience: NoticeAudience = NoticeAudience.ALL
    expires_at: datetime | None = None


def open_thread(
    board: BoardHead, author: Person, new: NewThread, *, key: str, is_held: bool, now: datetime
) -> Post:
    """Begin a thread and return its first post; the one there is, when the form was sent before.

    It is seen at once, or waits for a moderator when it `is_held` or the board asks for that of
    everybody but its moderators. The author follows it; the draft becomes it with its files.
    """

    def make() -> Post:
        thread = Thread(
            board_id=board.id,
            kind=new.kind,
            state=PostState.HELD,
            author_id=author.id,
            audience=new.audience,
            expires_at=new.expires_at,
            created_at=now,
            last_post_at=now,
        )
        db.session.add(thread)
        db.session.flush()
        post = _add_post(thread, author, new.words, number=1, key=key, now=now)
        post.may_be_reused = new.may_be_reused
        set_tags(thread, new.tags)
        return post

    return _post_once(board, author, key, make, is_held=is_held, now=now)


def answer(
    board: BoardHead,
    thread: Thread,
    author: Person,
    words: Words,
    *,
    key: str,
    is_held: bool,
    now: datetime,
    reply_to: int | None = None,
    may_be_reused: bool = False,
) -> Post:
    """Answer in a thread and return the post; the one there is, when the form was sent before.

    It gets the next number, whoever else answers at the same time. `reply_to` is the number it
    speaks to. Raises Conflict when the thread was locked or taken away meanwhile.
    """

    def make() -> Post:
        lock(thread)
        if thread.state != PostState.PUBLISHED or (thread.is_locked and not board.moderates):
            raise Conflict(_("This thread is locked: no more answers are taken."))
        thread.posts_count += 1
        number = thread.posts_count
        post = _add_post(thread, author, words, number=number, key=key, now=now)
        post.reply_to = reply_to if reply_to is not None and 0 < reply_to < number else None
        post.may_be_reused = may_be_reused
        return post

    return _post_once(board, author, key, make, is_held=is_held, now=now)


def _post_once(
    board: BoardHead,
    author: Person,
    key: str,
    make: Callable[[], Post],
    *,
    is_held: bool,
    now: datetime,
) -> Post:
    lock(author)  # what saves the same form by itself waits, and finds the post
    present = queries.post_with_key(author.id, key)
    if present is not None:
        return present
    try:
        with db.session.begin_nested():
            post = make()
    except IntegrityError:
        present = queries.post_with_key(author.id, key)
        if present is None:
            raise
        return present
    if is_held or board.is_read_first:
        record_change(ENTITY, post.id, old="", new=PostState.HELD, actor_id=author.id, now=now)
        enqueue("boards.tell_of_held", post_id=post.id)
    else:
        publish(post, actor_id=author.id, now=now)
    _take_over_draft(post, author, key)
    follow_by_writing(author, post.thread_id, number=post.number, now=now)
    return post


def _add_post(
    thread: Thread, author: Person, words: Words, *, number: int, key: str, now: datetime
) -> Post:
    post = Post(
        thread_id=thread.id,
        number=number,
        author_id=author.id,
        state=PostState.HELD,
        language=words.language,
        form_key=key,
        created_at=now,
    )
    db.session.add(post)
    db.session.flush()
    add_text(post, words, origin=TextOrigin.AUTHOR, by_id=author.id, is_original=True, now=now)
    return post


def publish(post: Post, *, actor_id: int | None, now: datetime, reason: str = "") -> None:
    """Let a post be seen: by its author at once, or by a moderator after it has waited or was
    hidden. Its thread is seen with its first post. Done twice it is harmless."""
    if post.state == PostState.PUBLISHED:
        return
    is_new = post.published_at is None
    record_change(
        ENTITY,
        post.id,
        old="" if is_new and actor_id == post.author_id else post.state,
        new=PostState.PUBLISHED,
        actor_id=actor_id,
        now=now,
        reason=reason,
    )
    post.state = PostState.PUBLISHED
    post.published_at = post.published_at or now
    thread = lock(db.session.get_one(Thread, post.thread_id))
    if post.number == 1:
        thread.state = PostState.PUBLISHED
    else:
        thread.answers += 1
    if is_new:
        thread.last_post_at = max(thread.last_post_at, now)
    db.session.flush()
    index_post(post.id)
    if is_new:
        enqueue("boards.tell_of_post", post_id=post.id)


def set_tags(thread: Thread, tags: Iterable[tuple[TagKind, str]]) -> None:
    """Have a thread bear exactly these tags."""
    db.session.execute(
        delete(ThreadTag)
        .where(ThreadTag.thread_id == thread.id)
        .execution_options(synchronize_session=False)
    )
    for kind, value in sorted(set(tags)):
        db.session.add(ThreadTag(thread_id=thread.id, kind=kind, value=value))
    db.session.flush()


def _take_over_draft(post: Post, author: Person, key: str) -> None:
    draft = queries.draft_with_key(author.id, key)
    if draft is None:
        return
    db.session.execute(
        update(PostFile)
        .where(PostFile.draft_id == draft.id)
        .values(post_id=post.id, draft_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(Draft).where(Draft.id == draft.id).execution_options(synchronize_session=False)
    )
