from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime

UNREAD = text("read_at IS NULL")
WAITING = text("digest IS NOT NULL")


class Topic(StrEnum):
    """What people are told about. `rules.TOPICS` says which kinds of notices belong to which."""

    REPLIES = "replies"
    MENTIONS = "mentions"
    FOLLOWED = "followed"
    MESSAGES = "messages"
    NOTICES = "notices"
    MODERATION = "moderation"
    ESSENTIAL = "essential"  # sessions, attendance, certificates


class How(StrEnum):
    """When a mail says what stands in the inbox at once."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Link(NamedTuple):
    """The page a notice leads to: its endpoint, and what its address is filled with."""

    endpoint: str
    values: dict[str, Any]


class Notice(Base):
    """Something that happened, told to one person. `kind` is "package.name", its template.

    `context` holds plain values, no words: a notice outlives a change of language and time zone.
    `endpoint` and `values` say where it leads, `group` what it belongs to, such as a course's code.
    With a `key`, a person is told once. `digest` says which digest the notice waits for, daily or
    weekly; it is empty once that has left, and when the notice has been read meanwhile.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_notices_person_id_id", "person_id", "id"),
        # Counted with every page of its reader.
        Index(
            "ix_notices_unread",
            "person_id",
            sqlite_where=UNREAD,
            postgresql_where=UNREAD,
        ),
        # Looked through every hour, for all people together.
        Index(
            "ix_notices_waiting",
            "person_id",
            "digest",
            "created_at",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(60))
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    endpoint: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    group: Mapped[str] = mapped_column(String(80), default="")
    key: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    digest: Mapped[How | None] = mapped_column(String(10))


class NotificationChoice(Base):
    """How a person wants to hear of a topic by mail. Without a row it is as `rules.USUAL` says.

    `stopped_from` is what it was before the link in a mail stopped it, so that can be undone.
    """

    __tablename__ = "notification_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(String(20), primary_key=True)
    how: Mapped[How] = mapped_column(String(10))
    stopped_from: Mapped[How | None] = mapped_column(String(10))


class DigestTime(Base):
    """The hour and the weekday, on their own clock, at which digests leave for a person.

    Monday is 0. `last_daily_at` and `last_weekly_at` are the last such hours that were served,
    which is not when the worker came to it.
    """

    __tablename__ = "digest_times"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_week"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    hour: Mapped[int]
    weekday: Mapped[int]
    last_daily_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_weekly_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
