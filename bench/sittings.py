"""Sessions held at a time: a run of 200 with a timetable, a run of 25 with a sheet, a calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

import config
from bench.dataset import MODULES, words
from lms.accounts.models import Person, PersonRole
from lms.accounts.services import start_session
from lms.app import create_app
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from lms.lessons.models import Lesson
from lms.seminars.models import Attendance, Presence, Sitting, SittingPerson
from lms.seminars.services.feeds import make_feed

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

# Runs of the data set in which nothing else happens.
LARGE, SMALL, IN_CALENDAR, PUBLIC = 2, 3, (4, 5, 6, 7, 8), 9
# In the first two of them an enrolment has the number of its person.
IN_LARGE, IN_SMALL, SUBSCRIBER, INSTRUCTOR = range(1001, 1201), range(1201, 1226), 1301, 1999
IN_TIMETABLE, ON_SHEET, SEMINARS = 60, 20, 12


@dataclass(frozen=True)
class Held:
    """Sessions to ask for, and the cookies of who is in the run of 200."""

    run: int
    small_run: int
    live: int
    scheduled: int
    over: int
    small: int
    feed: str
    people: list[str]


def make(environ: dict[str, str]) -> Held:
    """Add sessions to a data set and return what to ask for."""
    app = create_app(config.load({name: environ[name] for name in environ if "IEUM" in name}))
    with app.app_context():
        now = clock.now()
        with unit_of_work():
            held = _fill(now)
        db.session.remove()
        db.engine.dispose()
    return held


def _fill(now: datetime) -> Held:
    db.session.add(PersonRole(person_id=INSTRUCTOR, role="instructor", granted_at=now))
    _enrol(LARGE, IN_LARGE, now)
    _enrol(SMALL, IN_SMALL, now)
    for run in IN_CALENDAR:
        _enrol(run, [SUBSCRIBER], now)
    times = [now - 30 * MINUTE + number * 22 * HOUR for number in range(IN_TIMETABLE)]
    live, scheduled, *_later = _hold(LARGE, times, now)
    (over,) = _hold(LARGE, [now - 50 * HOUR], now, state="attendance_provisional")
    on_sheet = [now - (number + 2) * 24 * HOUR for number in range(ON_SHEET)]
    counted = _hold(SMALL, on_sheet, now, state="attendance_provisional")
    _count([over], IN_LARGE, now)
    _count(counted, IN_SMALL, now)
    _stay([live], IN_LARGE, now, left_at=None)
    for run in IN_CALENDAR:
        _hold(run, times, now)
    seminars = [now + (number + 1) * 100 * HOUR for number in range(SEMINARS)]
    _hold(PUBLIC, seminars, now, is_public=True)
    subscriber = db.session.get_one(Person, SUBSCRIBER)
    people = [db.session.get_one(Person, number) for number in IN_LARGE]
    return Held(
        run=LARGE,
        small_run=SMALL,
        live=live,
        scheduled=scheduled,
        over=over,
        small=counted[0],
        feed=make_feed(subscriber, None, now=now),
        people=[start_session(p, user_agent="", address="", now=now) for p in people],
    )


def _enrol(run: int, people: Iterable[int], now: datetime) -> None:
    row = {"run_id": run, "state": "started", "enrolled_at": now}
    db.session.execute(insert(Enrolment), [{**row, "person_id": number} for number in people])


def _hold(run: int, times: Sequence[datetime], now: datetime, **values: Any) -> list[int]:
    """Hold two hours at each of the times, each of a lesson of its own; return their ids."""
    first_lesson = _next(Lesson.id)
    first = _next(Sitting.id)
    db.session.execute(
        insert(Lesson),
        [
            {
                "module_id": (run - 1) * MODULES + 1,
                "position": first_lesson + number,
                "kind": "live",
                "title": words(f"Session {number + 1} of run {run}"),
                "recognised_minutes": 120,
            }
            for number in range(len(times))
        ],
    )
    sittings = [
        {
            "run_id": run,
            "lesson_id": first_lesson + number,
            "uid": f"bench-{first + number}",
            "state": "scheduled",
            "kind": "live",
            "starts_at": starts_at,
            "ends_at": starts_at + 2 * HOUR,
            "breaks": [[50, 60]],
            "room_kind": "link",
            "room_address": "https://meet.example/room",
            "created_at": now,
            "changed_at": now,
            "final_due_at": starts_at + 96 * HOUR,
            **values,
        }
        for number, starts_at in enumerate(times)
    ]
    db.session.execute(insert(Sitting), sittings)
    ids = [first + number for number in range(len(times))]
    holder = {"role": "instructor", "person_id": INSTRUCTOR, "confirmed_at": now}
    db.session.execute(insert(SittingPerson), [{**holder, "sitting_id": id_} for id_ in ids])
    return ids


def _next(column: Any) -> int:
    return (db.session.scalar(select(func.max(column))) or 0) + 1


def _count(sittings: Sequence[int], enrolments: Sequence[int], now: datetime) -> None:
    """Let everybody have been there for nearly all of sittings, with a verdict."""
    verdict = {"status": "present", "present_seconds": 6000, "credited_minutes": 120}
    db.session.execute(
        insert(Attendance),
        [
            {
                **verdict,
                "sitting_id": sitting,
                "enrolment_id": number,
                "evidence": "link",
                "decided_at": now,
            }
            for sitting in sittings
            for number in enrolments
        ],
    )
    for sitting in sittings:
        ends_at = db.session.get_one(Sitting, sitting).ends_at
        _stay([sitting], enrolments, ends_at - 100 * MINUTE, left_at=ends_at)


def _stay(
    sittings: Sequence[int],
    enrolments: Sequence[int],
    joined_at: datetime,
    *,
    left_at: datetime | None,
) -> None:
    db.session.execute(
        insert(Presence),
        [
            {
                "sitting_id": sitting,
                "enrolment_id": number,
                "source": "link",
                "device": f"tab-{number}",
                "joined_at": joined_at,
                "left_at": left_at,
            }
            for sitting in sittings
            for number in enrolments
        ],
    )
