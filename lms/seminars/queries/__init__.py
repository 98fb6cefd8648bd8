"""Reads over sittings and who holds them. Other questions have modules of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from lms.accounts.models import Person
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseVersion
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunState
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import Lesson, LessonKind, SpeakerInvitation
from lms.seminars.models import (
    InterpretingMode,
    RecordingPolicy,
    RoomKind,
    Sitting,
    SittingPerson,
    SittingRole,
    SittingState,
)
from lms.seminars.rules import sittings as rules


@dataclass(frozen=True)
class SittingRow:
    """A sitting as timetables, calendars and pages show it.

    `title` is the sitting's own or else its lesson's. Room address and passcode are not here:
    they are for those who may enter, see `sitting_page.details_of`.
    """

    id: int
    run_id: int
    lesson_id: int | None
    revision: int
    uid: str
    sequence: int
    state: SittingState
    kind: LessonKind
    own_title: TextInLanguages | None
    lesson_title: TextInLanguages | None
    recognised_minutes: int | None
    slot_name: str
    starts_at: datetime
    ends_at: datetime
    previous_starts_at: datetime | None
    previous_ends_at: datetime | None
    change_reason: str
    breaks: Sequence[Sequence[int]]
    room_kind: RoomKind
    venue: TextInLanguages | None
    is_public: bool
    guest_capacity: int | None
    guests_taken: int
    recording_policy: RecordingPolicy
    recording_published_at: datetime | None
    recording_seconds: int
    recording_until: date | None
    allows_make_up: bool
    changed_at: datetime
    run_state: RunState
    cohort_no: int
    working_language: str
    is_demo: bool
    version_id: int
    course_code: str
    course_title: TextInLanguages

    @property
    def title(self) -> TextInLanguages:
        """Return its own title, or that of its lesson."""
        title = self.own_title or self.lesson_title
        assert title is not None
        return title

    @property
    def minutes(self) -> int:
        """Return its length without breaks."""
        return rules.net_minutes(self.starts_at, self.ends_at, self.breaks)

    @property
    def counts_for_hours(self) -> bool:
        """Tell whether attending it earns recognised minutes."""
        return bool(self.recognised_minutes)

    def phase(self, now: datetime) -> rules.Phase:
        """Return where it stands at a moment."""
        return rules.phase(self.state, self.starts_at, self.ends_at, now)


COLUMNS: tuple[Any, ...] = (
    Sitting.id,
    Sitting.run_id,
    Sitting.lesson_id,
    Sitting.revision,
    Sitting.uid,
    Sitting.sequence,
    Sitting.state,
    Sitting.kind,
    Sitting.title,
    Lesson.title,
    Lesson.recognised_minutes,
    Sitting.slot_name,
    Sitting.starts_at,
    Sitting.ends_at,
    Sitting.previous_starts_at,
    Sitting.previous_ends_at,
    Sitting.change_reason,
    Sitting.breaks,
    Sitting.room_kind,
    Sitting.venue,
    Sitting.is_public,
    Sitting.guest_capacity,
    Sitting.guests_taken,
    Sitting.recording_policy,
    Sitting.recording_published_at,
    Sitting.recording_seconds,
    Sitting.recording_until,
    Sitting.allows_make_up,
    Sitting.changed_at,
    CourseRun.state,
    CourseRun.cohort_no,
    CourseRun.working_language,
    CourseRun.is_demo,
    CourseRun.course_version_id,
    Course.code,
    CourseVersion.title,
)


def sittings_with(*more: Any) -> Select[Any]:
    """Return a select of sittings by time, with more columns after those of `SittingRow`."""
    return (
        select(*COLUMNS, *more)
        .join(CourseRun, CourseRun.id == Sitting.run_id)
        .join(Course, Course.id == CourseRun.course_id)
        .join(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
        .outerjoin(Lesson, Lesson.id == Sitting.lesson_id)
        .order_by(Sitting.starts_at, Sitting.id)
    )


def rows_of(statement: Select[Any], **values: Any) -> list[SittingRow]:
    """Return the sittings of a select of `sittings_with()`."""
    return [SittingRow(*row) for row in execute(statement, values)]


# Statements are made once: making one anew costs more than the database takes to answer it.
_ONE = sittings_with().where(Sitting.id == bindparam("sitting_id"))
_OF_RUN = sittings_with().where(Sitting.run_id == bindparam("run_id"))
_OF_LESSON = sittings_with().where(
    Sitting.run_id == bindparam("run_id"), Sitting.lesson_id == bindparam("lesson_id")
)


def sitting_row(sitting_id: int) -> SittingRow | None:
    """Return one sitting, whatever its state."""
    return next(iter(rows_of(_ONE, sitting_id=sitting_id)), None)


def sittings_of_run(run_id: int) -> list[SittingRow]:
    """Return the sittings of a run by time, whatever their states."""
    return rows_of(_OF_RUN, run_id=run_id)


def repeats_of(row: SittingRow) -> list[SittingRow]:
    """Return the other sittings that repeat this one: they count once (DOMAIN 2.8)."""
    if row.lesson_id is None:
        return []
    rows = rows_of(_OF_LESSON, run_id=row.run_id, lesson_id=row.lesson_id)
    return [each for each in rows if each.id != row.id]


def sitting_by_id(sitting_id: int) -> Sitting | None:
    """Return the row of a sitting, for what is done to it."""
    return db.session.get(Sitting, sitting_id)


# --- who holds it ----------------------------------------------------------------------


@dataclass(frozen=True)
class HolderRow:
    """Somebody who holds a sitting, by the name people know them by."""

    id: int
    sitting_id: int
    role: SittingRole
    person_id: int | None
    speaker_id: int | None
    name: str
    language: str
    mode: InterpretingMode | None
    channel: str
    confirmed_at: datetime | None


_HOLDERS = (
    select(
        SittingPerson.id,
        SittingPerson.sitting_id,
        SittingPerson.role,
        SittingPerson.person_id,
        SittingPerson.speaker_id,
        func.coalesce(Person.full_name, SpeakerInvitation.name, SittingPerson.name),
        SittingPerson.language,
        SittingPerson.mode,
        SittingPerson.channel,
        SittingPerson.confirmed_at,
    )
    .outerjoin(Person, Person.id == SittingPerson.person_id)
    .outerjoin(SpeakerInvitation, SpeakerInvitation.id == SittingPerson.speaker_id)
    .where(SittingPerson.sitting_id.in_(bindparam("sitting_ids", expanding=True)))
    .order_by(SittingPerson.sitting_id, SittingPerson.id)
)


def holders_of(sitting_ids: Sequence[int]) -> Mapping[int, list[HolderRow]]:
    """Return who holds each of the sittings, in one statement."""
    rows = [HolderRow(*row) for row in execute(_HOLDERS, {"sitting_ids": list(sitting_ids)})]
    return {key: list(group) for key, group in groupby(rows, key=lambda row: row.sitting_id)}


# --- who is in it ----------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """A person's enrolment in the run of a sitting."""

    enrolment_id: int
    state: EnrolmentState
    person_id: int

    @property
    def is_active(self) -> bool:
        """Tell whether they are in the run."""
        return self.state in ACTIVE_STATES


_SEAT = select(Enrolment.id, Enrolment.state, Enrolment.person_id).where(
    Enrolment.run_id == bindparam("run_id"), Enrolment.person_id == bindparam("person_id")
)


def seat_of(person_id: int, run_id: int) -> Seat | None:
    """Return a person's enrolment in a run, whatever its state."""
    row = execute(_SEAT, {"run_id": run_id, "person_id": person_id}).one_or_none()
    return None if row is None else Seat(*row)
