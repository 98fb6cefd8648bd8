"""What somebody has posted counts as the task of a session, or no longer does.

That it counts is decided above; here it becomes hours, by the code that turns attendance into
hours. A course that was completed stays completed.
"""

from datetime import datetime

from sqlalchemy import select

from lms.core.db import db
from lms.core.unit_of_work import must_last
from lms.lessons.models import Lesson
from lms.progress import rules
from lms.progress.models import LessonProgress
from lms.progress.services.roll_up import follow_up, lock_roll_up


def count_contribution(enrolment_id: int, lesson_id: int, *, now: datetime) -> None:
    """Count a contribution as the task of a session, and complete the course if that does.

    The session is done then, and counts whole, whatever its attendance says. Twice is harmless.
    """
    must_last()
    lock_roll_up(enrolment_id)
    row = _record(enrolment_id, lesson_id)
    if row is None:
        row = LessonProgress(enrolment_id=enrolment_id, lesson_id=lesson_id, updated_at=now)
        db.session.add(row)
    if row.contributed_at is None:
        row.contributed_at = now
        row.completed_at = row.completed_at or now
        row.updated_at = now
    db.session.flush()
    follow_up(enrolment_id, now, has_begun=True)


def withdraw_contribution(enrolment_id: int, lesson_id: int, *, now: datetime) -> None:
    """Leave a session to what its attendance says: open again unless that counts whole."""
    must_last()
    lock_roll_up(enrolment_id)
    row = _record(enrolment_id, lesson_id)
    if row is None or row.contributed_at is None:
        return
    whole = db.session.get_one(Lesson, lesson_id).recognised_minutes
    row.contributed_at = None
    if not rules.is_held_in_full(whole, row.attended_minutes, row.granted_minutes):
        row.completed_at = None
    row.updated_at = now
    db.session.flush()
    follow_up(enrolment_id, now, has_begun=False)


def _record(enrolment_id: int, lesson_id: int) -> LessonProgress | None:
    """Return the record as it is under the lock of the roll-up."""
    return db.session.scalar(
        select(LessonProgress)
        .where(LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_id == lesson_id)
        .execution_options(populate_existing=True)
    )
