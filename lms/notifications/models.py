from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime

UNREAD = text("read_at IS NULL")


class Link(NamedTuple):
    """The page a notice leads to: its endpoint, and what its address is filled with."""

    endpoint: str
    values: dict[str, Any]


class Notice(Base):
    """Something that happened, told to one person. `kind` is "package.name", its template.

    `context` holds plain values, no words: a notice outlives a change of language and time zone.
    `endpoint` and `values` say where it leads, `group` what it belongs to, such as a course's code.
    With a `key`, a person is told once.
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
