from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base
from lms.core.text import TextInLanguages, TextInLanguagesType
from lms.lessons.models import Rendition


class SittingMedia(Base):
    """One rendition of a sitting's recording, as a stored file. It is the run's alone: a lesson's
    own recordings are shared by every run of the version."""

    __tablename__ = "sitting_media"
    __table_args__ = (UniqueConstraint("sitting_id", "rendition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    rendition: Mapped[Rendition] = mapped_column(String(20))
    storage_key: Mapped[str] = mapped_column(String(200))
    mimetype: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]


class SittingCaption(Base):
    """Captions of a recording in one language, as WebVTT."""

    __tablename__ = "sitting_captions"
    __table_args__ = (UniqueConstraint("sitting_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    language: Mapped[str] = mapped_column(String(20))
    webvtt: Mapped[str] = mapped_column(Text)


class SittingQuestion(Base):
    """One of the questions asked of those who make up what they missed: one right choice."""

    __tablename__ = "sitting_questions"
    __table_args__ = (UniqueConstraint("sitting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    position: Mapped[int]
    prompt: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    stored_choices: Mapped[list[dict[str, Any]]] = mapped_column("choices", JSON)
    correct_choice: Mapped[int]

    @property
    def choices(self) -> list[TextInLanguages]:
        """Return the choices in their order."""
        return [TextInLanguages.from_json(choice) for choice in self.stored_choices]
