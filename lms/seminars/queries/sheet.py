"""What the attendance sheet of a run is made from."""

from sqlalchemy import bindparam, exists, func, or_, select

from lms.accounts.models import Person
from lms.core.db import execute
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import LessonKind
from lms.organisations.models import Affiliation, City
from lms.seminars.models import Attendance, AttendanceStatus, OutageCertificate, Sitting
from lms.seminars.queries import sittings_of_run
from lms.seminars.rules.sheet import Column, Counted, Sheet, SheetPerson, make_sheet
from lms.seminars.rules.sittings import HELD

NO_CITY = "none"

_PEOPLE = (
    select(
        Enrolment.id,
        Person.full_name,
        func.coalesce(City.slug, NO_CITY),
        City.name,
        func.coalesce(Affiliation.organisation, ""),
        exists().where(OutageCertificate.enrolment_id == Enrolment.id),
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Affiliation, Affiliation.person_id == Person.id)
    .outerjoin(City, City.id == Affiliation.city_id)
    .where(Enrolment.run_id == bindparam("run_id"))
    .where(
        or_(
            Enrolment.state.in_(ACTIVE_STATES),
            exists().where(Attendance.enrolment_id == Enrolment.id),
        )
    )
    .order_by(func.lower(Person.full_name), Enrolment.id)
)
_VERDICTS = (
    select(
        Attendance.enrolment_id,
        Attendance.sitting_id,
        Attendance.status,
        Attendance.is_late,
        Attendance.left_early,
        Attendance.credited_minutes,
        Attendance.evidence,
    )
    .join(Sitting, Sitting.id == Attendance.sitting_id)
    .where(Sitting.run_id == bindparam("run_id"))
)


def columns_of_run(run_id: int) -> list[Column]:
    """Return the sessions of a run that were held, by time, pauses excepted; one statement."""
    return [
        Column(
            row.id,
            row.lesson_id,
            row.state,
            row.starts_at,
            row.title,
            row.slot_name,
            row.recognised_minutes or 0,
        )
        for row in sittings_of_run(run_id)
        if row.state in HELD and row.kind != LessonKind.BREAK
    ]


def people_of_sheet(run_id: int) -> list[SheetPerson]:
    """Return who is in a run or was counted in it, by name; one statement."""
    return [SheetPerson(*row) for row in execute(_PEOPLE, {"run_id": run_id})]


def sheet_of_run(run_id: int, people: list[SheetPerson]) -> Sheet:
    """Return the attendance sheet of people of a run, in two statements whatever their number."""
    verdicts = {
        (enrolment_id, sitting_id): Counted(AttendanceStatus(status), *verdict)
        for enrolment_id, sitting_id, status, *verdict in execute(_VERDICTS, {"run_id": run_id})
    }
    return make_sheet(columns_of_run(run_id), people, verdicts)
