from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime


class ReminderKind(StrEnum):
    DAY = "day"
    HOUR = "hour"


class Reminder(Base):
    """A reminder that was sent, with the clock it was made for: who changes zone gets it anew."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id", "kind", "sequence", "zone"),
        UniqueConstraint("sitting_id", "guest_id", "kind", "sequence"),
        UniqueConstraint("sitting_id", "speaker_id", "kind", "sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guests.id"))
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker_invitations.id"))
    kind: Mapped[ReminderKind] = mapped_column(String(10))
    sequence: Mapped[int]
    zone: Mapped[str] = mapped_column(String(60))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
