"""The attendance reports of the site the pages are looked at: one with every kind of line."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.seminars.models import Sitting
from lms.seminars.services.reports import import_report

TITLE = {"ko": "버스 도착 정보 실시간 강의", "en": "Bus arrivals, live", "zh": "公交到站信息直播课"}
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),In Waiting Room"
NAMES = ("iPhone", "user 2", "견본 연수생 (Galaxy S21)", "MAU NGUYEN THI VAN", "متدرب نموذجي")


def bring_in_reports(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Hold a session of the crowded run, and bring in who Zoom says was there."""
    starts_at = now.replace(second=0, microsecond=0) - timedelta(hours=3)
    sitting = Sitting(
        run_id=numbers["crowded_run"],
        uid="held@pages.example",
        state="ended",
        kind="live",
        title=TextInLanguages("ko", TITLE),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        created_at=now,
        changed_at=now,
    )
    db.session.add(sitting)
    db.session.flush()
    staff = db.session.scalars(select(Person).where(Person.email == "staff@pages.example")).one()
    begin, middle, end = (
        f"{starts_at + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}" for minutes in (0, 60, 120)
    )
    lines = [
        f"Trainee,crowd1@pages.example,{begin},{middle},60,No",
        f"Trainee,crowd1@pages.example,{middle},,60,No",
        *(f"{name},,{begin},{end},120,No" for name in NAMES),
        f"{NAMES[0]},,{begin},{middle},60,No",
        f"Early,,{begin},{middle},60,Yes",
        "Late,,soon,later,,No",
    ]
    raw = "\n".join([HEAD, *lines]).encode()
    report = import_report(sitting, raw, "참가자 보고서.csv", "UTC", actor=staff, now=now)
    return {"held_sitting": sitting.id, "report": report.id}
