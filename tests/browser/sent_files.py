"""The files on their way in of the site the pages are looked at: one refused, one begun."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.lessons.models import Intake, IntakePurpose, IntakeState
from lms.lessons.queries import edited_lesson
from lms.lessons.services.intakes import begin_intake
from lms.media.refusals import Refusal

NAMES = ("부산 버스정보시스템 견학 자료 (최종).pptx", "plan.pdf")


def send_files(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let staff send two files for the session; the first could not be taken."""
    refused, begun = (_begin(numbers["lesson"], name, now) for name in NAMES)
    refused.state, refused.refusal = IntakeState.REFUSED, Refusal.MACROS
    return {"refused_intake": refused.id, "begun_intake": begun.id}


def _begin(lesson_id: int, name: str, now: datetime) -> Intake:
    edited = edited_lesson(lesson_id)
    assert edited is not None
    sender = db.session.scalars(select(Person).where(Person.email == "staff@pages.example")).one()
    return begin_intake(
        edited,
        sender,
        purpose=IntakePurpose.MATERIAL,
        file_name=name,
        size=12_000_000,
        language="ko",
        now=now,
    )
