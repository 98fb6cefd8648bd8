"""Reads over runs and enrolments. Pages of the catalogue: `offers`; of the staff: `management`."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager

from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import CatalogueVersion, Course, CourseVersion, PublicationState
from lms.enrolment import rules
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunInstructor, RunState
from lms.lessons.queries import has_lesson_that_counts

_VERSION = select(
    CatalogueVersion.number,
    select(func.max(CourseRun.enrolment_closes_at))
    .where(CourseRun.enrolment_closes_at < bindparam("now"))
    .scalar_subquery(),
)


def pages_version(now: datetime) -> str:
    """Return what the pages of visitors depend on: the catalogue, and the time as far as it
    matters (the day in Busan, and the last deadline that has passed), in one statement."""
    number, last_closed = execute(_VERSION, {"now": now}).one()
    return f"{number} {last_closed} {rules.busan_day(now)}"


# --- one run, one enrolment ------------------------------------------------------------


@dataclass(frozen=True)
class RunHead:
    """A run as the head of its page names it."""

    id: int
    course_code: str
    course_title: TextInLanguages
    cohort_no: int
    state: RunState
    starts_on: date
    ends_on: date
    completion_percent: int
    is_demo: bool


_RUN_HEAD = (
    select(
        CourseRun.id,
        Course.code,
        CourseVersion.title,
        CourseRun.cohort_no,
        CourseRun.state,
        CourseRun.starts_on,
        CourseRun.ends_on,
        CourseRun.completion_percent,
        CourseRun.is_demo,
    )
    .join(Course, Course.id == CourseRun.course_id)
    .join(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
    .where(CourseRun.id == bindparam("run_id"))
)


def run_head(run_id: int) -> RunHead | None:
    """Return a run as its page names it."""
    row = execute(_RUN_HEAD, {"run_id": run_id}).one_or_none()
    return None if row is None else RunHead(*row)


def run_with_course(run_id: int) -> CourseRun | None:
    """Return a run with its course."""
    return db.session.scalar(
        select(CourseRun)
        .join(CourseRun.course)
        .options(contains_eager(CourseRun.course))
        .where(CourseRun.id == run_id)
    )


def enrolment_of(person_id: int, run_id: int) -> Enrolment | None:
    """Return a person's enrolment in a run, whatever its state, with the run and its course."""
    return db.session.scalar(
        select(Enrolment)
        .join(Enrolment.run)
        .join(CourseRun.course)
        .options(contains_eager(Enrolment.run).contains_eager(CourseRun.course))
        .where(Enrolment.run_id == run_id, Enrolment.person_id == person_id)
    )


_STATES = select(Enrolment.run_id, Enrolment.state).where(
    Enrolment.person_id == bindparam("person_id")
)


def enrolments_by_run(person_id: int | None) -> dict[int, EnrolmentState]:
    """Return in which runs a person is or was, and how; nothing for a visitor."""
    if person_id is None:
        return {}
    rows = execute(_STATES, {"person_id": person_id})
    return {run_id: EnrolmentState(state) for run_id, state in rows}


def teaches_run(person_id: int, run_id: int) -> bool:
    """Tell whether the person is an instructor of the run."""
    return bool(
        db.session.scalar(
            select(RunInstructor.run_id).where(
                RunInstructor.run_id == run_id, RunInstructor.person_id == person_id
            )
        )
    )


def run_ids_taught_by(person_id: int) -> Select[int]:
    """Return a select of the ids of the runs a person teaches, for use inside other reads."""
    return select(RunInstructor.run_id).where(RunInstructor.person_id == person_id)


def next_cohort_no(course: Course) -> int:
    """Return the number the next run of a course would have."""
    last = db.session.scalar(
        select(func.max(CourseRun.cohort_no)).where(CourseRun.course_id == course.id)
    )
    return (last or 0) + 1


def has_cohort(course_id: int, cohort_no: int) -> bool:
    """Tell whether a course already has a run with this number."""
    return bool(
        db.session.scalar(
            select(CourseRun.id).where(
                CourseRun.course_id == course_id, CourseRun.cohort_no == cohort_no
            )
        )
    )


def fault_of_step(run: CourseRun, new: RunState, *, now: datetime) -> rules.RunFault | None:
    """Return what keeps a run from passing to another state now, or None."""
    course = db.session.get_one(Course, run.course_id)
    return rules.fault_of_step(
        new,
        course_is_published=course.state == PublicationState.PUBLISHED,
        has_lesson_that_counts=has_lesson_that_counts(run.course_version_id),
        is_over=now > rules.end_of_day(run.ends_on),
    )
