from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.boards.models.post import Post
from lms.core.db import Base, UTCDateTime


class Expertise(Base):
    """What a person knows and can be asked about, as they say themselves.

    Others see it, with what the person has written, only while `is_shown`.
    """

    __tablename__ = "expertise"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    is_shown: Mapped[bool] = mapped_column(default=False)
    about: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(20), default="")  # of `about`
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes of curricula
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PostReading(Base):
    """A post that has become part of a session's reading, with credit to its author."""

    __tablename__ = "post_readings"
    __table_args__ = (UniqueConstraint("post_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    post: Mapped[Post] = relationship(lazy="raise_on_sql")


class Contribution(Base):
    """A post that counts as the task of a discussion session for who wrote it."""

    __tablename__ = "contributions"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
