"""What staff plan on the site the pages are looked at: sessions with and without what they need."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Module
from lms.enrolment.models import CourseRun
from lms.lessons.models import Lesson, LessonKind
from lms.seminars.models import DayItem, HeadCount, Sitting, SittingPerson, SittingRole

TWO_HOURS = timedelta(hours=2)
TITLE = {"ko": "교통정보센터 견학", "en": "Live tour of the traffic information centre"}


def plan_sessions(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Plan sessions of the crowded run: one lacks all, a visit has all; its instructor is wanted
    at two places at once."""
    run = db.session.get_one(CourseRun, numbers["crowded_run"])
    instructor = _known("instructor")
    lessons = [
        _lesson(run, kind, place) for place, kind in enumerate(("live", "field", "live"), 90)
    ]
    begins = (now + timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    bare = _sitting(run, lessons[0], begins, now, state="planned")
    visit = _sitting(
        run,
        lessons[1],
        begins,
        now,
        room_kind="venue",
        venue=TextInLanguages("ko", {"ko": "교통정보센터 3층", "en": "Traffic centre, 3rd floor"}),
        meeting_point="Hotel lobby, 13:30",
        insurance="Group policy of the foundation",
        breaks=[[50, 60]],
        previous_starts_at=begins - timedelta(days=1),
        previous_ends_at=begins - timedelta(days=1) + TWO_HOURS,
        change_reason="The centre has an inspection that day.",
    )
    _sitting(run, None, begins - timedelta(days=1), now, title=TextInLanguages("ko", TITLE))
    holder = SittingPerson(
        sitting_id=visit.id, role=SittingRole.INSTRUCTOR, person_id=instructor.id
    )
    elsewhere = SittingPerson(
        sitting_id=bare.id, role=SittingRole.MODERATOR, person_id=instructor.id
    )
    count = HeadCount(
        sitting_id=visit.id,
        boarding="Bus, hotel",
        expected=20,
        counted=19,
        missing="Bat-Erdene: by taxi",
        counted_by_id=instructor.id,
        counted_at=now,
    )
    item = DayItem(
        run_id=run.id,
        uid="planned-days@pages.example",
        title=TextInLanguages("ko", {"ko": "각자 학습", "en": "Study in your own time"}),
        first_on=begins.date(),
        last_on=begins.date() + timedelta(days=3),
        updated_at=now,
    )
    db.session.add_all([holder, elsewhere, count, item])
    db.session.flush()
    return {
        "bare_sitting": bare.id,
        "visit": visit.id,
        "day_item": item.id,
        "held_lesson": lessons[2].id,
    }


def _known(mailbox: str) -> Person:
    found = select(Person).where(Person.email == f"{mailbox}@pages.example")
    return db.session.scalars(found).one()


def _lesson(run: CourseRun, kind: str, place: int) -> Lesson:
    module = select(Module.id).where(Module.version_id == run.course_version_id)
    lesson = Lesson(
        module_id=db.session.scalars(module.order_by(Module.position).limit(1)).one(),
        position=place,
        kind=LessonKind(kind),
        title=TextInLanguages("ko", TITLE),
        recognised_minutes=120,
    )
    db.session.add(lesson)
    db.session.flush()
    return lesson


def _sitting(
    run: CourseRun, lesson: Lesson | None, begins: datetime, now: datetime, **values: Any
) -> Sitting:
    defaults = {
        "state": "scheduled",
        "kind": lesson.kind if lesson else "live",
        "lesson_id": lesson.id if lesson else None,
        "check_in_code": "ACD347",
    }
    sitting = Sitting(
        run_id=run.id,
        uid=f"planned-{lesson.id if lesson else 0}@pages.example",
        starts_at=begins,
        ends_at=begins + TWO_HOURS,
        created_at=now,
        changed_at=now,
        **{**defaults, **values},
    )
    db.session.add(sitting)
    db.session.flush()
    return sitting
