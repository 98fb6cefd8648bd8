from datetime import date, datetime, timedelta
from typing import Any

from lms.core import clock
from lms.core.db import db
from lms.courses.models import CourseVersion
from lms.enrolment.models import CourseRun
from lms.lessons.models import Lesson
from lms.seminars.models import (
    Attendance,
    AttendanceReport,
    DayItem,
    Guest,
    Holiday,
    Presence,
    ReportLine,
    Sitting,
    SittingPerson,
)
from tests.factories import next_number, save, words
from tests.factories.courses import make_module
from tests.factories.enrolment import make_run
from tests.factories.lessons import make_lesson


def make_held_lesson(run: CourseRun, **values: Any) -> Lesson:
    """Make a live session of two hours in a module of its own, in the run's version."""
    number = next_number()
    version = db.session.get_one(CourseVersion, run.course_version_id)
    module = make_module(version, position=number)
    defaults: dict[str, Any] = {"kind": "live", "recognised_minutes": 120, "duration_seconds": 0}
    return make_lesson(module, question=False, **{**defaults, **values})


def make_sitting(
    run: CourseRun | None = None, lesson: Lesson | None = None, **values: Any
) -> Sitting:
    """Make a scheduled sitting of two hours, tomorrow; with a lesson of its own unless given."""
    run = run or make_run()
    lesson = lesson or make_held_lesson(run)
    starts_at = values.get("starts_at") or clock.now().replace(
        minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    defaults: dict[str, Any] = {
        "lesson_id": lesson.id,
        "uid": f"sitting-{next_number()}",
        "state": "scheduled",
        "kind": lesson.kind,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "breaks": [],
        "room_kind": "link",
        "room_address": "https://meet.example/room",
        "check_in_code": "ACD347",
        "created_at": clock.now(),
        "changed_at": clock.now(),
    }
    return save(Sitting(run_id=run.id, **{**defaults, **values}))


def make_holder(sitting: Sitting, person: Any, **values: Any) -> SittingPerson:
    defaults: dict[str, Any] = {"role": "instructor", "confirmed_at": clock.now()}
    return save(SittingPerson(sitting_id=sitting.id, person_id=person.id, **{**defaults, **values}))


def make_presence(
    sitting: Sitting,
    enrolment: Any,
    joined_at: datetime | None = None,
    left_at: datetime | None = None,
    **values: Any,
) -> Presence:
    """Make somebody's page be open during a sitting, for the whole of it unless told otherwise."""
    defaults: dict[str, Any] = {
        "source": "link",
        "device": f"device-{next_number()}",
        "joined_at": joined_at or sitting.starts_at,
        "left_at": left_at or sitting.ends_at,
    }
    row = {"sitting_id": sitting.id, "enrolment_id": enrolment.id, **defaults, **values}
    return save(Presence(**row))


def make_attendance(sitting: Sitting, enrolment: Any, **values: Any) -> Attendance:
    """Make a verdict on somebody: absent, unless told otherwise."""
    defaults: dict[str, Any] = {"status": "absent", "decided_at": clock.now()}
    row = {"sitting_id": sitting.id, "enrolment_id": enrolment.id, **defaults, **values}
    return save(Attendance(**row))


def make_guest(sitting: Sitting, **values: Any) -> Guest:
    """Make a guest of a public seminar, who has not come yet; their place is not counted."""
    number = next_number()
    defaults: dict[str, Any] = {
        "name": f"Guest {number}",
        "email": f"guest{number}@example.org",
        "language": "en",
        "time_zone": "Asia/Ulaanbaatar",
        "consent_version": "1",
        "consented_at": clock.now(),
        "registered_at": clock.now(),
    }
    return save(Guest(sitting_id=sitting.id, **{**defaults, **values}))


def make_holiday(**values: Any) -> Holiday:
    """Make a day off that staff have entered for Mongolia."""
    defaults: dict[str, Any] = {
        "region": "MN",
        "first_on": date(2027, 7, 11),
        "last_on": date(2027, 7, 15),
        "name": words("Naadam"),
        "created_at": clock.now(),
    }
    return save(Holiday(**{**defaults, **values}))


def make_report(sitting: Sitting, person: Any, *names: str, **values: Any) -> AttendanceReport:
    """Make a report in which these names, still of nobody, were there from start to end."""
    number = next_number()
    defaults: dict[str, Any] = {
        "platform": "zoom",
        "file_name": "report.csv",
        "content_hash": f"{number:064}",
        "zone": "Asia/Seoul",
        "line_count": len(names),
        "imported_by_id": person.id,
        "imported_at": clock.now(),
    }
    report = save(AttendanceReport(sitting_id=sitting.id, **{**defaults, **values}))
    for line, name in enumerate(names, 2):
        save(
            ReportLine(
                report_id=report.id,
                sitting_id=sitting.id,
                number=line,
                fingerprint=f"{number:032}{line:032}",
                name=name,
                name_key=name.casefold(),
                joined_at=sitting.starts_at,
                left_at=sitting.ends_at,
                raw=name,
            )
        )
    return report


def make_day_item(
    run: CourseRun, title: str, first_on: date, last_on: date | None = None, **values: Any
) -> DayItem:
    defaults: dict[str, Any] = {
        "uid": f"day-{next_number()}",
        "title": words(title),
        "first_on": first_on,
        "last_on": last_on or first_on,
        "updated_at": clock.now(),
    }
    return save(DayItem(run_id=run.id, **{**defaults, **values}))
