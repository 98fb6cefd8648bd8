from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguages, TextInLanguagesType


class SpeakerState(StrEnum):
    """How far an invitation has come. That a link has expired follows from its moment."""

    INVITED = "invited"
    ANSWERED = "answered"
    REVOKED = "revoked"


class TimeAnswer(StrEnum):
    FITS = "fits"
    DOES_NOT_FIT = "does_not_fit"


class SpeakerInvitation(Base):
    """A guest expert asked to speak in a session, without an account; the link is kept as a hash.

    `consent_language` is the language the consents were last answered in, "" before they were:
    only then a missing moment is a refusal.
    """

    __tablename__ = "speaker_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[SpeakerState] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    time_answer: Mapped[TimeAnswer | None] = mapped_column(String(20))
    time_note: Mapped[str] = mapped_column(String(1000), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    bio: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    consents_to_recording_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consents_to_reuse_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consent_language: Mapped[str] = mapped_column(String(20), default="")

    invited_by: Mapped[Person] = relationship(lazy="raise_on_sql")
