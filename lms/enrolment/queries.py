"""Reads over runs and enrolments."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from lms.core.db import db
from lms.courses.models import Course
from lms.enrolment.models import CourseRun, Enrolment, RunInstructor


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
        select(CourseRun.cohort_no)
        .where(CourseRun.course_id == course.id)
        .order_by(CourseRun.cohort_no.desc())
        .limit(1)
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
