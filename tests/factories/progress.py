from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, Module
from lms.enrolment.events import PersonEnrolled
from lms.enrolment.models import CourseRun, Enrolment
from lms.lessons.models import Lesson
from lms.progress import services
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.lessons import make_lesson


@dataclass
class Study:
    """A person in a run, and the lessons they have before them."""

    person: Person
    run: CourseRun
    enrolment: Enrolment
    lessons: list[Lesson]


def make_study(*, lessons: int = 1, person: Person | None = None, **of_run: Any) -> Study:
    """Enrol a person in the run of a course with recorded sessions of 30 recognised minutes."""
    run = make_run(make_outline(lessons), **of_run)
    return join(run, person or make_person())


def make_outline(lessons: int = 1) -> Course:
    """Make a course of that many modules with one lesson each."""
    course = make_course(modules=0)
    for position in range(1, lessons + 1):
        make_lesson(make_module(course, position=position), position=1)
    return course


def join(run: CourseRun, person: Person, **of_enrolment: Any) -> Study:
    """Enrol a person as the event of enrolment does."""
    enrolment = make_enrolment(run, person, **of_enrolment)
    with unit_of_work():
        services.open_progress(PersonEnrolled(enrolment.id, run.id, person.id, clock.now()))
    return Study(person, run, enrolment, lessons_of(run))


def lessons_of(run: CourseRun) -> list[Lesson]:
    return list(
        db.session.scalars(
            select(Lesson)
            .join(Module, Module.id == Lesson.module_id)
            .where(Module.version_id == run.course_version_id)
            .order_by(Module.position, Lesson.position)
        )
    )


def watch_all(study: Study, lesson: Lesson, *, now: datetime | None = None) -> Any:
    """Let the person have watched the whole lesson, at real speed."""
    now = now or clock.now()
    with unit_of_work():
        return services.record_watch(
            study.enrolment,
            lesson,
            [(0, lesson.duration_seconds)],
            lesson.duration_seconds,
            opened_at=now - timedelta(seconds=lesson.duration_seconds),
            now=now,
        )


def finish(study: Study, lesson: Lesson, *, now: datetime | None = None) -> Any:
    """Let the person have watched the lesson and answered its question."""
    now = now or clock.now()
    watch_all(study, lesson, now=now)
    with unit_of_work():
        return services.answer_question(study.enrolment, lesson, 0, now=now)
