"""Attendance the pages are looked at with: a crowd counted, corrections, a focal point."""

from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page as Tab
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.enrolment.models import Enrolment
from lms.organisations.models import City
from lms.organisations.services import name_focal_point
from lms.seminars.models import Attendance, AttendanceStatus, OutageCertificate, Presence, Sitting
from lms.seminars.services.corrections import propose_correction
from tests.browser.attending import hold

DAY = timedelta(days=1)
STATUSES = tuple(AttendanceStatus)


def call_rolls(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Count the crowd in sessions that are over, and let two verdicts wait to be corrected."""
    run_id = numbers["crowded_run"]
    counted = hold(
        run_id,
        now - DAY,
        now,
        state="attendance_provisional",
        final_due_at=now + 2 * DAY,
        lesson_id=numbers["held_lesson"],
    )
    others = [
        hold(run_id, now - number * DAY, now, state="attendance_final") for number in range(2, 6)
    ]
    crowd = list(db.session.scalars(select(Enrolment.id).where(Enrolment.run_id == run_id)))
    for place, sitting in enumerate([counted, *others]):
        _count(sitting, crowd, place, now)
    db.session.flush()
    staff, instructor = _person("staff"), _person("instructor")
    waiting = _verdicts(others[0])[:3]
    for verdict, actor in zip(waiting, (instructor, staff), strict=False):
        propose_correction(
            verdict,
            AttendanceStatus.EXCUSED,
            0,
            reason="The letter of the city came after the third day.",
            actor=actor,
            now=now,
        )
    absent = next(each for each in _verdicts(counted) if each.status == AttendanceStatus.ABSENT)
    _certify(absent, staff, now)
    city = db.session.get_one(City, numbers["city"])
    name_focal_point(_person("newcomer"), city, valid_from=now.date(), actor_id=None, now=now)
    return {
        "counted_sitting": counted.id,
        "final_sitting": others[0].id,
        "absent_verdict": absent.id,
        "waiting_verdict": waiting[0].id,
        "final_verdict": waiting[2].id,
    }


def _count(sitting: Sitting, crowd: list[int], place: int, now: datetime) -> None:
    for number, enrolment_id in enumerate(crowd):
        status = STATUSES[(number + place) % len(STATUSES)]
        minutes = {AttendanceStatus.PRESENT: 110, AttendanceStatus.PARTIAL: 60}.get(status, 0)
        db.session.add(
            Attendance(
                sitting_id=sitting.id,
                enrolment_id=enrolment_id,
                status=status,
                is_late=number % 7 == 0,
                present_seconds=minutes * 60,
                credited_minutes=minutes,
                evidence="link report",
                decided_at=now,
            )
        )
        if minutes:
            db.session.add(
                Presence(
                    sitting_id=sitting.id,
                    enrolment_id=enrolment_id,
                    source="link",
                    device="tab-of-pages",
                    joined_at=sitting.starts_at,
                    left_at=sitting.starts_at + timedelta(minutes=minutes),
                )
            )


def _certify(verdict: Attendance, actor: Person, now: datetime) -> None:
    db.session.add(
        OutageCertificate(
            sitting_id=verdict.sitting_id,
            enrolment_id=verdict.enrolment_id,
            reason="Power cut from 14:00 to 16:00.",
            certified_by_id=actor.id,
            certified_at=now,
        )
    )


def _verdicts(sitting: Sitting) -> list[Attendance]:
    rows = select(Attendance).where(Attendance.sitting_id == sitting.id).order_by(Attendance.id)
    return [row for row in db.session.scalars(rows) if row.status != AttendanceStatus.EXCUSED]


def _person(mailbox: str) -> Person:
    return db.session.scalars(
        select(Person).where(Person.email == f"{mailbox}@pages.example")
    ).one()


# --- what is done on a page before it is looked at -------------------------------------


def tick_unexplained(tab: Tab, _people: Any) -> None:
    """Tick somebody without saying why."""
    tab.locator("[name=ticked]").first.check()
    tab.locator(".roll-save button").click()


def certify_unexplained(tab: Tab, _people: Any) -> None:
    """Certify an outage without saying what failed."""
    tab.locator("details summary").first.click()
    tab.locator("details[open] button").first.click()
