"""One person's attendance of one sitting, with all that led to it; and what waits to be decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.accounts.queries import Change
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course
from lms.enrolment.models import CourseRun, Enrolment
from lms.lessons.models import Lesson
from lms.seminars.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    CorrectionState,
    OutageCertificate,
    Presence,
    PresenceSource,
    Sitting,
)


def attendance_by_id(attendance_id: int) -> Attendance | None:
    """Return one person's attendance of one sitting."""
    return db.session.get(Attendance, attendance_id)


def correction_by_id(correction_id: int) -> AttendanceCorrection | None:
    """Return one proposal to correct an attendance."""
    return db.session.get(AttendanceCorrection, correction_id)


@dataclass(frozen=True)
class Proposed:
    """What one person proposes in the place of a final verdict."""

    id: int
    new_status: AttendanceStatus
    new_minutes: int
    reason: str
    proposed_at: datetime
    proposed_by_id: int
    proposed_by: str


@dataclass(frozen=True)
class Whose:
    """Who an attendance is of, what a focal point has certified of it, and what is proposed."""

    enrolment_id: int
    full_name: str
    outage: str
    certified_by: str
    proposed: Proposed | None


_proposer = aliased(Person)
_certifier = aliased(Person)
_PROPOSED: tuple[Any, ...] = (
    AttendanceCorrection.id,
    AttendanceCorrection.new_status,
    AttendanceCorrection.new_minutes,
    AttendanceCorrection.reason,
    AttendanceCorrection.proposed_at,
    AttendanceCorrection.proposed_by_id,
    _proposer.full_name,
)


def whose(attendance: Attendance) -> Whose:
    """Return who an attendance is of and what waits to be decided of it, in one statement."""
    id_, name, outage, certified_by, *proposed = db.session.execute(
        select(
            Enrolment.id,
            Person.full_name,
            OutageCertificate.reason,
            _certifier.full_name,
            *_PROPOSED,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(
            OutageCertificate,
            (OutageCertificate.enrolment_id == Enrolment.id)
            & (OutageCertificate.sitting_id == attendance.sitting_id),
        )
        .outerjoin(_certifier, _certifier.id == OutageCertificate.certified_by_id)
        .outerjoin(
            AttendanceCorrection,
            (AttendanceCorrection.attendance_id == attendance.id)
            & (AttendanceCorrection.state == CorrectionState.PROPOSED),
        )
        .outerjoin(_proposer, _proposer.id == AttendanceCorrection.proposed_by_id)
        .where(Enrolment.id == attendance.enrolment_id)
    ).one()
    waiting = None if proposed[0] is None else Proposed(*proposed)
    return Whose(id_, name, outage or "", certified_by or "", waiting)


@dataclass(frozen=True)
class Trace:
    """A piece of evidence, also when it was taken back."""

    source: PresenceSource
    joined_at: datetime
    left_at: datetime | None
    reason: str
    said_by: str
    withdrawn_at: datetime | None


def traces_of(attendance: Attendance) -> list[Trace]:
    """Return all evidence on somebody in a sitting by time, what was taken back too."""
    rows = db.session.execute(
        select(
            Presence.source,
            Presence.joined_at,
            Presence.left_at,
            Presence.reason,
            Person.full_name,
            Presence.withdrawn_at,
        )
        .outerjoin(Person, Person.id == Presence.noted_by_id)
        .where(Presence.sitting_id == attendance.sitting_id)
        .where(Presence.enrolment_id == attendance.enrolment_id)
        .order_by(Presence.joined_at, Presence.id)
    )
    return [
        Trace(source, joined_at, left_at, reason, said_by or "", withdrawn_at)
        for source, joined_at, left_at, reason, said_by, withdrawn_at in rows
    ]


def history_of_attendance(attendance_id: int) -> list[Change]:
    """Return how a verdict came to be as it is, newest first, proposals to correct it included."""
    rows = db.session.execute(
        select(
            StatusEvent.old, StatusEvent.new, StatusEvent.reason, StatusEvent.at, Person.full_name
        )
        .outerjoin(Person, Person.id == StatusEvent.actor_id)
        .where(
            StatusEvent.entity.in_(("attendance", "attendance_correction")),
            StatusEvent.entity_id == attendance_id,
        )
        .order_by(StatusEvent.at.desc(), StatusEvent.id.desc())
    )
    return [Change(old, new, reason, at, actor or "") for old, new, reason, at, actor in rows]


# --- proposals -------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A correction that waits for a second person, with whose attendance of what it is."""

    proposed: Proposed
    attendance_id: int
    old_status: AttendanceStatus
    old_minutes: int
    full_name: str
    starts_at: datetime
    own_title: TextInLanguages | None
    lesson_title: TextInLanguages | None
    course_code: str
    cohort_no: int

    @property
    def title(self) -> TextInLanguages | None:
        """Return the title of the sitting, or that of its lesson."""
        return self.own_title or self.lesson_title


_WHERE: tuple[Any, ...] = (
    AttendanceCorrection.attendance_id,
    AttendanceCorrection.old_status,
    AttendanceCorrection.old_minutes,
    Person.full_name,
    Sitting.starts_at,
    Sitting.title,
    Lesson.title,
    Course.code,
    CourseRun.cohort_no,
)


def open_proposals(limit: int) -> Sequence[Proposal]:
    """Return the proposals that wait longest for a second person, in one statement."""
    rows = db.session.execute(
        select(*_PROPOSED, *_WHERE)
        .join(_proposer, _proposer.id == AttendanceCorrection.proposed_by_id)
        .join(Attendance, Attendance.id == AttendanceCorrection.attendance_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .join(CourseRun, CourseRun.id == Sitting.run_id)
        .join(Course, Course.id == CourseRun.course_id)
        .outerjoin(Lesson, Lesson.id == Sitting.lesson_id)
        .where(AttendanceCorrection.state == CorrectionState.PROPOSED)
        .order_by(AttendanceCorrection.proposed_at, AttendanceCorrection.id)
        .limit(limit)
    )
    first_of_where = len(_PROPOSED)
    return [Proposal(Proposed(*row[:first_of_where]), *row[first_of_where:]) for row in rows]
