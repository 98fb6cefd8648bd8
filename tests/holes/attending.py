"""Sessions of the ground that are over: one whose attendance may be made final, one where it is."""

from datetime import timedelta
from typing import Any

from lms.accounts.models import Person
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from lms.seminars.models import AttendanceStatus
from lms.seminars.services.corrections import propose_correction
from tests.factories.progress import Study
from tests.factories.seminars import make_attendance, make_held_lesson, make_sitting

OF_COUNTED = {"sitting_id": "counted_sitting_id"}
OF_FINAL = {"attendance_id": "final_attendance_id"}
PARTS = {
    "seminars.list_outages": OF_COUNTED,
    "seminars_manage.list_attendance": OF_COUNTED,
    "seminars_manage.make_attendance_final": OF_COUNTED,
    "seminars_manage.propose_correction": OF_FINAL,
}


def sessions_over(study: Study, proposer: Person) -> dict[str, Any]:
    """Return what the trainee missed: provisional, final, and with a correction that waits."""
    run = db.session.get_one(CourseRun, study.run.id)
    now = clock.now()

    def missed(days: int, state: str) -> Any:
        begun = now - timedelta(days=days)
        sitting = make_sitting(
            run,
            make_held_lesson(run),
            starts_at=begun,
            ends_at=begun + timedelta(hours=2),
            state=state,
            final_due_at=begun + timedelta(days=4),
        )
        return make_attendance(sitting, study.enrolment)

    counted, final, waiting = (
        missed(8, "attendance_provisional"),
        missed(9, "attendance_final"),
        missed(10, "attendance_final"),
    )
    with unit_of_work():
        correction = propose_correction(
            waiting,
            AttendanceStatus.PARTIAL,
            60,
            reason="The report came late.",
            actor=db.session.get_one(Person, proposer.id),
            now=now,
        )
        correction_id = correction.id
    return {
        "counted_sitting_id": counted.sitting_id,
        "attendance_id": counted.id,
        "final_attendance_id": final.id,
        "correction_id": correction_id,
    }
