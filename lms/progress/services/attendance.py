"""What sessions held at a time earn: it counts once their attendance is final.

Whatever an attendance says later takes the place of what it said before, be it less. A course
that was completed stays completed: its certificate is revoked by hand.
"""

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from lms.core.db import execute
from lms.core.unit_of_work import must_last
from lms.progress.models import Grant, LessonProgress
from lms.progress.services.roll_up import follow_up, lock_roll_up
from lms.seminars.events import AttendanceSettled, OutageCertified

_OF_LESSON = (
    LessonProgress.enrolment_id == bindparam("of_enrolment"),
    LessonProgress.lesson_id == bindparam("of_lesson"),
)
_PRESENT = select(
    LessonProgress.id, LessonProgress.completed_at, LessonProgress.contributed_at
).where(*_OF_LESSON)
_FIRST = insert(LessonProgress)
_AGAIN = update(LessonProgress).where(LessonProgress.id == bindparam("row_id"))


def take_attendance(event: AttendanceSettled) -> None:
    """Count what somebody's attendance of a lesson earns, and complete the course if that does.

    The lesson is done when nothing of it is left to them, and open again when a correction says
    less. Of who has left the run the record is kept all the same. Twice is harmless.
    """
    must_last()
    lock_roll_up(event.enrolment_id)
    _save(event)
    follow_up(event.enrolment_id, event.at, has_begun=bool(event.attended or event.made_up))


def _save(event: AttendanceSettled) -> None:
    of = {"of_enrolment": event.enrolment_id, "of_lesson": event.lesson_id}
    row = execute(_PRESENT, of).one_or_none()
    values = _values(event, row)
    if row is None:
        execute(
            _FIRST,
            {
                **values,
                "enrolment_id": event.enrolment_id,
                "lesson_id": event.lesson_id,
                "intervals": [],
                "watched_seconds": 0,
                "last_position": 0,
                "allowance": 0.0,
                "tries": 0,
            },
        )
    else:
        execute(_AGAIN, values | {"row_id": row.id})


def _values(event: AttendanceSettled, row: Any) -> dict[str, Any]:
    completed_at, contributed_at = (row.completed_at, row.contributed_at) if row else (None, None)
    is_done = event.in_full or contributed_at is not None
    granted = event.made_up or event.excused
    grant = Grant.MADE_UP if event.made_up else Grant.EXCUSED
    return {
        "attended_minutes": event.attended,
        "granted_minutes": granted,
        "granted_as": grant if granted else None,
        "completed_at": (completed_at or event.at) if is_done else None,
        "updated_at": event.at,
    }


def allow_more_made_up(event: OutageCertified) -> None:
    """Count anew for somebody of whose made-up hours more count now; it may complete the course."""
    lock_roll_up(event.enrolment_id)
    follow_up(event.enrolment_id, event.at, has_begun=False)
