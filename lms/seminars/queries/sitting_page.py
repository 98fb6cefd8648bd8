"""What the page of a sitting shows beyond its row, in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, and_, bindparam, exists, select

from lms.core.db import execute
from lms.core.text import TextInLanguages
from lms.enrolment.models import CourseRun, Enrolment, RunInstructor
from lms.organisations.models import Affiliation, City
from lms.seminars.models import (
    Attendance,
    AttendanceStatus,
    EvaluationTurn,
    RoomKind,
    Sitting,
    SittingPerson,
)
from lms.seminars.queries import Seat

# --- as what somebody comes ------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What a person has to do with a sitting: their seat, whether they hold it or teach its run.

    `city_languages` are the training languages of their city.
    """

    seat: Seat | None
    holds: bool
    teaches_run: bool
    city_languages: Sequence[str]


_PERSON: BindParameter[int] = bindparam("person_id")
_SITTING: BindParameter[int] = bindparam("sitting_id")
_STANDING = (
    select(
        Enrolment.id,
        Enrolment.state,
        exists().where(SittingPerson.sitting_id == _SITTING, SittingPerson.person_id == _PERSON),
        exists().where(RunInstructor.run_id == CourseRun.id, RunInstructor.person_id == _PERSON),
        City.training_languages,
    )
    .select_from(CourseRun)
    .outerjoin(Enrolment, and_(Enrolment.run_id == CourseRun.id, Enrolment.person_id == _PERSON))
    .outerjoin(Affiliation, Affiliation.person_id == _PERSON)
    .outerjoin(City, City.id == Affiliation.city_id)
    .where(CourseRun.id == bindparam("run_id"))
)


def standing_of(person_id: int, sitting_id: int, run_id: int) -> Standing:
    """Return what a person has to do with a sitting of a run, in one statement."""
    values = {"person_id": person_id, "sitting_id": sitting_id, "run_id": run_id}
    enrolment_id, state, holds, teaches, languages = execute(_STANDING, values).one()
    seat = None if enrolment_id is None else Seat(enrolment_id, state, person_id)
    return Standing(seat, bool(holds), bool(teaches), languages or ())


# --- what the page tells ---------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """Where people meet, with what lets them in: for those who may enter alone."""

    kind: RoomKind
    address: str
    passcode: str
    dial_in: str


@dataclass(frozen=True)
class OwnAttendance:
    """The verdict on the reader, as they see it."""

    status: AttendanceStatus
    is_late: bool
    left_early: bool
    present_seconds: int
    credited_minutes: int


@dataclass(frozen=True)
class Details:
    """What a sitting's page tells beside its row. `room` is there only if it was asked for."""

    preparation: TextInLanguages | None
    meeting_point: str
    insurance: str
    asks_photo_consent: bool
    room: Room | None
    attendance: OwnAttendance | None
    has_evaluated: bool


_DETAILS = (
    select(
        Sitting.preparation,
        Sitting.meeting_point,
        Sitting.insurance,
        Sitting.asks_photo_consent,
        Sitting.room_kind,
        Sitting.room_address,
        Sitting.room_passcode,
        Sitting.dial_in,
        EvaluationTurn.id.is_not(None),
        Attendance.status,
        Attendance.is_late,
        Attendance.left_early,
        Attendance.present_seconds,
        Attendance.credited_minutes,
    )
    .outerjoin(
        Attendance,
        and_(
            Attendance.sitting_id == Sitting.id,
            Attendance.enrolment_id == bindparam("enrolment_id"),
        ),
    )
    .outerjoin(
        EvaluationTurn,
        and_(
            EvaluationTurn.sitting_id == Sitting.id,
            EvaluationTurn.enrolment_id == bindparam("enrolment_id"),
        ),
    )
    .where(Sitting.id == bindparam("sitting_id"))
)


def details_of(sitting_id: int, seat: Seat | None, *, with_room: bool) -> Details:
    """Return what the page of a sitting tells to somebody, in one statement.

    Only `with_room` it holds the address and the passcode: ask so for those concerned alone.
    """
    values = {"sitting_id": sitting_id, "enrolment_id": seat.enrolment_id if seat else None}
    row = execute(_DETAILS, values).one()
    attendance = None if row[9] is None else OwnAttendance(AttendanceStatus(row[9]), *row[10:])
    room = Room(RoomKind(row[4]), *row[5:8]) if with_room else None
    preparation, meeting_point, insurance, asks_photo_consent = row[:4]
    return Details(
        preparation, meeting_point, insurance, asks_photo_consent, room, attendance, bool(row[8])
    )
