from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime
from lms.enrolment.models import Enrolment
from lms.seminars.models import Sitting


class Grant(StrEnum):
    """As what minutes count that were not attended: each only up to a share of the whole
    (DOMAIN 3.1)."""

    EXCUSED = "excused"
    MADE_UP = "made_up"


class LessonProgress(Base):
    """What one enrolment has done in one lesson.

    `intervals` are the distinct seconds watched, merged, as [start, end) pairs. `allowance` is
    how many more seconds real time has left room for, as of `allowance_at` (see `rules`).
    """

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    intervals: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    watched_seconds: Mapped[int] = mapped_column(default=0)
    last_position: Mapped[int] = mapped_column(default=0)
    allowance: Mapped[float] = mapped_column(Float, default=0.0)
    allowance_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Of a session held at a time, once its attendance is final: the recognised minutes attended,
    # and those granted beside them. What was attended never falls under a cap.
    attended_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    granted_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    granted_as: Mapped[Grant | None] = mapped_column(String(20))
    # Of a discussion: since when what somebody has posted counts as its task, whole.
    contributed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EnrolmentProgress(Base):
    """The roll-up of an enrolment, kept in the same transaction as its facts."""

    __tablename__ = "enrolment_progress"
    __table_args__ = (Index("ix_enrolment_progress_run_id_enrolment_id", "run_id", "enrolment_id"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"))
    earned_minutes: Mapped[int] = mapped_column(default=0)
    required_minutes: Mapped[int] = mapped_column(default=0)
    lessons_done: Mapped[int] = mapped_column(default=0)
    lessons_total: Mapped[int] = mapped_column(default=0)
    last_lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lessons.id"))
    last_activity_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CourseCompletion(Base):
    """The decision that a course is completed, with the rule and the figures it was judged by."""

    __tablename__ = "course_completions"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), unique=True)
    rule_version: Mapped[str] = mapped_column(String(20))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")


class CatchUp(Base):
    """How far somebody has made up what they missed of a sitting: the seconds of its recording
    they have watched since, kept as in `LessonProgress`, and whether the questions are answered."""

    __tablename__ = "catch_ups"
    __table_args__ = (UniqueConstraint("sitting_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    intervals: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    last_position: Mapped[int] = mapped_column(default=0)
    allowance: Mapped[float] = mapped_column(Float, default=0.0)
    allowance_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    sitting: Mapped[Sitting] = relationship(lazy="raise_on_sql")
