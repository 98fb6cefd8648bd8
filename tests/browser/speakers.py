"""The guest speakers of the site the pages are looked at: one is asked, one has answered."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.lessons.models import TimeAnswer
from lms.lessons.queries import EditedLesson, edited_lesson
from lms.lessons.services import speakers
from lms.lessons.services.intakes import begin_speaker_intake
from lms.lessons.services.speakers import Speaker, SpeakerAnswer


def invite_speakers(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let staff invite two speakers, of whom one has answered and begun to send a file."""
    edited = edited_lesson(numbers["lesson"])
    assert edited is not None
    _asked, asked_token = _invite(edited, "asked", now)
    invitation, token = _invite(edited, "answered", now)
    speakers.answer_time(
        invitation,
        TimeAnswer.FITS,
        note="Not before nine.",
        time_zone="America/Santiago",
        now=now,
    )
    bio = TextInLanguages("es", {"es": "Ana Pérez planifica puertos."})
    answer = SpeakerAnswer("Head of Port Planning", bio, recording=True, reuse=False)
    speakers.answer_about_speaker(invitation, answer, language="en", now=now)
    begin_speaker_intake(
        edited, invitation, file_name="puertos.pdf", size=9, language="es", now=now
    )
    return {
        "speaker": invitation.id,
        "speaker_token": token,
        "asked_speaker_token": asked_token,
    }


def _invite(edited: EditedLesson, name: str, now: datetime) -> Any:
    staff = db.session.scalars(select(Person).where(Person.email == "staff@pages.example")).one()
    starts_at = now + timedelta(days=10)
    speaker = Speaker(
        "Ana Pérez", f"{name}@pages.example", "en", starts_at, starts_at + timedelta(hours=2)
    )
    return speakers.invite_speaker(edited, speaker, actor=staff, now=now)
