"""Reads for those who make up for a session with its recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, exists, func, select

from lms.accounts.models import Person
from lms.core.db import execute
from lms.core.intervals import Interval, seconds_in
from lms.courses.models import Module
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunState
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import Lesson
from lms.lessons.rules.outline import STUDIED_ALONE
from lms.organisations.models import Affiliation, City
from lms.progress import rules
from lms.progress.models import CatchUp, EnrolmentProgress, Grant, LessonProgress
from lms.seminars.models import Attendance, AttendanceStatus, OutageCertificate, Sitting
from lms.seminars.queries.presence import signs_of
from lms.seminars.queries.recordings import (
    IN_FULL_ELSEWHERE,
    ZONE_OF_TRAINEE,
    Recording,
    recording_and_more,
    recordings_with,
)
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.rules.recordings import MakeUp, is_published

# Attendance becomes final after the last day too; what it earns is counted as long.
OPEN_TO_MAKING_UP = frozenset({RunState.RUNNING, RunState.JUDGING, RunState.COMPLETED})


@dataclass(frozen=True)
class CatchUpRecord:
    """What somebody has done to make up for a sitting; fields are columns of `CatchUp`."""

    intervals: Sequence[Sequence[int]]
    last_position: int
    allowance: float
    allowance_at: datetime | None
    tries: int
    answered_at: datetime | None
    completed_at: datetime | None

    def watched_since(self, published_at: datetime | None) -> rules.Watched:
        """Return what was watched of the recording as it was published then.

        What was watched of an earlier one says nothing of this one.
        """
        at = self.allowance_at
        if at is None or (published_at is not None and at < published_at):
            return rules.Watched()
        return rules.Watched(tuple((a, b) for a, b in self.intervals), self.allowance, at)


UNTOUCHED = CatchUpRecord((), 0, 0.0, None, 0, None, None)


@dataclass(frozen=True)
class CatchingUp:
    """A person's seat in the run of a sitting, with its recording and what they did with it."""

    person_id: int
    enrolment_id: int
    state: EnrolmentState
    recording: Recording
    city_languages: Sequence[str]
    zone: str
    attendance_id: int | None
    status: AttendanceStatus | None
    credited_minutes: int
    is_elsewhere: bool
    last_activity_at: datetime | None
    record: CatchUpRecord

    @property
    def is_active(self) -> bool:
        """Tell whether they are in the run."""
        return self.state in ACTIVE_STATES

    @property
    def is_open(self) -> bool:
        """Tell whether what is made up in the run now still counts."""
        return self.recording.sitting.run_state in OPEN_TO_MAKING_UP

    @property
    def watched(self) -> rules.Watched:
        """Return what they have watched of the recording as it is published now."""
        return self.record.watched_since(self.recording.sitting.recording_published_at)

    def can_be_watched(self, now: datetime) -> bool:
        """Tell whether there is something to watch here."""
        return self.recording.seconds > 0 and is_published(self.recording.sitting, now)

    def make_up(self) -> MakeUp:
        """Return what decides whether they may make it up, in one statement; once published."""
        who = Pass(PassKind.ENROLMENT, self.enrolment_id, self.recording.sitting.id)
        return self.recording.make_up(
            self.status,
            [(sign.joined_at, sign.left_at) for sign in signs_of(who) if sign.left_at],
            is_elsewhere=self.is_elsewhere,
            zone=self.zone,
        )


_RECORD = (
    CatchUp.intervals,
    CatchUp.last_position,
    CatchUp.allowance,
    CatchUp.allowance_at,
    CatchUp.tries,
    CatchUp.answered_at,
    CatchUp.completed_at,
)
_ONE = (
    recordings_with(
        Enrolment.id,
        Enrolment.state,
        City.training_languages,
        ZONE_OF_TRAINEE,
        Attendance.id,
        Attendance.status,
        func.coalesce(Attendance.credited_minutes, 0),
        IN_FULL_ELSEWHERE,
        EnrolmentProgress.last_activity_at,
        CatchUp.id,
        *_RECORD,
    )
    .join(Enrolment, Enrolment.run_id == Sitting.run_id)
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
    .outerjoin(Affiliation, Affiliation.person_id == Person.id)
    .outerjoin(City, City.id == Affiliation.city_id)
    .outerjoin(
        Attendance,
        and_(Attendance.sitting_id == Sitting.id, Attendance.enrolment_id == Enrolment.id),
    )
    .outerjoin(
        CatchUp, and_(CatchUp.sitting_id == Sitting.id, CatchUp.enrolment_id == Enrolment.id)
    )
    .where(Sitting.id == bindparam("sitting_id"), Enrolment.person_id == bindparam("person_id"))
)


def catching_up(person_id: int, sitting_id: int) -> CatchingUp | None:
    """Return a person's seat in the run of a sitting with all that is made up, in one statement."""
    row = execute(_ONE, {"person_id": person_id, "sitting_id": sitting_id}).one_or_none()
    if row is None:
        return None
    recording, more = recording_and_more(row)
    enrolment_id, state, languages, zone, attendance_id, status, credited, elsewhere = more[:8]
    last_activity_at, record_id, *kept = more[8:]
    return CatchingUp(
        person_id=person_id,
        enrolment_id=enrolment_id,
        state=EnrolmentState(state),
        recording=recording,
        city_languages=languages or (),
        zone=zone,
        attendance_id=attendance_id,
        status=AttendanceStatus(status) if status else None,
        credited_minutes=credited,
        is_elsewhere=bool(elsewhere),
        last_activity_at=last_activity_at,
        record=UNTOUCHED if record_id is None else CatchUpRecord(*kept),
    )


# --- how much of it counts -------------------------------------------------------------


@dataclass(frozen=True)
class MadeUp:
    """How many recognised minutes somebody has made up in a course, and how many may be."""

    minutes: int
    most: int

    @property
    def left(self) -> int:
        """Return how many minutes still count."""
        return max(0, self.most - self.minutes)


_MADE_UP = (
    select(
        func.coalesce(func.sum(Lesson.recognised_minutes), 0),
        func.coalesce(
            func.sum(
                case(
                    (
                        and_(
                            LessonProgress.granted_as == Grant.MADE_UP,
                            LessonProgress.contributed_at.is_(None),
                        ),
                        LessonProgress.granted_minutes,
                    ),
                    else_=0,
                )
            ),
            0,
        ),
        exists().where(OutageCertificate.enrolment_id == bindparam("enrolment_id")),
    )
    .select_from(Enrolment)
    .join(CourseRun, CourseRun.id == Enrolment.run_id)
    .join(Module, Module.version_id == CourseRun.course_version_id)
    .join(Lesson, Lesson.module_id == Module.id)
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.enrolment_id == Enrolment.id),
    )
    .where(Enrolment.id == bindparam("enrolment_id"), Lesson.kind.not_in(STUDIED_ALONE))
)


def made_up_by(enrolment_id: int) -> MadeUp:
    """Return how much somebody has made up of what may be, in one statement."""
    live, made_up, has_outage = execute(_MADE_UP, {"enrolment_id": enrolment_id}).one()
    most = rules.most_made_up(live, is_outage_certified=bool(has_outage))
    return MadeUp(int(made_up), most)


# --- its parts -------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A stretch of a recording that somebody missed, in its seconds, and how much is watched."""

    start: int
    end: int
    watched: int

    @property
    def span(self) -> Interval:
        """Return from where to where it goes."""
        return self.start, self.end

    @property
    def seconds(self) -> int:
        """Return its length."""
        return self.end - self.start

    @property
    def is_watched(self) -> bool:
        """Tell whether enough of it was watched."""
        return rules.is_watched(self.watched, self.seconds)


def parts_of(missed: Sequence[Interval], watched: rules.Watched) -> list[Part]:
    """Return what was missed in its parts."""
    return [
        Part(start, end, rules.seconds_watched([(start, end)], watched.intervals))
        for start, end in missed
    ]


def share_of(parts: Sequence[Part]) -> tuple[int, int]:
    """Return how many seconds of the parts are watched, and how many there are."""
    return sum(part.watched for part in parts), seconds_in(part.span for part in parts)
