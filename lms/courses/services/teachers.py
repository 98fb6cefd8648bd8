"""The teaching staff of a course."""

from datetime import datetime

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import NotFound
from lms.courses.models import Course, CourseTeacher


def set_teachers(
    course: Course, people: list[Person], *, actor: Person | None, now: datetime
) -> None:
    """Make these people the teaching staff of a course; who is among them already stays.

    Who is taken out can edit nothing of it from then on; what they gave stays.
    """
    lock(course)
    present = {
        row.person_id: row
        for row in db.session.scalars(
            select(CourseTeacher).where(CourseTeacher.course_id == course.id)
        )
    }
    wanted = {person.id for person in people}
    for person_id in wanted - present.keys():
        db.session.add(CourseTeacher(course_id=course.id, person_id=person_id))
        _record(course, "", f"teacher {person_id}", actor, now)
    for person_id in present.keys() - wanted:
        db.session.delete(present[person_id])
        _record(course, f"teacher {person_id}", "", actor, now)
    db.session.flush()


def give_teaching_consent(
    course: Course, person: Person, *, recording: bool, reuse: bool, now: datetime
) -> None:
    """Keep what somebody of the teaching staff consents to, each with the moment it was given.

    A consent that is given already keeps its moment; one that is not given any more is gone from
    then on, and the history tells of both. Raises NotFound for somebody who does not teach it.
    """
    row = db.session.get(CourseTeacher, (course.id, person.id))
    if row is None:
        raise NotFound
    lock(row)
    for what, wanted in (("recording", recording), ("reuse", reuse)):
        given_at = getattr(row, f"consents_to_{what}_at")
        if wanted == (given_at is not None):
            continue
        setattr(row, f"consents_to_{what}_at", now if wanted else None)
        given, other = f"{what} consent of {person.id}", ""
        _record(course, *((other, given) if wanted else (given, other)), person, now)


def _record(course: Course, old: str, new: str, actor: Person | None, now: datetime) -> None:
    actor_id = actor.id if actor is not None else None
    record_change("course_teacher", course.id, old=old, new=new, actor_id=actor_id, now=now)
