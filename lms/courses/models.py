from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base
from lms.core.text import TextInLanguages, TextInLanguagesType


class Level(StrEnum):
    BASIC = "basic"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Delivery(StrEnum):
    ONLINE = "online"
    BLENDED = "blended"
    ONSITE = "onsite"


class PublicationState(StrEnum):
    """DOMAIN 2.6."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Curriculum(Base):
    __tablename__ = "curricula"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int]
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    summary: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)


class Course(Base):
    """A catalogue item; it has no dates (DOMAIN 2.7)."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curricula.id"), index=True)
    position: Mapped[int]
    state: Mapped[PublicationState] = mapped_column(String(20))
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    objectives: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    level: Mapped[Level] = mapped_column(String(20))
    delivery: Mapped[Delivery] = mapped_column(String(20))
    languages: Mapped[list[str]] = mapped_column(JSON)
    sdg_targets: Mapped[list[str]] = mapped_column(JSON)
    crs_code: Mapped[str] = mapped_column(String(10))
    prerequisite_code: Mapped[str] = mapped_column(String(20), default="")
    city_slugs: Mapped[list[str]] = mapped_column(JSON)
    theory_minutes: Mapped[int]
    practical_minutes: Mapped[int]
    is_demo: Mapped[bool] = mapped_column(default=False)

    curriculum: Mapped[Curriculum] = relationship(lazy="raise_on_sql")
    modules: Mapped[list["Module"]] = relationship(
        lazy="raise_on_sql", back_populates="course", order_by="Module.position"
    )


class Module(Base):
    """A part of a course, with its recognised minutes by kind of session (L R P D F)."""

    __tablename__ = "modules"
    __table_args__ = (UniqueConstraint("course_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    position: Mapped[int]
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    live_minutes: Mapped[int] = mapped_column(default=0)
    recorded_minutes: Mapped[int] = mapped_column(default=0)
    practice_minutes: Mapped[int] = mapped_column(default=0)
    discussion_minutes: Mapped[int] = mapped_column(default=0)
    field_minutes: Mapped[int] = mapped_column(default=0)

    course: Mapped[Course] = relationship(lazy="raise_on_sql", back_populates="modules")

    @property
    def minutes_by_kind(self) -> list[tuple[str, int]]:
        """Return the recognised minutes of each kind of session."""
        return [
            ("live", self.live_minutes),
            ("recorded", self.recorded_minutes),
            ("practice", self.practice_minutes),
            ("discussion", self.discussion_minutes),
            ("field", self.field_minutes),
        ]

    @property
    def minutes(self) -> int:
        """Return the recognised minutes of the module."""
        return sum(minutes for _kind, minutes in self.minutes_by_kind)


class CourseTerm(Base):
    """A search token of a course and how much it weighs (docs/decisions/0003)."""

    __tablename__ = "course_terms"
    __table_args__ = (Index("ix_course_terms_term_course_id", "term", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    term: Mapped[str] = mapped_column(String(100), primary_key=True)
    weight: Mapped[int]


class CatalogueVersion(Base):
    """One row, made by the first migration; its number grows with all that a visitor sees."""

    __tablename__ = "catalogue_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
