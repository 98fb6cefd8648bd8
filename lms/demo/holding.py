"""Planning and announcing a sitting of the demonstration, with those who hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.courses.models import Course
from lms.demo.timetable import Plan
from lms.demo.turnout import INTERPRETERS
from lms.enrolment.models import CourseRun
from lms.lessons.models import Lesson, LessonKind
from lms.seminars.models import InterpretingMode, Sitting, SittingRole
from lms.seminars.services.holders import add_holder, confirm_holder
from lms.seminars.services.sittings import plan_sitting, schedule
from lms.seminars.services.telling import tell_news


@dataclass(frozen=True)
class Team:
    """Who plans the sittings of the demonstration, and who holds them."""

    staff: Person
    instructor: Person


def lessons_by_key(course: Course, content: Mapping[str, Any]) -> dict[str, Lesson]:
    """Return the lessons of a course of the demonstration by the keys its content gives them."""
    return {
        described["key"]: db.session.scalars(
            select(Lesson).where(Lesson.module_id == module.id, Lesson.position == position)
        ).one()
        for module, of_module in zip(course.modules, content["modules"], strict=True)
        for position, described in enumerate(of_module["lessons"], 1)
    }


def plan_with_holders(
    run: CourseRun,
    lesson: Lesson | None,
    plan: Plan,
    starts_at: datetime,
    *,
    team: Team,
    now: datetime,
) -> Sitting:
    """Plan a sitting and name those who hold it; the instructor has confirmed."""
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=plan.minutes)}
    sitting = plan_sitting(run, lesson, plan.content | times, actor=team.staff, now=now)
    by_staff: Mapping[str, Any] = {"actor": team.staff, "now": now}
    if sitting.kind != LessonKind.CEREMONY:
        holder = add_holder(
            sitting, SittingRole.INSTRUCTOR, person_id=team.instructor.id, **by_staff
        )
        confirm_holder(holder, actor=team.instructor, now=now)
    if plan.speaker:
        add_holder(sitting, SittingRole.INSTRUCTOR, name=plan.speaker, **by_staff)
    add_holder(sitting, SittingRole.MODERATOR, person_id=team.staff.id, **by_staff)
    for language in plan.interpreted_into:
        name, channel = INTERPRETERS[language]
        add_holder(
            sitting,
            SittingRole.INTERPRETER,
            name=name,
            language=language,
            mode=InterpretingMode.SIMULTANEOUS,
            channel=channel,
            **by_staff,
        )
    return sitting


def announce(sitting: Sitting, *, team: Team, now: datetime) -> None:
    """Schedule a sitting and tell those concerned, as the job after it would."""
    schedule(sitting, actor=team.staff, now=now)
    tell_news(sitting, now=now)
