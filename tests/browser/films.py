"""Recordings the pages are looked at with: one to catch up with, one that is not out yet."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.enrolment.models import Enrolment
from lms.lessons.models import LessonCaption, LessonMedia
from lms.seminars.models import (
    Attendance,
    Presence,
    Sitting,
    SittingCaption,
    SittingMedia,
    SittingQuestion,
)
from tests.browser.attending import hold
from tests.site import CLIP_SECONDS

HOUR = timedelta(hours=1)
# What the trainee was there for, in seconds of the recording.
THERE = (4, 6)


def record_sessions(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Record sessions the trainee missed, all but two seconds of them."""
    return {
        "filmed_sitting": film(numbers, now, published_at=now - HOUR).id,
        "unpublished_sitting": film(numbers, now).id,
    }


def film(
    numbers: dict[str, Any], now: datetime, *, published_at: datetime | None = None
) -> Sitting:
    """Hold a session of the trainee's run, and keep a clip as its recording."""
    sitting = hold(
        numbers["run"],
        now - 5 * HOUR,
        now,
        lesson_id=numbers["lesson"],
        state="attendance_provisional",
        recording_policy="trainees",
        recording_seconds=CLIP_SECONDS,
        recording_starts_at=now - 5 * HOUR,
        recording_published_at=published_at,
    )
    _lend_clip(sitting, numbers["lesson"])
    for position in (1, 2, 3):
        db.session.add(_question(sitting, position))
    trainee = db.session.scalars(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Person.email == "trainee@pages.example", Enrolment.run_id == numbers["run"])
    ).one()
    first, last = (sitting.starts_at + timedelta(seconds=second) for second in THERE)
    db.session.add(
        Presence(
            sitting_id=sitting.id,
            enrolment_id=trainee.id,
            source="platform",
            joined_at=first,
            left_at=last,
        )
    )
    db.session.add(
        Attendance(sitting_id=sitting.id, enrolment_id=trainee.id, status="absent", decided_at=now)
    )
    return sitting


def _lend_clip(sitting: Sitting, lesson_id: int) -> None:
    for row in db.session.scalars(select(LessonMedia).where(LessonMedia.lesson_id == lesson_id)):
        file = {"storage_key": row.storage_key, "mimetype": row.mimetype, "size": row.size}
        db.session.add(SittingMedia(sitting_id=sitting.id, rendition=row.rendition, **file))
    captions = select(LessonCaption).where(LessonCaption.lesson_id == lesson_id)
    for track in db.session.scalars(captions):
        db.session.add(
            SittingCaption(sitting_id=sitting.id, language=track.language, webvtt=track.webvtt)
        )


def _question(sitting: Sitting, position: int) -> SittingQuestion:
    choices = [
        TextInLanguages("ko", {"ko": "버스 자신", "en": "The bus itself", "zh": "公交车自己"}),
        TextInLanguages("ko", {"ko": "아무도 모른다", "en": "Nobody", "zh": "没有人"}),
    ]
    return SittingQuestion(
        sitting_id=sitting.id,
        position=position,
        prompt=TextInLanguages(
            "ko",
            {
                "ko": f"버스의 위치를 아는 것은? ({position})",
                "en": f"Who knows where the bus is? ({position})",
                "zh": f"谁知道公交车的位置? ({position})",
            },
        ),
        stored_choices=[choice.to_json() for choice in choices],
        correct_choice=0,
    )
