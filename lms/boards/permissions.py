"""Doors to boards, threads and posts. `reader` is the `current_user` of the page.

What somebody may not know of is NotFound, as if it were not there; an act they may never do on
what they can read is NotAllowed; one that does not fit the present state is a Conflict.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.boards import queries
from lms.boards.models import Board, Draft, Post, PostState, Thread, ThreadKind
from lms.boards.queries.boards import BoardHead, board_by_id, board_head
from lms.boards.queries.mine import board_of_run
from lms.boards.queries.reach import Reach
from lms.boards.rules.access import Bar, may_edit, may_see_post
from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.enrolment.rules import busan_day


def reach_of(reader: Any, now: datetime) -> Reach:
    """Return what decides which boards and threads are a reader's, for lists and search."""
    return Reach(reader.id, busan_day(now), bool(reader.is_staff), bool(reader.teaches))


def get_board_for_reading(reader: Any, board_id: int, now: datetime) -> BoardHead:
    """Return a board the reader may read; NotFound for any other."""
    head = board_head(board_id, reach_of(reader, now))
    if head is None:
        raise NotFound
    return head


def get_public_board(board_id: int, now: datetime) -> BoardHead:
    """Return a board everybody reads, as a visitor finds it; NotFound for any other."""
    head = board_head(board_id, Reach(None, busan_day(now)))
    if head is None:
        raise NotFound
    return head


def get_board_for_managing(reader: Any, board_id: int) -> Board:
    """Return the row of a board to staff, who say who reads it; NotFound to others."""
    board = board_by_id(board_id)
    if board is None or not reader.is_staff:
        raise NotFound
    return board


def get_board_of_run(reader: Any, run_id: int, now: datetime) -> BoardHead:
    """Return the board of a run the reader may read; NotFound where there is none."""
    board_id = board_of_run(run_id)
    if board_id is None:
        raise NotFound
    return get_board_for_reading(reader, board_id, now)


def get_board_for_writing(reader: Any, board_id: int, now: datetime) -> BoardHead:
    """Return a board the reader may begin threads on; NotAllowed or Conflict where they may not."""
    head = get_board_for_reading(reader, board_id, now)
    check_can_write(head)
    return head


def get_board_for_moderating(reader: Any, board_id: int, now: datetime) -> BoardHead:
    """Return a board the reader moderates: staff all, instructors those of their runs."""
    head = get_board_for_reading(reader, board_id, now)
    if not head.moderates:
        raise NotAllowed
    return head


@dataclass(frozen=True)
class ThreadView:
    """A thread on its board, as this reader finds them."""

    board: BoardHead
    thread: Thread
    is_author: bool
    bar: Bar | None

    @property
    def moderates(self) -> bool:
        """Tell whether this reader moderates here."""
        return self.board.moderates

    @property
    def can_answer(self) -> bool:
        """Tell whether this reader may answer here and now."""
        is_open = self.thread.state == PostState.PUBLISHED
        return self.bar is None and is_open and (self.moderates or not self.thread.is_locked)

    @property
    def can_translate(self) -> bool:
        """Tell whether this reader may put posts of this thread into other languages.

        Where others than moderators are read before they are seen, there is nobody who would read
        a translation first: so only moderators translate.
        """
        is_open = self.thread.state == PostState.PUBLISHED
        return self.bar is None and is_open and not self.board.is_read_first

    @property
    def can_accept(self) -> bool:
        """Tell whether this reader may say which answer has helped."""
        is_question = self.thread.kind == ThreadKind.QUESTION
        return is_question and (self.is_author or self.moderates)


def get_thread_for_reading(reader: Any, thread_id: int, now: datetime) -> ThreadView:
    """Return a thread the reader may read; NotFound otherwise.

    One that waits or is hidden is for its author and the moderators; a deleted one for nobody.
    """
    found = queries.thread_for(thread_id, reach_of(reader, now))
    if found is None:
        raise NotFound
    return _thread_view(reader, found.board, found.thread)


def _thread_view(reader: Any, board: BoardHead, thread: Thread) -> ThreadView:
    is_author = reader.id is not None and thread.author_id == reader.id
    state = PostState(thread.state)
    if not may_see_post(state, is_author=is_author, moderates=board.moderates):
        raise NotFound
    return ThreadView(board, thread, is_author, board.bar)


def get_thread_for_answering(reader: Any, thread_id: int, now: datetime) -> ThreadView:
    """Return a thread the reader may answer in.

    Raises NotAllowed to those who may only read, Conflict where it or its board is closed.
    """
    view = get_thread_for_reading(reader, thread_id, now)
    check_can_write(view.board)
    if not view.can_answer:
        raise Conflict(_("This thread is locked: no more answers are taken."))
    return view


def get_thread_for_moderating(reader: Any, thread_id: int, now: datetime) -> ThreadView:
    """Return a thread to those who moderate its board; NotAllowed to others."""
    view = get_thread_for_reading(reader, thread_id, now)
    if not view.moderates:
        raise NotAllowed
    return view


def get_notice_for_moderating(reader: Any, thread_id: int, now: datetime) -> ThreadView:
    """Return a notice to those who moderate its board; NotFound for what is none."""
    view = get_thread_for_moderating(reader, thread_id, now)
    if view.thread.kind != ThreadKind.NOTICE:
        raise NotFound
    return view


def get_thread_for_accepting(reader: Any, thread_id: int, now: datetime) -> ThreadView:
    """Return a question to whoever asked it and to moderators; NotAllowed to others."""
    view = get_thread_for_reading(reader, thread_id, now)
    if not view.can_accept:
        raise NotAllowed
    return view


@dataclass(frozen=True)
class PostView:
    """A post in its thread, as this reader finds it."""

    place: ThreadView
    post: Post
    is_author: bool

    @property
    def board(self) -> BoardHead:
        """Return the board of the post."""
        return self.place.board

    @property
    def thread(self) -> Thread:
        """Return the thread of the post."""
        return self.place.thread

    @property
    def moderates(self) -> bool:
        """Tell whether this reader moderates here."""
        return self.place.moderates

    @property
    def is_seen_by_all(self) -> bool:
        """Tell whether everybody who reads the board sees it."""
        is_open = self.thread.state == PostState.PUBLISHED
        return is_open and self.post.state == PostState.PUBLISHED

    def can_edit(self, now: datetime) -> bool:
        """Tell whether this reader may change its words now."""
        return self.board.bar is None and may_edit(
            is_author=self.is_author,
            state=PostState(self.post.state),
            published_at=self.post.published_at,
            is_read_first=self.board.is_read_first,
            now=now,
        )


def get_post_for_reading(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return a post whose words the reader may see; NotFound otherwise."""
    found = queries.post_for(post_id, reach_of(reader, now))
    if found is None:
        raise NotFound
    place = _thread_view(reader, found.board, found.thread)
    is_author = reader.id is not None and found.post.author_id == reader.id
    state = PostState(found.post.state)
    if not may_see_post(state, is_author=is_author, moderates=place.moderates):
        raise NotFound
    return PostView(place, found.post, is_author)


def get_post_for_marking(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return a post that is seen by all its readers, to like, keep, report or translate it.

    Raises NotFound out of reach, Conflict while it is not seen.
    """
    view = get_post_for_reading(reader, post_id, now)
    if not view.is_seen_by_all:
        raise Conflict(_("This post cannot be seen by others now."))
    return view


def get_post_for_translating(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return a post the reader may put into another language: who may write there.

    Raises NotFound out of reach, NotAllowed to those who may only read, Conflict while it is not
    seen or its board is closed.
    """
    view = get_post_for_marking(reader, post_id, now)
    check_can_write(view.board)
    if not view.place.can_translate:
        raise NotAllowed
    return view


def get_post_for_editing(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return the reader's own post while its words may be changed.

    Raises NotAllowed to others, Conflict once the time is over or the board closed, or a moderator
    has let others see it who reads there first.
    """
    view = get_post_for_reading(reader, post_id, now)
    if not view.is_author:
        raise NotAllowed
    check_can_edit(view, now)
    return view


def check_can_edit(view: PostView, now: datetime) -> None:
    """Raise Conflict where an author may no longer change the words of a post."""
    if view.can_edit(now):
        return
    if view.board.is_read_first and view.post.state == PostState.PUBLISHED:
        raise Conflict(
            _(
                "A moderator reads the posts of this board before others see them, and then they "
                "stay as they were read. Write an answer to add to it or correct it."
            )
        )
    raise Conflict(
        _("A post can be changed for 24 hours. Write an answer to add to it or correct it.")
    )


def get_post_for_deleting(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return the reader's own post, to take it back; NotAllowed to others."""
    view = get_post_for_reading(reader, post_id, now)
    if not view.is_author:
        raise NotAllowed
    return view


def get_post_for_moderating(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return a post to those who moderate its board; NotAllowed to others."""
    view = get_post_for_reading(reader, post_id, now)
    if not view.moderates:
        raise NotAllowed
    return view


def get_draft(reader: Any, key: str) -> Draft:
    """Return what the reader is writing in a form; NotFound for anybody else's."""
    draft = queries.draft_with_key(reader.id, key)
    if draft is None:
        raise NotFound
    return draft


def check_can_write(board: BoardHead) -> None:
    """Raise NotAllowed where the reader may only read, Conflict where nobody may write."""
    if board.bar is None:
        return
    if board.bar in {Bar.STAFF_ONLY, Bar.NOT_MEMBER, Bar.SIGNED_OUT}:
        raise NotAllowed
    raise Conflict(BAR_WORDS[board.bar]())


BAR_WORDS = {
    Bar.SIGNED_OUT: lambda: _("Sign in to write here."),
    Bar.CLOSED: lambda: _("This board is closed: it can still be read."),
    Bar.RUN_NOT_OPEN: lambda: _("This board opens once the course run has been approved."),
    Bar.RUN_CANCELLED: lambda: _("The course run was cancelled: its board can still be read."),
    Bar.RUN_LONG_OVER: lambda: _(
        "Boards of a course run are open for twelve months after its end. This one can still be "
        "read."
    ),
    Bar.STAFF_ONLY: lambda: _("Only the staff write on this board."),
    Bar.NOT_MEMBER: lambda: _("Only the people this board belongs to write here."),
}
