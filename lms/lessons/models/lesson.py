from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base
from lms.core.text import TextInLanguages, TextInLanguagesType


class LessonKind(StrEnum):
    """The kinds of DOMAIN 2.8, and readings. The first two are studied in one's own time."""

    RECORDED = "recorded"
    READING = "reading"
    LIVE = "live"
    PRACTICE = "practice"
    FIELD = "field"
    DISCUSSION = "discussion"
    CEREMONY = "ceremony"
    BREAK = "break"


class Rendition(StrEnum):
    """The forms a recorded session is offered in."""

    P480 = "480p"
    P240 = "240p"
    AUDIO = "audio"
    POSTER = "poster"


class Lesson(Base):
    """A session (차시) of a module: studied in one's own time, or held at a time by a run."""

    __tablename__ = "lessons"
    __table_args__ = (UniqueConstraint("module_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), index=True)
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    kind: Mapped[LessonKind] = mapped_column(String(20))
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    body: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    recognised_minutes: Mapped[int] = mapped_column(default=0)
    duration_seconds: Mapped[int] = mapped_column(default=0)

    @property
    def counts_for_hours(self) -> bool:
        """Tell whether completing the lesson earns recognised minutes."""
        return self.recognised_minutes > 0


class LessonMedia(Base):
    """One rendition of a lesson's recording, as a stored file."""

    __tablename__ = "lesson_media"
    __table_args__ = (UniqueConstraint("lesson_id", "rendition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    rendition: Mapped[Rendition] = mapped_column(String(20))
    storage_key: Mapped[str] = mapped_column(String(200))
    mimetype: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]


class LessonCaption(Base):
    """Captions of one language, as WebVTT; the transcript is made from them."""

    __tablename__ = "lesson_captions"
    __table_args__ = (UniqueConstraint("lesson_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    language: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    webvtt: Mapped[str] = mapped_column(Text)


class CheckQuestion(Base):
    """The question asked after a recorded session: one right choice, free retries."""

    __tablename__ = "check_questions"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    prompt: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    stored_choices: Mapped[list[dict[str, Any]]] = mapped_column("choices", JSON)
    correct_choice: Mapped[int]
    explanation: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)

    @property
    def choices(self) -> list[TextInLanguages]:
        """Return the choices in their order."""
        return [TextInLanguages.from_json(choice) for choice in self.stored_choices]
