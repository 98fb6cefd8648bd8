"""Reads for those who study: their runs, the outline with their ticks, one lesson.

"My learning": `learning`. The staff's table of a run: `roster`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, exists, select

from lms.core.db import execute
from lms.core.text import TextInLanguages
from lms.courses.models import CatalogueVersion, Course, CourseVersion, Module
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunState
from lms.enrolment.rules import STUDY_STATES, end_of_day
from lms.lessons.models import Lesson, LessonKind
from lms.lessons.queries import LessonRow, outline_of_version
from lms.lessons.rules.outline import STUDIED_ALONE
from lms.organisations.models import Affiliation, City
from lms.progress import rules
from lms.progress.models import EnrolmentProgress, Grant, LessonProgress
from lms.seminars.models import OutageCertificate

# --- a run somebody studies in ---------------------------------------------------------


@dataclass(frozen=True)
class StudiedRun:
    """A person's enrolment with the run it is in. `id` is the enrolment's."""

    id: int
    state: EnrolmentState
    run_id: int
    run_state: RunState
    cohort_no: int
    starts_on: date
    ends_on: date
    working_language: str
    completion_percent: int
    version_id: int
    course_code: str
    course_title: TextInLanguages
    last_lesson_id: int | None
    city_languages: Sequence[str] | None
    catalogue_version: int
    is_outage_certified: bool = False

    @property
    def is_recorded(self) -> bool:
        """Tell whether what is studied now counts."""
        return self.run_state in STUDY_STATES

    @property
    def is_complete(self) -> bool:
        """Tell whether the course was completed."""
        return self.state == EnrolmentState.COMPLETED

    @property
    def closes_at(self) -> datetime:
        """Return the last moment of the run."""
        return end_of_day(self.ends_on)


@dataclass(frozen=True)
class StudiedLesson:
    """A lesson of a run as its page needs it."""

    id: int
    kind: LessonKind
    title: TextInLanguages
    duration_seconds: int

    @property
    def is_recording(self) -> bool:
        """Tell whether it is watched, not read."""
        return self.kind == LessonKind.RECORDED

    @property
    def is_reading(self) -> bool:
        """Tell whether it is read, and ticked by whoever has read it."""
        return self.kind == LessonKind.READING

    @property
    def is_held(self) -> bool:
        """Tell whether it takes place at a time: nobody completes it alone."""
        return self.kind not in STUDIED_ALONE


_RUN_COLUMNS = (
    Enrolment.id,
    Enrolment.state,
    CourseRun.id,
    CourseRun.state,
    CourseRun.cohort_no,
    CourseRun.starts_on,
    CourseRun.ends_on,
    CourseRun.working_language,
    CourseRun.completion_percent,
    CourseRun.course_version_id,
    Course.code,
    CourseVersion.title,
    EnrolmentProgress.last_lesson_id,
    City.training_languages,
    select(CatalogueVersion.number).scalar_subquery(),
    exists().where(OutageCertificate.enrolment_id == Enrolment.id),
)
LESSON_COLUMNS = (Lesson.id, Lesson.kind, Lesson.title, Lesson.duration_seconds)


# Statements are made once: making one anew costs more than the database takes to answer it.


def runs_with(*more: Any) -> Any:
    """Return a select of somebody's runs, with more columns."""
    return (
        select(*_RUN_COLUMNS, *more)
        .join(CourseRun, CourseRun.id == Enrolment.run_id)
        .join(Course, Course.id == CourseRun.course_id)
        .join(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
        .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .outerjoin(Affiliation, Affiliation.person_id == Enrolment.person_id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .where(Enrolment.person_id == bindparam("person_id"))
    )


_ONE_RUN = runs_with().where(Enrolment.run_id == bindparam("run_id"))
_ONE_LESSON = (
    runs_with(*LESSON_COLUMNS)
    .join(Module, Module.version_id == CourseRun.course_version_id)
    .join(Lesson, Lesson.module_id == Module.id)
    .where(Enrolment.run_id == bindparam("run_id"), Lesson.id == bindparam("lesson_id"))
)


def studied_run(person_id: int, run_id: int) -> StudiedRun | None:
    """Return a person's enrolment in a run, whatever its state, in one statement."""
    row = execute(_ONE_RUN, {"person_id": person_id, "run_id": run_id}).one_or_none()
    return None if row is None else StudiedRun(*row)


def studied_lesson(
    person_id: int, run_id: int, lesson_id: int
) -> tuple[StudiedRun, StudiedLesson] | None:
    """Return a person's enrolment in a run and one lesson of it, in one statement."""
    row = execute(
        _ONE_LESSON, {"person_id": person_id, "run_id": run_id, "lesson_id": lesson_id}
    ).one_or_none()
    if row is None:
        return None
    *run, id_, kind, title, duration = row
    return StudiedRun(*run), StudiedLesson(id_, kind, title, duration)


# --- what a beat needs -----------------------------------------------------------------


@dataclass(frozen=True)
class Watching:
    """A person's enrolment, as far as a beat needs it."""

    id: int
    state: EnrolmentState


@dataclass(frozen=True)
class WatchedLesson:
    """A lesson, as far as a beat needs it."""

    id: int
    kind: LessonKind
    duration_seconds: int


_WATCHED = (
    select(Enrolment.id, Enrolment.state, Lesson.id, Lesson.kind, Lesson.duration_seconds)
    .join(CourseRun, CourseRun.id == Enrolment.run_id)
    .join(Module, Module.version_id == CourseRun.course_version_id)
    .join(Lesson, Lesson.module_id == Module.id)
    .where(
        Enrolment.person_id == bindparam("person_id"),
        Enrolment.run_id == bindparam("run_id"),
        Lesson.id == bindparam("lesson_id"),
    )
)


def watched_lesson(
    person_id: int, run_id: int, lesson_id: int
) -> tuple[Watching, WatchedLesson] | None:
    """Return a person's enrolment in a run and one lesson of it, in one small statement."""
    row = execute(
        _WATCHED, {"person_id": person_id, "run_id": run_id, "lesson_id": lesson_id}
    ).one_or_none()
    return None if row is None else (Watching(*row[:2]), WatchedLesson(*row[2:]))


# --- the outline with a person's ticks -------------------------------------------------


@dataclass(frozen=True)
class LessonRecord:
    """What a person has done in a lesson; of an untouched one, nothing."""

    watched_seconds: int = 0
    last_position: int = 0
    tries: int = 0
    is_answered: bool = False
    is_complete: bool = False
    attended_minutes: int = 0
    granted_minutes: int = 0
    granted_as: Grant | None = None
    has_contributed: bool = False


@dataclass(frozen=True)
class OutlineItem:
    """A lesson in the order of study, with what the person has done in it."""

    lesson: LessonRow
    record: LessonRecord

    @property
    def is_held(self) -> bool:
        """Tell whether it takes place at a time: it is attended."""
        return self.lesson.kind not in STUDIED_ALONE

    @property
    def facts(self) -> rules.LessonFacts:
        """Return what counts of it towards the course."""
        return rules.LessonFacts(
            self.is_held,
            self.lesson.recognised_minutes,
            self.record.is_complete,
            self.record.attended_minutes,
            self.record.granted_minutes,
            self.record.granted_as,
            self.record.has_contributed,
        )

    @property
    def number(self) -> str:
        """Return its number in the course: module and place in it."""
        return f"{self.lesson.module_position}.{self.lesson.position}"

    @property
    def is_watched(self) -> bool:
        """Tell whether enough of the recording was watched."""
        return rules.is_watched(self.record.watched_seconds, self.lesson.duration_seconds)

    @property
    def minutes_left(self) -> int:
        """Return the minutes still to watch, rounded up."""
        return minutes_left(self.lesson.duration_seconds, self.record.watched_seconds)


@dataclass(frozen=True)
class Outline:
    """The lessons of a course as one person finds them."""

    items: Sequence[OutlineItem]
    completion_percent: int
    last_lesson_id: int | None = None
    is_outage_certified: bool = False

    @property
    def modules(self) -> list[list[OutlineItem]]:
        """Return the items by module."""
        groups = groupby(self.items, key=lambda item: item.lesson.module_id)
        return [list(items) for _module, items in groups]

    @property
    def bridge(self) -> list[tuple[int, int]]:
        """Return (done, all) of each module."""
        return [(_count_done(items), len(items)) for items in self.modules]

    @property
    def done(self) -> int:
        """Return how many lessons are complete."""
        return _count_done(self.items)

    @property
    def figures(self) -> rules.Figures:
        """Return what the course is judged by."""
        counts = rules.count(
            [item.facts for item in self.items], is_outage_certified=self.is_outage_certified
        )
        return rules.Figures(
            counts.earned_minutes, counts.required_minutes, self.completion_percent
        )

    @property
    def next_item(self) -> OutlineItem | None:
        """Return where to go on: the lesson begun last, else the first that is not complete."""
        open_items = [
            item for item in self.items if not item.record.is_complete and not item.is_held
        ]
        begun = (item for item in open_items if item.lesson.id == self.last_lesson_id)
        return next(begun, None) or next(iter(open_items), None)

    def place_of(self, lesson_id: int) -> int:
        """Return the index of a lesson."""
        return next(at for at, item in enumerate(self.items) if item.lesson.id == lesson_id)


def _count_done(items: Iterable[OutlineItem]) -> int:
    return sum(item.record.is_complete for item in items)


def minutes_left(duration: int, watched: int) -> int:
    """Return the minutes still to watch, rounded up."""
    return -(-max(0, duration - watched) // 60)


def outline(run: StudiedRun) -> Outline:
    """Return the outline of a run for the person enrolled, in two statements at the most."""
    records = records_of([run.id])
    return Outline(
        [
            OutlineItem(lesson, records.get((run.id, lesson.id), LessonRecord()))
            for lesson in outline_of_version(run.version_id, run.catalogue_version)
        ],
        run.completion_percent,
        run.last_lesson_id,
        run.is_outage_certified,
    )


_RECORDS = select(
    LessonProgress.enrolment_id,
    LessonProgress.lesson_id,
    LessonProgress.watched_seconds,
    LessonProgress.last_position,
    LessonProgress.tries,
    LessonProgress.answered_at.is_not(None),
    LessonProgress.completed_at.is_not(None),
    LessonProgress.attended_minutes,
    LessonProgress.granted_minutes,
    LessonProgress.granted_as,
    LessonProgress.contributed_at.is_not(None),
).where(LessonProgress.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))


def records_of(enrolment_ids: Sequence[int]) -> dict[tuple[int, int], LessonRecord]:
    """Return what was done, by enrolment and lesson, in one statement."""
    rows: Iterable[Any] = execute(_RECORDS, {"enrolment_ids": enrolment_ids})
    return {(enrolment, lesson): LessonRecord(*rest) for enrolment, lesson, *rest in rows}
