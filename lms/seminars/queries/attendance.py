"""Reads over attendance: the evidence of a sitting, and the verdicts that came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import bindparam, false, func, or_, select

from lms.accounts.models import Person
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import Lesson
from lms.organisations.models import Affiliation, City
from lms.seminars.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    CorrectionState,
    OutageCertificate,
    Presence,
    PresenceSource,
    Sitting,
    SittingState,
)
from lms.seminars.queries.holidays import days_off
from lms.seminars.rules.attendance import IN_FULL, Attended, credit_of_lesson

HOME = "KR"

# --- evidence --------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """A stay that counts, or a moment without an end, and who says so.

    `said_by` and `reason` are there where a person has said it.
    """

    source: PresenceSource
    device: str
    joined_at: datetime
    left_at: datetime | None
    said_by: str = ""
    reason: str = ""


_EVIDENCE = (
    select(
        Presence.enrolment_id,
        Presence.source,
        Presence.device,
        Presence.joined_at,
        Presence.left_at,
        Person.full_name,
        Presence.reason,
    )
    .outerjoin(Person, Person.id == Presence.noted_by_id)
    .where(Presence.sitting_id == bindparam("sitting_id"))
    .where(Presence.enrolment_id.is_not(None), Presence.withdrawn_at.is_(None))
    .order_by(Presence.enrolment_id, Presence.joined_at, Presence.id)
)


def evidence_in(sitting_id: int) -> Mapping[int, list[Evidence]]:
    """Return what speaks for the presence of each enrolment in a sitting, in one statement."""
    rows = execute(_EVIDENCE, {"sitting_id": sitting_id})
    return {
        enrolment_id: [
            Evidence(PresenceSource(source), device, joined_at, left_at, said_by or "", reason)
            for _id, source, device, joined_at, left_at, said_by, reason in those
        ]
        for enrolment_id, those in groupby(rows, key=lambda row: row[0])
    }


def people_in_run(run_id: int) -> list[int]:
    """Return the ids of the enrolments of those who are in a run."""
    return list(
        db.session.scalars(
            select(Enrolment.id)
            .where(Enrolment.run_id == run_id, Enrolment.state.in_(ACTIVE_STATES))
            .order_by(Enrolment.id)
        )
    )


def recognised_minutes_of(sitting: Sitting) -> int:
    """Return what attending a sitting earns: nothing without a lesson."""
    wanted = select(Lesson.recognised_minutes).where(Lesson.id == sitting.lesson_id)
    return db.session.scalar(wanted) or 0


def holidays_at_home(first: date, last: date) -> frozenset[date]:
    """Return the days off of our own region between two days."""
    found = days_off([HOME], first, last)
    return frozenset(on for region, on in found.holidays.keys() - found.worked)


# --- verdicts --------------------------------------------------------------------------


def people_of_enrolments(enrolment_ids: Collection[int]) -> Mapping[int, Person]:
    """Return who is behind enrolments that are active, by enrolment, in one statement."""
    rows = db.session.execute(
        select(Enrolment.id, Person)
        .join(Enrolment.person)
        .where(Enrolment.id.in_(enrolment_ids), Enrolment.state.in_(ACTIVE_STATES))
        .order_by(Enrolment.id)
    )
    return {row[0]: row[1] for row in rows}


def attended_elsewhere(sitting: Sitting) -> frozenset[int]:
    """Return the enrolments that have the lesson of a sitting in full by another sitting of it."""
    if sitting.lesson_id is None:
        return frozenset()
    return frozenset(
        db.session.scalars(
            select(Attendance.enrolment_id)
            .join(Sitting, Sitting.id == Attendance.sitting_id)
            .where(Sitting.run_id == sitting.run_id, Sitting.lesson_id == sitting.lesson_id)
            .where(Sitting.id != sitting.id, Attendance.status.in_(IN_FULL))
        )
    )


_PROVISIONAL = (
    select(
        Sitting.lesson_id,
        Lesson.recognised_minutes,
        Attendance.status,
        Attendance.credited_minutes,
    )
    .join(Sitting, Sitting.id == Attendance.sitting_id)
    .join(Lesson, Lesson.id == Sitting.lesson_id)
    .where(Attendance.enrolment_id == bindparam("enrolment_id"))
    .where(Sitting.state == SittingState.PROVISIONAL)
    .order_by(Sitting.lesson_id)
)


def provisional_minutes(enrolment_id: int) -> Mapping[int, int]:
    """Return by lesson what somebody's provisional attendance would earn, in one statement."""
    rows = execute(_PROVISIONAL, {"enrolment_id": enrolment_id})
    found = {}
    for (lesson_id, recognised), those in groupby(rows, key=lambda row: (row[0], row[1])):
        verdicts = [Attended(AttendanceStatus(row[2]), row[3]) for row in those]
        credit = credit_of_lesson(verdicts, recognised)
        found[lesson_id] = credit.attended + credit.excused + credit.made_up
    return found


# --- the people of a sitting -----------------------------------------------------------


@dataclass(frozen=True)
class PersonInSitting:
    """Somebody in the run of a sitting, with the verdict on them once there is one."""

    enrolment_id: int
    full_name: str
    city: TextInLanguages | None
    attendance_id: int | None
    status: AttendanceStatus | None
    is_late: bool
    left_early: bool
    present_seconds: int
    credited_minutes: int
    evidence: str
    reason: str
    correction_id: int | None
    has_outage: bool


_PEOPLE = (
    select(
        Enrolment.id,
        Person.full_name,
        City.name,
        Attendance.id,
        Attendance.status,
        func.coalesce(Attendance.is_late, false()),
        func.coalesce(Attendance.left_early, false()),
        func.coalesce(Attendance.present_seconds, 0),
        func.coalesce(Attendance.credited_minutes, 0),
        func.coalesce(Attendance.evidence, ""),
        func.coalesce(Attendance.reason, ""),
        AttendanceCorrection.id,
        OutageCertificate.id.is_not(None),
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Affiliation, Affiliation.person_id == Person.id)
    .outerjoin(City, City.id == Affiliation.city_id)
    .outerjoin(
        Attendance,
        (Attendance.enrolment_id == Enrolment.id)
        & (Attendance.sitting_id == bindparam("sitting_id")),
    )
    .outerjoin(
        AttendanceCorrection,
        (AttendanceCorrection.attendance_id == Attendance.id)
        & (AttendanceCorrection.state == CorrectionState.PROPOSED),
    )
    .outerjoin(
        OutageCertificate,
        (OutageCertificate.enrolment_id == Enrolment.id)
        & (OutageCertificate.sitting_id == bindparam("sitting_id")),
    )
    .where(Enrolment.run_id == bindparam("run_id"))
    .where(or_(Enrolment.state.in_(ACTIVE_STATES), Attendance.id.is_not(None)))
    .order_by(func.lower(Person.full_name), Enrolment.id)
)
_OF_CITIES = _PEOPLE.where(Affiliation.city_id.in_(bindparam("city_ids", expanding=True)))


def people_of_sitting(sitting_id: int, run_id: int) -> list[PersonInSitting]:
    """Return who is in the run of a sitting or was counted in it, by name; one statement."""
    rows = execute(_PEOPLE, {"sitting_id": sitting_id, "run_id": run_id})
    return [PersonInSitting(*row) for row in rows]


def people_of_cities(
    sitting_id: int, run_id: int, city_ids: Sequence[int]
) -> list[PersonInSitting]:
    """Return those of them who come from some cities."""
    given = {"sitting_id": sitting_id, "run_id": run_id, "city_ids": city_ids}
    return [PersonInSitting(*row) for row in execute(_OF_CITIES, given)]
