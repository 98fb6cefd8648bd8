from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.core.db import Base, UTCDateTime
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
    """A field with its courses in order; visitors see it once it is published (DOMAIN 2.6).

    It has no versions as a course has (docs/decisions/0007). `revision` grows with every change
    of its texts, so that two who edit notice each other.
    """

    __tablename__ = "curricula"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int]
    state: Mapped[PublicationState] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    summary: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    target_group: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)


class CourseContent:
    """What a course says of itself: the columns a version has, and the course on offer."""

    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    objectives: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    target_group: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    level: Mapped[Level] = mapped_column(String(20))
    delivery: Mapped[Delivery] = mapped_column(String(20))
    languages: Mapped[list[str]] = mapped_column(JSON)
    sdg_targets: Mapped[list[str]] = mapped_column(JSON)
    crs_code: Mapped[str] = mapped_column(String(10))
    prerequisite_code: Mapped[str] = mapped_column(String(20), default="")
    city_slugs: Mapped[list[str]] = mapped_column(JSON)
    theory_minutes: Mapped[int]
    practical_minutes: Mapped[int]
    completion_percent: Mapped[int] = mapped_column(default=80, server_default="80")

    @property
    def minutes(self) -> int:
        """Return the recognised minutes of the whole course."""
        return self.theory_minutes + self.practical_minutes


CONTENT_COLUMNS = (
    "title", "objectives", "target_group", "level", "delivery", "languages", "sdg_targets",
    "crs_code", "prerequisite_code", "city_slugs", "theory_minutes", "practical_minutes",
    "completion_percent",
)  # fmt: skip


class Course(CourseContent, Base):
    """A catalogue item; it has no dates (DOMAIN 2.7).

    Its content is that of its published version, or of its first one before there is any
    (docs/decisions/0007): readers of the catalogue never join.
    """

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curricula.id"), index=True)
    position: Mapped[int]
    state: Mapped[PublicationState] = mapped_column(String(20))
    is_demo: Mapped[bool] = mapped_column(default=False)

    curriculum: Mapped[Curriculum] = relationship(lazy="raise_on_sql")
    # Of what is on offer.
    modules: Mapped[list["Module"]] = relationship(
        secondary="course_versions",
        primaryjoin="and_(Course.id == CourseVersion.course_id,"
        " CourseVersion.state == 'published')",
        secondaryjoin="CourseVersion.id == Module.version_id",
        order_by="Module.position",
        lazy="raise_on_sql",
        viewonly=True,
    )


class CourseVersion(CourseContent, Base):
    """What a course teaches, as it was published once: its modules and sessions hang on it.

    A draft can be changed; what was published never changes again. `revision` grows with every
    change of the draft or of what hangs on it in order, so that two who edit notice each other.
    """

    __tablename__ = "course_versions"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        Index(
            "uq_course_versions_published",
            "course_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_course_versions_in_work",
            "course_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'in_review')"),
            postgresql_where=text("state IN ('draft', 'in_review')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    number: Mapped[int]
    state: Mapped[PublicationState] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    modules: Mapped[list["Module"]] = relationship(
        lazy="raise_on_sql", back_populates="version", order_by="Module.position"
    )


class CourseTeacher(Base):
    """Somebody of the teaching staff of a course: they edit its drafts, whatever the version.

    Recordings and re-use of what they give need their consent, each with its moment (DOMAIN 2.9).
    """

    __tablename__ = "course_teachers"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    consents_to_recording_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consents_to_reuse_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Module(Base):
    """A part of a course, with its recognised minutes by kind of session (L R P D F)."""

    __tablename__ = "modules"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_versions.id"))
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    title: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    live_minutes: Mapped[int] = mapped_column(default=0)
    recorded_minutes: Mapped[int] = mapped_column(default=0)
    practice_minutes: Mapped[int] = mapped_column(default=0)
    discussion_minutes: Mapped[int] = mapped_column(default=0)
    field_minutes: Mapped[int] = mapped_column(default=0)

    version: Mapped[CourseVersion] = relationship(lazy="raise_on_sql", back_populates="modules")

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
        return self.theory_minutes + self.practical_minutes

    @property
    def theory_minutes(self) -> int:
        """Return the recognised minutes of lectures, live or recorded."""
        return self.live_minutes + self.recorded_minutes

    @property
    def practical_minutes(self) -> int:
        """Return the recognised minutes of practice, discussion and field visits."""
        return self.practice_minutes + self.discussion_minutes + self.field_minutes


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
