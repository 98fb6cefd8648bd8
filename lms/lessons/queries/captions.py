"""Reads over captions: for those who make them, and of a whole version of a course."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.core.db import execute
from lms.courses.models import Module
from lms.lessons.models import Lesson, LessonCaption
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


def captions_of_version(version_id: int) -> Sequence[tuple[int, str, str]]:
    """Return (lesson, language, WebVTT) of all captions of a version, in one statement."""
    rows = execute(
        select(LessonCaption.lesson_id, LessonCaption.language, LessonCaption.webvtt)
        .join(Lesson, Lesson.id == LessonCaption.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id == version_id)
        .order_by(LessonCaption.lesson_id, LessonCaption.language)
    )
    return [(lesson_id, language, webvtt) for lesson_id, language, webvtt in rows]
