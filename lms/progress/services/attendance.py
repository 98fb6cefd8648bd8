"""What sessions held at a time earn: it counts once their attendance is final.

Whatever an attendance says later takes the place of what it said before, be it less. A course
that was completed stays completed: its certificate is revoked by hand.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from lms.core.db import execute
from lms.core.unit_of_work import must_last
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunState
from lms.progress.models import Grant, LessonProgress
from lms.progress.services.roll_up import complete_course, count_again, lock_roll_up, start
from lms.seminars.events import AttendanceSettled, OutageCertified

# Attendance becomes final, or is corrected, after the last day too.
OPEN_TO_COMPLETION = frozenset({RunState.RUNNING, RunState.JUDGING, RunState.COMPLETED})
NOT_COMPLETED_YET = frozenset({EnrolmentState.ENROLLED, EnrolmentState.STARTED})

_OF_LESSON = (
    LessonProgress.enrolment_id == bindparam("of_enrolment"),
    LessonProgress.lesson_id == bindparam("of_lesson"),
)
_PRESENT = select(LessonProgress.id, LessonProgress.completed_at).where(*_OF_LESSON)
_FIRST = insert(LessonProgress)
_AGAIN = update(LessonProgress).where(LessonProgress.id == bindparam("row_id"))
_STATES = (
    select(Enrolment.state, CourseRun.state, CourseRun.id)
    .join(CourseRun, CourseRun.id == Enrolment.run_id)
    .where(Enrolment.id == bindparam("of_enrolment"))
)


def take_attendance(event: AttendanceSettled) -> None:
    """Count what somebody's attendance of a lesson earns, and complete the course if that does.

    The lesson is done when nothing of it is left to them, and open again when a correction says
    less. Of who has left the run the record is kept all the same. Twice is harmless.
    """
    must_last()
    lock_roll_up(event.enrolment_id)
    _save(event)
    _follow(event.enrolment_id, event.at, has_begun=bool(event.attended or event.made_up))


def _save(event: AttendanceSettled) -> None:
    of = {"of_enrolment": event.enrolment_id, "of_lesson": event.lesson_id}
    row = execute(_PRESENT, of).one_or_none()
    values = _values(event, row.completed_at if row else None)
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


def _values(event: AttendanceSettled, completed_at: datetime | None) -> dict[str, Any]:
    granted = event.made_up or event.excused
    grant = Grant.MADE_UP if event.made_up else Grant.EXCUSED
    return {
        "attended_minutes": event.attended,
        "granted_minutes": granted,
        "granted_as": grant if granted else None,
        "completed_at": (completed_at or event.at) if event.in_full else None,
        "updated_at": event.at,
    }


def allow_more_made_up(event: OutageCertified) -> None:
    """Count anew for somebody of whose made-up hours more count now; it may complete the course."""
    lock_roll_up(event.enrolment_id)
    _follow(event.enrolment_id, event.at, has_begun=False)


def _follow(enrolment_id: int, now: datetime, *, has_begun: bool) -> None:
    """Count anew; start and complete what that starts and completes."""
    counts = count_again(enrolment_id)
    state, run_state, run_id = execute(_STATES, {"of_enrolment": enrolment_id}).one()
    if state not in NOT_COMPLETED_YET or run_state not in OPEN_TO_COMPLETION:
        return
    if has_begun:
        start(enrolment_id, now)
    complete_course(enrolment_id, run_id, counts, now)
