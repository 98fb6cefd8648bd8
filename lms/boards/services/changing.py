"""Posts changed, taken back and accepted by who wrote them; threads pinned and locked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from lms.accounts.models import Person
from lms.boards import queries
from lms.boards.models import Post, PostState, PostText, TagKind, Thread, ThreadKind
from lms.boards.rules.translations import is_by_people
from lms.boards.services.files import Description, save_files
from lms.boards.services.posting import ENTITY, set_tags
from lms.boards.services.terms import forget_post, index_post
from lms.boards.services.words import Words, replace_words
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid

NOTHING_SAID: Mapping[int, Description] = MappingProxyType({})


def edit_post(
    post: Post,
    words: Words,
    *,
    revision: int,
    editor: Person,
    now: datetime,
    may_be_reused: bool | None = None,
    tags: Iterable[tuple[TagKind, str]] | None = None,
    files: Collection[int] = (),
    said_of_files: Mapping[int, Description] = NOTHING_SAID,
) -> bool:
    """Change what an author has written; False when it was changed since `revision`.

    What stood there is kept as history; of the files sent for the change, those are seen from now
    on that are named as checked. The same words sent twice change nothing. Raises Invalid
    on `language` when somebody has translated the post into that one already (a machine's draft
    gives way), Conflict when it is seen or hidden by now and was not when its change was judged.
    """
    judged_in = post.state
    lock(post)
    if post.state != judged_in:
        raise Conflict(_("This post is no longer as it was. Look at it once more."))
    text = queries.original_of(post.id)
    draft = _draft_in_the_way(post, text, words.language)
    is_same = words == Words(text.language, text.body, text.title, text.parts)
    if not is_same and post.revision != revision:
        return False
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()  # or the original would take the language while it is not free yet
    _save_words(post, text, words, editor, now)
    _save_files(post, files, said_of_files, now)
    if may_be_reused is not None:
        post.may_be_reused = may_be_reused
    if tags is not None and post.number == 1:
        set_tags(db.session.get_one(Thread, post.thread_id), tags)
    db.session.flush()
    if post.state == PostState.PUBLISHED:
        index_post(post.id)
    return True


def _save_words(post: Post, text: PostText, words: Words, editor: Person, now: datetime) -> None:
    if replace_words(text, words, editor_id=editor.id, now=now):
        post.language = words.language
        post.revision += 1
        post.edited_at = now
        text.of_revision = post.revision


def _save_files(
    post: Post, files: Collection[int], said: Mapping[int, Description], now: datetime
) -> None:
    """Save what was sent for the change; translations stay those of the post: its words do."""
    if not save_files(post, files, said):
        return
    last = post.revision
    post.revision += 1
    post.edited_at = now
    db.session.execute(
        update(PostText)
        .where(PostText.post_id == post.id, PostText.of_revision == last)
        .values(of_revision=post.revision)
    )


def _draft_in_the_way(post: Post, text: PostText, language: str) -> PostText | None:
    """Return a machine's draft in the language the original is to be in; nobody has looked at it.

    Raises Invalid where somebody has translated the post into that language.
    """
    present = queries.text_in(post.id, language) if language != text.language else None
    if present is not None and is_by_people(present):
        raise Invalid("language", _("There is a translation into this language already."))
    return present


def delete_post(post: Post, *, author: Person, now: datetime) -> None:
    """Take a post back; from now on nobody sees it, and the audit keeps it.

    Harmless when done twice. Raises Conflict for the first post of a thread that others have
    answered: their answers would go with it.
    """
    lock(post)
    if post.state == PostState.DELETED:
        return
    thread = lock(db.session.get_one(Thread, post.thread_id))
    if post.number == 1 and _others_answered(thread):
        raise Conflict(_("Others have answered here, so this post stays. A moderator can hide it."))
    record_change(
        ENTITY, post.id, old=post.state, new=PostState.DELETED, actor_id=author.id, now=now
    )
    take_from_sight(post, thread, PostState.DELETED)


def take_from_sight(post: Post, thread: Thread, state: PostState) -> None:
    """Put a post into a state in which others do not see it; both rows are locked before."""
    if post.state == PostState.PUBLISHED and post.number > 1:
        thread.answers -= 1
    if thread.accepted_number == post.number:
        thread.accepted_number = None
    post.state = state
    if post.number == 1:
        thread.state = state
    db.session.flush()
    forget_post(post.id)


def _others_answered(thread: Thread) -> bool:
    others = (
        select(func.count())
        .select_from(Post)
        .where(
            Post.thread_id == thread.id,
            Post.author_id != thread.author_id,
            Post.state != PostState.DELETED,
        )
    )
    return bool(db.session.scalar(others))


def accept_answer(thread: Thread, number: int | None, *, actor: Person, now: datetime) -> None:
    """Say which answer has helped (None: none has); harmless when it is said already.

    Raises Conflict for what is no question, and for a number that is no answer others see.
    """
    lock(thread)
    if thread.kind != ThreadKind.QUESTION:
        raise Conflict(_("Only a question has an answer that has helped."))
    if number is not None:
        post = queries.post_numbered(thread.id, number)
        if post is None or number == 1 or post.state != PostState.PUBLISHED:
            raise Conflict(_("This answer is no longer there."))
    if thread.accepted_number == number:
        return
    record_change(
        "thread",
        thread.id,
        old=f"accepted {thread.accepted_number or '-'}",
        new=f"accepted {number or '-'}",
        actor_id=actor.id,
        now=now,
    )
    thread.accepted_number = number
    db.session.flush()


def pin_thread(thread: Thread, *, is_pinned: bool, actor: Person, now: datetime) -> None:
    """Keep a thread on top of its board, or no longer."""
    lock(thread)
    if thread.is_pinned == is_pinned:
        return
    thread.is_pinned = is_pinned
    _note(thread, "pinned" if is_pinned else "unpinned", actor, now)


def lock_thread(thread: Thread, *, is_locked: bool, actor: Person, now: datetime) -> None:
    """Take no more answers in a thread, or again; moderators can still write."""
    lock(thread)
    if thread.is_locked == is_locked:
        return
    thread.is_locked = is_locked
    _note(thread, "locked" if is_locked else "unlocked", actor, now)


def _note(thread: Thread, new: str, actor: Person, now: datetime) -> None:
    record_change("thread", thread.id, old="", new=new, actor_id=actor.id, now=now)
    db.session.flush()
