"""Reads over questions nobody has answered, and who is responsible for their boards."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person, PersonState
from lms.boards.models import (
    Board,
    BoardKind,
    BoardMark,
    Following,
    Post,
    PostState,
    Thread,
    ThreadKind,
    ThreadMark,
)
from lms.boards.queries.boards import BoardHead, board_heads, head_of
from lms.boards.queries.reach import Reach, in_charge_of
from lms.boards.rules.access import Bar, BoardFacts, Standing, bar_to_writing
from lms.boards.rules.escalation import asked_before, last_written_after
from lms.core.db import db
from lms.courses.models import Course, CourseTeacher
from lms.enrolment.models import RunInstructor


def open_boards(today: date) -> list[int]:
    """Return the boards on which the staff can answer today: none closed, none of a run long
    over."""
    reach = Reach(None, today, is_staff=True)
    heads = (head_of(row, reach) for row in db.session.execute(board_heads(reach)))
    return [head.id for head in heads if _bar_to_staff(head, today) is None]


def _bar_to_staff(board: BoardHead, today: date) -> Bar | None:
    facts = BoardFacts(
        board.kind,
        board.writable_by,
        board.closed_at is not None,
        board.run_state,
        board.run_ends_on,
    )
    return bar_to_writing(facts, Standing(is_signed_in=True, is_staff=True), today=today)


def unanswered(board_ids: Collection[int], now: datetime) -> list[int]:
    """Return the questions of these boards that have waited long enough, oldest first.

    Those without any answer are found by the index made for them, those in which only the asker
    has written on by that of what a board has seen last.
    """
    without, own = _of_boards(board_ids, now), _of_boards(board_ids, now)
    without = without.where(Thread.answers == 0)
    own = own.where(Thread.answers > 0, ~_answered_by_another())
    rows = [*db.session.execute(without), *db.session.execute(own)]
    return [id_ for _at, id_ in sorted((at, id_) for id_, at in rows)]


def _of_boards(board_ids: Collection[int], now: datetime) -> Select[int, datetime]:
    return select(Thread.id, Thread.created_at).where(
        Thread.board_id.in_(board_ids),
        Thread.last_post_at > last_written_after(now),
        _waits(now),
    )


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        Thread.state == PostState.PUBLISHED,
        Thread.kind == ThreadKind.QUESTION,
        Thread.accepted_number.is_(None),
        Thread.escalated_at.is_(None),
        Thread.is_locked.is_(False),
        Thread.created_at <= asked_before(now),
        or_(Thread.expires_at.is_(None), Thread.expires_at > now),
    )


def _answered_by_another() -> ColumnElement[bool]:
    posts = aliased(Post)
    return (
        select(posts.id)
        .where(
            posts.thread_id == Thread.id,
            posts.author_id != Thread.author_id,
            posts.state == PostState.PUBLISHED,
        )
        .exists()
    )


def still_waits(thread_id: int, now: datetime) -> bool:
    """Tell whether a question still has no answer that is seen, by somebody else."""
    found = select(Thread.id).where(Thread.id == thread_id, _waits(now), ~_answered_by_another())
    return db.session.scalar(found) is not None


def responsible_for(board: Board, thread: Thread) -> Sequence[Person]:
    """Return who sees to the questions of a board: the staff, and who teaches its run or field.

    Without the asker, and without those who want to hear nothing of the board or the thread.
    """
    concerned = in_charge_of(board, _who_teaches(board))
    return db.session.scalars(
        select(Person)
        .where(concerned, Person.state == PersonState.ACTIVE, Person.id != thread.author_id)
        .where(Person.id.not_in(_deaf_to_board(board)), Person.id.not_in(_deaf_to_thread(thread)))
        .order_by(Person.id)
    ).all()


def _who_teaches(board: Board) -> Select[int] | None:
    if board.kind == BoardKind.RUN:
        return select(RunInstructor.person_id).where(RunInstructor.run_id == board.run_id)
    if board.kind == BoardKind.CURRICULUM:
        return (
            select(CourseTeacher.person_id)
            .join(Course, Course.id == CourseTeacher.course_id)
            .where(Course.curriculum_id == board.curriculum_id)
        )
    return None


def _deaf_to_board(board: Board) -> Select[int]:
    return select(BoardMark.person_id).where(
        BoardMark.board_id == board.id, BoardMark.following == Following.MUTED
    )


def _deaf_to_thread(thread: Thread) -> Select[int]:
    return select(ThreadMark.person_id).where(
        ThreadMark.thread_id == thread.id, ThreadMark.following == Following.MUTED
    )
