"""Threads become the task of a session; what somebody has posted there counts for them.

Rows are locked in this order: the post, its thread, then what `progress` locks.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards.models import Contribution, Post, PostState, Thread
from lms.boards.queries.contributions import (
    TaskLesson,
    contribution_of,
    discussions_of_run,
    has_contributions,
)
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.enrolment.models import Enrolment
from lms.enrolment.queries import enrolment_of, run_head
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import Lesson
from lms.notifications.models import Link
from lms.notifications.services import notify
from lms.progress.services import contributions as progress
from lms.progress.services.roll_up import OPEN_TO_COMPLETION

ENTITY = "contribution"


def set_task(
    thread: Thread, lesson_id: int | None, *, run_id: int, actor: Person, now: datetime
) -> None:
    """Make taking part in a thread the task of a discussion, or (None) of none.

    Harmless when it is so. Raises Invalid for a session that is no discussion of the run's course
    or earns no hours, Conflict while posts of the thread count as the task it was.
    """
    lock(thread)
    if thread.task_lesson_id == lesson_id:
        return
    if lesson_id is not None and lesson_id not in _ids(discussions_of_run(run_id)):
        raise Invalid("lesson", _("Choose a discussion of this run that earns hours."))
    if has_contributions(thread.id):
        raise Conflict(
            _("Posts of this thread count as the task of its session. Take these back first.")
        )
    record_change(
        "thread",
        thread.id,
        old=f"task {thread.task_lesson_id or '-'}",
        new=f"task {lesson_id or '-'}",
        actor_id=actor.id,
        now=now,
    )
    thread.task_lesson_id = lesson_id
    db.session.flush()


def _ids(lessons: list[TaskLesson]) -> set[int]:
    return {lesson.id for lesson in lessons}


def count_post(
    post: Post, *, thread: Thread, run_id: int, actor: Person, now: datetime
) -> Contribution:
    """Let a post count as the task of its thread's session, and tell its author.

    One post counts for each person and session. Raises Conflict when another does already, for a
    thread that is no task, a post that is not seen, an author who is not in the run or is the
    actor, and once the run is closed.
    """
    lock(post)
    lock(thread)
    lesson_id = thread.task_lesson_id
    if lesson_id is None:
        raise Conflict(_("This thread is not the task of a session."))
    enrolment = enrolment_of(post.author_id, run_id)
    if enrolment is None or enrolment.state not in ACTIVE_STATES:
        raise Conflict(_("Who wrote this is not enrolled in the run."))
    present = contribution_of(enrolment.id, lesson_id)
    if present is not None:
        return _of_same_post(present, post)
    _check(post, enrolment, actor)
    try:
        with db.session.begin_nested():
            row = Contribution(
                enrolment_id=enrolment.id,
                lesson_id=lesson_id,
                post_id=post.id,
                by_id=actor.id,
                at=now,
            )
            db.session.add(row)
    except IntegrityError:  # another of their posts was counted in this moment
        present = contribution_of(enrolment.id, lesson_id)
        if present is None:
            raise
        return _of_same_post(present, post)
    record_change(ENTITY, row.id, old="", new="counts", actor_id=actor.id, now=now)
    progress.count_contribution(enrolment.id, lesson_id, now=now)
    _tell(enrolment, lesson_id, now, counts=True)
    return row


def _of_same_post(present: Contribution, post: Post) -> Contribution:
    if present.post_id != post.id:
        raise Conflict(_("Another post of theirs counts already."))
    return present


def _check(post: Post, enrolment: Enrolment, actor: Person) -> None:
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("This post cannot be seen by others now."))
    if post.author_id == actor.id:
        raise Conflict(_("Somebody else decides whether your own post counts."))
    if enrolment.run.state not in OPEN_TO_COMPLETION:
        raise Conflict(_("This course run is closed: nothing more is counted."))


def withdraw(
    enrolment: Enrolment, thread: Thread, *, reason: str, actor: Person, now: datetime
) -> None:
    """Let what somebody has posted no longer count as the task of a thread's session.

    They are told why. A course that was completed stays completed. Harmless when nothing counts.
    """
    lock(thread)
    if thread.task_lesson_id is None:
        return
    row = contribution_of(enrolment.id, thread.task_lesson_id)
    if row is None:
        return
    lock(row)
    record_change(
        ENTITY, row.id, old="counts", new="withdrawn", actor_id=actor.id, now=now, reason=reason
    )
    db.session.delete(row)
    db.session.flush()
    progress.withdraw_contribution(enrolment.id, thread.task_lesson_id, now=now)
    _tell(enrolment, thread.task_lesson_id, now, counts=False, reason=reason)


def _tell(
    enrolment: Enrolment, lesson_id: int, now: datetime, *, counts: bool, reason: str = ""
) -> None:
    # Counting has read the enrolment anew, without its run.
    run = run_head(enrolment.run_id)
    assert run is not None
    notify(
        db.session.get_one(Person, enrolment.person_id),
        "boards.contribution",
        context={
            "lesson_title": db.session.get_one(Lesson, lesson_id).title,
            "run_id": enrolment.run_id,
            "counts": counts,
            "reason": reason,
        },
        link=Link("progress.show_run", {"run_id": enrolment.run_id}),
        group=run.course_code,
        now=now,
    )
