"""The timetable of the site the pages are looked at: a session of every kind and state."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.lessons.models import Lesson
from lms.seminars.models import DayItem, Sitting, SittingPerson, SittingRole

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def hold_sessions(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Give the run of the trainee sessions on now, to come and past, moved and called off.

    Two are on at once, two repeat each other, and one runs past midnight somewhere.
    """
    run_id = numbers["run"]
    begun = now.replace(minute=0, second=0, microsecond=0) - HOUR
    lesson = db.session.get_one(Lesson, numbers["lesson"])
    shown = {"is_public": True, "lesson_id": lesson.id}
    before = {"previous_starts_at": begun + 2 * DAY, "previous_ends_at": begun + 2 * DAY + HOUR}
    for at, hours, values in (
        (begun - 3 * DAY, 2, {"state": "attendance_final"}),
        (begun - DAY, 2, {"state": "attendance_provisional"}),
        (begun, 8, {"kind": "practice", "is_public": True}),
        (begun + HOUR / 2, 10, {}),
        (begun + DAY, 3, {"state": "cancelled", "change_reason": "Flood.", "kind": "field"}),
        (begun + 2 * DAY, 1, {"state": "postponed", "change_reason": "Illness.", **before}),
        (begun + 3 * DAY, 1, {"change_reason": "An earlier day was a holiday.", **before}),
        (begun + 4 * DAY, 6, {"slot_name": "Asia", **shown}),
        (begun + 4 * DAY + 12 * HOUR, 6, {"slot_name": "Americas", **shown}),
        (begun + 6 * DAY, 2, {"state": "planned"}),
    ):
        _hold(run_id, at, at + hours * HOUR, now, **values)
    title = TextInLanguages("ko", {"ko": "각자 학습", "en": "Study in your own time"})
    first_on = (now + DAY).date()
    last_on = (now + 4 * DAY).date()
    uid = f"days-{run_id}@pages.example"
    db.session.add(
        DayItem(
            run_id=run_id, uid=uid, title=title, first_on=first_on, last_on=last_on, updated_at=now
        )
    )
    return {}


def _hold(
    run_id: int, starts_at: datetime, ends_at: datetime, now: datetime, **values: Any
) -> None:
    title = {"ko": "신호등과 버스 정보", "en": "Signals and bus information: from GPS to the stop"}
    defaults = {"state": "scheduled", "kind": "live", "room_kind": "link"}
    sitting = Sitting(
        run_id=run_id,
        uid=f"{run_id}-{starts_at:%d%H%M}@pages.example",
        title=TextInLanguages("ko", title),
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
        changed_at=now,
        **{**defaults, **values},
    )
    db.session.add(sitting)
    db.session.flush()
    holder = select(Person.id).where(Person.email == "instructor@pages.example")
    db.session.add(
        SittingPerson(
            sitting_id=sitting.id,
            role=SittingRole.INSTRUCTOR,
            person_id=db.session.scalars(holder).one(),
            confirmed_at=now,
        )
    )
