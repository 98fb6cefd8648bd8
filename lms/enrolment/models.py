from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.db import Base, UTCDateTime
from lms.courses.models import Course, CourseVersion


class RunState(StrEnum):
    """The states of DOMAIN 2.10 that a run with open enrolment passes through."""

    DRAFT = "draft"
    APPROVED = "approved"
    RUNNING = "running"
    JUDGING = "judging"
    COMPLETED = "completed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    """The end of DOMAIN 2.12: from enrolled to how it ended."""

    ENROLLED = "enrolled"
    STARTED = "started"
    COMPLETED = "completed"
    PARTICIPATED = "participated"
    NOT_COMPLETED = "not_completed"
    DROPPED_OUT = "dropped_out"
    WITHDRAWN = "withdrawn"


class CourseRun(Base):
    """A course held on dates (기수): where people enrol."""

    __tablename__ = "course_runs"
    __table_args__ = (
        UniqueConstraint("course_id", "cohort_no"),
        CheckConstraint("seats_taken >= 0", name="seats_not_negative"),
        CheckConstraint("capacity IS NULL OR seats_taken <= capacity", name="seats_in_capacity"),
        CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_versions.id"), index=True)
    cohort_no: Mapped[int]
    state: Mapped[RunState] = mapped_column(String(20), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    enrolment_closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    working_language: Mapped[str] = mapped_column(String(20))
    capacity: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    completion_percent: Mapped[int] = mapped_column(default=80)
    certificates_issued: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    # What is taught: the version that was on offer when the run was planned.
    course_version: Mapped[CourseVersion] = relationship(lazy="raise_on_sql")
    instructors: Mapped[list["RunInstructor"]] = relationship(lazy="raise_on_sql")


class RunInstructor(Base):
    __tablename__ = "run_instructors"

    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Enrolment(Base):
    """One person in one run."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id"),
        # The staff's counts are answered from it alone.
        Index("ix_enrolments_run_id_state_person_id", "run_id", "state", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(String(20))
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
