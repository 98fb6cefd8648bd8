"""Reads over captions for those who make them."""

from dataclasses import dataclass

from sqlalchemy import select

from lms.core.db import execute
from lms.lessons.models import LessonCaption
from lms.lessons.rules.caption_summary import CaptionSummary, summary_of


@dataclass(frozen=True)
class CaptionTrack:
    """The captions of one language, and which state of them this is."""

    language: str
    revision: int
    webvtt: str

    @property
    def summary(self) -> CaptionSummary:
        """Return its counts."""
        return summary_of(self.webvtt)


def tracks_of(lesson_id: int) -> dict[str, CaptionTrack]:
    """Return the captions of a session by language, sorted, in one statement."""
    rows = execute(
        select(LessonCaption.language, LessonCaption.revision, LessonCaption.webvtt)
        .where(LessonCaption.lesson_id == lesson_id)
        .order_by(LessonCaption.language)
    )
    return {row.language: CaptionTrack(*row) for row in rows}
