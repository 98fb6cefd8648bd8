from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.boards.models.post import Post
from lms.core.db import Base, UTCDateTime

OPEN = text("state = 'open'")


class ReportReason(StrEnum):
    """Why a post is reported, or hidden."""

    PERSONAL_DATA = "personal_data"
    PATIENT = "patient"
    PICTURE = "picture"  # of people who have not agreed
    INSULT = "insult"
    ADVERTISING = "advertising"
    RIGHTS = "rights"  # words or pictures of others
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class ReportState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class PostReport(Base):
    """Somebody says that a post should not be seen; once for each person and post."""

    __tablename__ = "post_reports"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index("ix_post_reports_open", "created_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[ReportReason] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ReportState] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    post: Mapped[Post] = relationship(lazy="raise_on_sql")


class AppealState(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class PostAppeal(Base):
    """The author of a hidden post asks for it to be looked at again, by somebody else.

    Once for each time it was hidden: `hiding_id` is that entry of its history. Nobody has hidden
    it where reports did.
    """

    __tablename__ = "post_appeals"
    __table_args__ = (
        Index(
            "uq_post_appeals_open",
            "post_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    hiding_id: Mapped[int] = mapped_column(ForeignKey("status_events.id"), unique=True)
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[AppealState] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    post: Mapped[Post] = relationship(lazy="raise_on_sql")


class WordAction(StrEnum):
    HOLD = "hold"
    REFUSE = "refuse"


class BlockedWord(Base):
    """A word with which a post waits for a moderator, or is not taken at all."""

    __tablename__ = "blocked_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(100), unique=True)
    action: Mapped[WordAction] = mapped_column(String(10))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
