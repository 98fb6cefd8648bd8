"""Reads over recordings of sittings: files, captions and questions, and what lets them out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import Person
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import CourseTeacher
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.i18n.times import BUSAN
from lms.lessons.models import Intake, IntakePurpose, IntakeState, SpeakerInvitation
from lms.lessons.queries import MediaRow
from lms.organisations.models import Affiliation, City
from lms.seminars.models import (
    Attendance,
    AttendanceStatus,
    Sitting,
    SittingCaption,
    SittingMedia,
    SittingPerson,
    SittingQuestion,
    SittingRole,
)
from lms.seminars.queries import COLUMNS, SittingRow, sittings_with
from lms.seminars.rules.attendance import IN_FULL, Stay
from lms.seminars.rules.recordings import MakeUp, make_up_until, missed_of_recording

UNFINISHED = (IntakeState.RECEIVING, IntakeState.WAITING, IntakeState.WORKING)


@dataclass(frozen=True)
class Recording:
    """A sitting with what is known of its recording, but for its files.

    `address` is where it is kept elsewhere; `begins_at` when its first second was spoken.
    """

    sitting: SittingRow
    address: str
    begins_at: datetime | None
    questions: int

    @property
    def seconds(self) -> int:
        """Return its length; 0 while there is none of ours."""
        return self.sitting.recording_seconds

    @property
    def is_there(self) -> bool:
        """Tell whether there is one, here or elsewhere."""
        return bool(self.seconds or self.address)

    def make_up(
        self,
        status: AttendanceStatus | None,
        stays: Iterable[Stay],
        *,
        is_elsewhere: bool,
        zone: str,
    ) -> MakeUp:
        """Return what decides whether somebody may make up for the sitting; once it is published.

        `zone` is that of the trainee's city, `is_elsewhere` as in `MakeUp`.
        """
        row = self.sitting
        assert row.recording_published_at is not None
        begins_at = self.begins_at or row.starts_at
        return MakeUp(
            status=status,
            is_elsewhere=is_elsewhere,
            is_offered=row.allows_make_up,
            questions=self.questions,
            missed=missed_of_recording(row, stays, begins_at=begins_at, seconds=self.seconds),
            until=make_up_until(row.recording_published_at, zone),
        )


_QUESTIONS = (
    select(func.count(SittingQuestion.id))
    .where(SittingQuestion.sitting_id == Sitting.id)
    .scalar_subquery()
)
_RECORDING = (Sitting.recording_address, Sitting.recording_starts_at, _QUESTIONS)


def recordings_with(*more: Any) -> Select[Any]:
    """Return a select of sittings with their recordings, with more columns after those."""
    return sittings_with(*_RECORDING, *more)


def recording_and_more(row: Sequence[Any]) -> tuple[Recording, Sequence[Any]]:
    """Return the recording of a row of `recordings_with()`, and its further columns."""
    of_sitting, rest = row[: len(COLUMNS)], row[len(COLUMNS) :]
    count = len(_RECORDING)
    return Recording(SittingRow(*of_sitting), *rest[:count]), rest[count:]


_ONE = recordings_with().where(Sitting.id == bindparam("sitting_id"))


def recording_of(sitting_id: int) -> Recording | None:
    """Return a sitting with its recording, whatever the state of either, in one statement."""
    row = execute(_ONE, {"sitting_id": sitting_id}).one_or_none()
    return None if row is None else recording_and_more(row)[0]


# --- its files -------------------------------------------------------------------------

_MEDIA = (
    select(
        SittingMedia.rendition, SittingMedia.storage_key, SittingMedia.mimetype, SittingMedia.size
    )
    .where(SittingMedia.sitting_id == bindparam("sitting_id"))
    .order_by(SittingMedia.id)
)


def media_of_sitting(sitting_id: int) -> list[MediaRow]:
    """Return the renditions of a sitting's recording."""
    return [MediaRow(*row) for row in execute(_MEDIA, {"sitting_id": sitting_id})]


_CAPTIONS = (
    select(SittingCaption.language, SittingCaption.webvtt)
    .where(SittingCaption.sitting_id == bindparam("sitting_id"))
    .order_by(SittingCaption.language)
)


def captions_of_sitting(sitting_id: int) -> Mapping[str, str]:
    """Return the captions of a recording as WebVTT, by language."""
    rows = execute(_CAPTIONS, {"sitting_id": sitting_id})
    return {row.language: row.webvtt for row in rows}


def media_rows(sitting: Sitting) -> Sequence[SittingMedia]:
    """Return the rows of a sitting's recording."""
    return db.session.scalars(
        select(SittingMedia).where(SittingMedia.sitting_id == sitting.id)
    ).all()


def caption_row(sitting: Sitting, language: str) -> SittingCaption | None:
    """Return the row of a recording's captions in a language."""
    return db.session.scalar(
        select(SittingCaption).where(
            SittingCaption.sitting_id == sitting.id, SittingCaption.language == language
        )
    )


def caption_rows(sitting: Sitting) -> Sequence[SittingCaption]:
    """Return the rows of all captions of a recording."""
    return db.session.scalars(
        select(SittingCaption).where(SittingCaption.sitting_id == sitting.id)
    ).all()


def _intakes(sitting: Sitting) -> Any:
    return (
        select(Intake)
        # Their lesson is what is indexed.
        .where(Intake.lesson_id == sitting.lesson_id, Intake.owner_id == sitting.id)
        .where(Intake.purpose == IntakePurpose.HELD_RECORDING)
    )


def intakes_of_sitting(sitting: Sitting) -> Sequence[Intake]:
    """Return the files for a recording that are on their way in, or came to nothing; newest
    first, with their uploads."""
    rows = _intakes(sitting).where(Intake.state != IntakeState.READY).order_by(Intake.id.desc())
    return list(db.session.scalars(rows.options(joinedload(Intake.upload))))


def is_under_way(sitting: Sitting) -> bool:
    """Tell whether a file for the recording is being sent or prepared."""
    wanted = _intakes(sitting).where(Intake.state.in_(UNFINISHED)).limit(1)
    return db.session.scalar(wanted) is not None


# --- who consents ----------------------------------------------------------------------


@dataclass(frozen=True)
class Consent:
    """Whether somebody who speaks in a sitting consents to being recorded, and since when.

    They say so as of the course's teaching staff or by their invitation; who is neither has no
    way to.
    """

    name: str
    given_at: datetime | None
    is_invited: bool
    is_teaching: bool


def consents_of(sitting: Sitting) -> list[Consent]:
    """Return the consents of those who speak in a sitting: its instructors and invited speakers."""
    rows = db.session.execute(
        select(
            func.coalesce(Person.full_name, SpeakerInvitation.name, SittingPerson.name),
            func.coalesce(
                CourseTeacher.consents_to_recording_at, SpeakerInvitation.consents_to_recording_at
            ),
            SpeakerInvitation.id.is_not(None),
            CourseTeacher.person_id.is_not(None),
        )
        .select_from(SittingPerson)
        .join(Sitting, Sitting.id == SittingPerson.sitting_id)
        .join(CourseRun, CourseRun.id == Sitting.run_id)
        .outerjoin(Person, Person.id == SittingPerson.person_id)
        .outerjoin(SpeakerInvitation, SpeakerInvitation.id == SittingPerson.speaker_id)
        .outerjoin(
            CourseTeacher,
            and_(
                CourseTeacher.course_id == CourseRun.course_id,
                CourseTeacher.person_id == SittingPerson.person_id,
            ),
        )
        .where(SittingPerson.sitting_id == sitting.id)
        .where(
            or_(SittingPerson.role == SittingRole.INSTRUCTOR, SittingPerson.speaker_id.is_not(None))
        )
        .order_by(SittingPerson.id)
    )
    return [Consent(*row) for row in rows]


# --- the questions after it ------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A question asked of those who make up what they missed."""

    position: int
    prompt: TextInLanguages
    choices: Sequence[TextInLanguages]
    correct_choice: int


_ASKED = (
    select(
        SittingQuestion.position,
        SittingQuestion.prompt,
        SittingQuestion.stored_choices,
        SittingQuestion.correct_choice,
    )
    .where(SittingQuestion.sitting_id == bindparam("sitting_id"))
    .order_by(SittingQuestion.position)
)


def questions_of(sitting_id: int) -> list[Question]:
    """Return the questions after a sitting, in their order."""
    return [
        Question(position, prompt, [TextInLanguages.from_json(each) for each in choices], correct)
        for position, prompt, choices, correct in execute(_ASKED, {"sitting_id": sitting_id})
    ]


def question_row(sitting: Sitting, position: int) -> SittingQuestion | None:
    """Return the row of a question."""
    return db.session.scalar(
        select(SittingQuestion).where(
            SittingQuestion.sitting_id == sitting.id, SittingQuestion.position == position
        )
    )


# --- whom it is for --------------------------------------------------------------------

# A deadline of trainees is their city's (DOMAIN 3.3).
ZONE_OF_TRAINEE = func.coalesce(City.time_zone, func.nullif(Person.time_zone, ""), BUSAN)

_elsewhere = aliased(Attendance)
_repeat = aliased(Sitting)
IN_FULL_ELSEWHERE = (
    exists()
    .where(_elsewhere.enrolment_id == Enrolment.id, _elsewhere.status.in_(IN_FULL))
    .where(_repeat.id == _elsewhere.sitting_id, _repeat.lesson_id == Sitting.lesson_id)
    .where(_repeat.run_id == Sitting.run_id, _repeat.id != Sitting.id)
)


@dataclass(frozen=True)
class Absentee:
    """Somebody in the run of a sitting, with what is known of their attendance of it."""

    enrolment_id: int
    person: Person
    zone: str
    status: AttendanceStatus | None
    is_elsewhere: bool


def people_of_sitting(sitting: Sitting) -> list[Absentee]:
    """Return everybody in the run of a sitting with their attendance of it, in one statement."""
    rows = db.session.execute(
        select(Enrolment.id, Person, ZONE_OF_TRAINEE, Attendance.status, IN_FULL_ELSEWHERE)
        .select_from(Sitting)
        .join(Enrolment, Enrolment.run_id == Sitting.run_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .outerjoin(
            Attendance,
            and_(Attendance.sitting_id == Sitting.id, Attendance.enrolment_id == Enrolment.id),
        )
        .where(Sitting.id == sitting.id, Enrolment.state.in_(ACTIVE_STATES))
        .order_by(Enrolment.id)
    )
    return [
        Absentee(id_, person, zone, AttendanceStatus(status) if status else None, bool(elsewhere))
        for id_, person, zone, status, elsewhere in rows
    ]
