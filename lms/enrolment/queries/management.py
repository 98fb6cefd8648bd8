"""What the staff pages of runs show."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, case, func, select

from lms.accounts.models import Person
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import Course, PublicationState
from lms.enrolment.models import CourseRun, RunInstructor, RunState
from lms.enrolment.queries import run_ids_taught_by
from lms.lessons.queries import course_ids_with_lessons

# --- the staff pages -------------------------------------------------------------------


@dataclass(frozen=True)
class ManagedRun:
    """A run as a row of the staff's list. `enrolled` counts those who hold a seat."""

    id: int
    course_code: str
    course_title: TextInLanguages
    cohort_no: int
    state: RunState
    starts_on: date
    ends_on: date
    enrolment_closes_at: datetime
    capacity: int | None
    enrolled: int
    is_demo: bool


ORDER_OF_STATES = (
    RunState.RUNNING,
    RunState.JUDGING,
    RunState.APPROVED,
    RunState.DRAFT,
    RunState.COMPLETED,
    RunState.CANCELLED,
    RunState.ARCHIVED,
)


def managed_runs(
    *, taught_by: int | None, state: str, offset: int, limit: int
) -> tuple[list[ManagedRun], int]:
    """Return one page of runs, those that need attention first, and how many there are in all.

    With `taught_by` only the runs that person teaches.
    """
    wanted = select(CourseRun.id)
    if taught_by is not None:
        wanted = wanted.where(CourseRun.id.in_(run_ids_taught_by(taught_by)))
    if state:
        wanted = wanted.where(CourseRun.state == state)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    urgency = case(
        {state: number for number, state in enumerate(ORDER_OF_STATES)}, value=CourseRun.state
    )
    rows = db.session.execute(
        select(
            CourseRun.id,
            Course.code,
            Course.title,
            CourseRun.cohort_no,
            CourseRun.state,
            CourseRun.starts_on,
            CourseRun.ends_on,
            CourseRun.enrolment_closes_at,
            CourseRun.capacity,
            CourseRun.seats_taken,
            CourseRun.is_demo,
        )
        .join(Course, Course.id == CourseRun.course_id)
        .where(CourseRun.id.in_(wanted))
        .order_by(urgency, CourseRun.starts_on.desc(), CourseRun.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [ManagedRun(*tuple(row)) for row in rows], total


def courses_to_run() -> list[tuple[str, TextInLanguages]]:
    """Return code and title of the courses a run can be planned of: published, with lessons."""
    rows = db.session.execute(
        select(Course.code, Course.title)
        .where(Course.state == PublicationState.PUBLISHED, Course.id.in_(course_ids_with_lessons()))
        .order_by(Course.position)
    )
    return [(code, title) for code, title in rows]


_INSTRUCTORS = (
    select(Person.full_name)
    .join(RunInstructor, RunInstructor.person_id == Person.id)
    .where(RunInstructor.run_id == bindparam("run_id"))
    .order_by(Person.full_name)
)


def instructors_of(run_id: int) -> list[str]:
    """Return the names of a run's instructors."""
    return [name for (name,) in execute(_INSTRUCTORS, {"run_id": run_id})]
