from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from lms.core import clock
from lms.media.storage import storage
from lms.seminars.models import (
    Attendance,
    Presence,
    RecordingPolicy,
    Sitting,
    SittingCaption,
    SittingMedia,
    SittingQuestion,
)
from tests.factories import save, words
from tests.factories.seminars import make_sitting

RIGHT = 1
CAPTIONS = """WEBVTT

00:01.000 --> 00:05.000
At the beginning.

01:00:01.000 --> 01:00:05.000
An hour later.
"""


def make_recorded_sitting(
    run: Any = None, *, ago: timedelta = timedelta(hours=4), **values: Any
) -> Sitting:
    """Make a sitting of two hours that was held for trainees to watch, begun some time ago."""
    starts_at = clock.now().replace(microsecond=0) - ago
    defaults: dict[str, Any] = {
        "starts_at": starts_at,
        "recording_policy": RecordingPolicy.TRAINEES,
        "state": "attendance_provisional",
    }
    return make_sitting(run, **{**defaults, **values})


def record(
    sitting: Sitting,
    *,
    seconds: int = 7200,
    begins_at: datetime | None = None,
    published_at: datetime | None = None,
    questions: int = 3,
    renditions: Sequence[str] = ("480p", "240p", "audio", "poster"),
) -> Sitting:
    """Give a sitting a recording with files, and questions of which the second answer is right."""
    for name in renditions:
        key = f"sessions/{sitting.id}/{name}"
        storage().put(key, b"v" * 1000)
        mimetype = "image/webp" if name == "poster" else "video/mp4"
        row = {"rendition": name, "storage_key": key, "mimetype": mimetype, "size": 1000}
        save(SittingMedia(sitting_id=sitting.id, **row))
    sitting.recording_seconds = seconds
    sitting.recording_starts_at = begins_at or sitting.starts_at
    sitting.recording_published_at = published_at
    for position in range(1, questions + 1):
        ask(sitting, position)
    return save(sitting)


def ask(sitting: Sitting, position: int) -> SittingQuestion:
    choices = [words("Wrong"), words("Right"), words("Wrong too")]
    return save(
        SittingQuestion(
            sitting_id=sitting.id,
            position=position,
            prompt=words(f"Which is number {position}?"),
            stored_choices=[choice.to_json() for choice in choices],
            correct_choice=RIGHT,
        )
    )


def caption(sitting: Sitting, language: str = "en") -> SittingCaption:
    return save(SittingCaption(sitting_id=sitting.id, language=language, webvtt=CAPTIONS))


def stay(sitting: Sitting, enrolment: Any, first: float, last: float, device: str = "") -> Presence:
    """Let somebody have been there from one minute of a sitting to another."""
    return save(
        Presence(
            sitting_id=sitting.id,
            enrolment_id=enrolment.id,
            source="platform",
            device=device,
            joined_at=sitting.starts_at + timedelta(minutes=first),
            left_at=sitting.starts_at + timedelta(minutes=last),
        )
    )


def judged(sitting: Sitting, enrolment: Any, status: str = "absent", **values: Any) -> Attendance:
    """Give somebody a verdict on a sitting."""
    defaults: dict[str, Any] = {"status": status, "decided_at": clock.now()}
    return save(
        Attendance(sitting_id=sitting.id, enrolment_id=enrolment.id, **{**defaults, **values})
    )
