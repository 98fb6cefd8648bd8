"""What people thought of a sitting, kept apart from who said it (DOMAIN 2.16).

Whoever reads both tables must not find out who wrote what: an evaluation has a day, no moment, and
its number is drawn by lot, or the order of the turns would name them all.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lms.core.db import db
from lms.enrolment.rules import busan_day
from lms.seminars.models import Evaluation, EvaluationTurn

LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Opinion:
    """Marks from 1 to 5 and a comment; of interpretation only where there was any."""

    content: int
    instructor: int
    interpretation: int | None
    materials: int
    time_slot: int
    connection: int
    comment: str
    language: str


def evaluate(sitting_id: int, enrolment_id: int, opinion: Opinion, *, now: datetime) -> bool:
    """Keep somebody's opinion; False when they have had their turn, and nothing changes."""
    try:
        with db.session.begin_nested():
            db.session.add(EvaluationTurn(sitting_id=sitting_id, enrolment_id=enrolment_id))
    except IntegrityError:
        return False
    db.session.add(
        Evaluation(
            id=1 + secrets.randbelow(LARGEST_NUMBER),
            sitting_id=sitting_id,
            language=opinion.language,
            content=opinion.content,
            instructor=opinion.instructor,
            interpretation=opinion.interpretation,
            materials=opinion.materials,
            time_slot=opinion.time_slot,
            connection=opinion.connection,
            comment=opinion.comment,
            answered_on=busan_day(now),
        )
    )
    db.session.flush()
    return True
