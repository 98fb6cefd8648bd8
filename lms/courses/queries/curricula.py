"""Reads over the fields of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course, Curriculum, PublicationState


@dataclass(frozen=True)
class CurriculumSummary:
    """A curriculum with how many courses it offers."""

    code: str
    title: TextInLanguages
    summary: TextInLanguages
    courses: int


@dataclass(frozen=True)
class ManagedCurriculum:
    """A curriculum as the list of those who edit it shows it; courses in all, and on offer."""

    code: str
    title: TextInLanguages
    state: PublicationState
    courses: int
    on_offer: int


def curricula() -> list[CurriculumSummary]:
    """Return the published curricula that offer courses, in order, in one statement."""
    rows = db.session.execute(
        select(Curriculum.code, Curriculum.title, Curriculum.summary, func.count(Course.id))
        .join(Course, Course.curriculum_id == Curriculum.id)
        .where(
            Curriculum.state == PublicationState.PUBLISHED,
            Course.state == PublicationState.PUBLISHED,
        )
        .group_by(Curriculum.id)
        .order_by(Curriculum.position)
    )
    return [CurriculumSummary(*columns) for columns in rows]


def managed_curricula() -> list[ManagedCurriculum]:
    """Return all curricula in order, whatever their state, in one statement."""
    on_offer = func.count(case((Course.state == PublicationState.PUBLISHED, Course.id)))
    rows = db.session.execute(
        select(Curriculum.code, Curriculum.title, Curriculum.state, func.count(Course.id), on_offer)
        .outerjoin(Course, Course.curriculum_id == Curriculum.id)
        .group_by(Curriculum.id)
        .order_by(Curriculum.position, Curriculum.id)
    )
    return [ManagedCurriculum(*columns) for columns in rows]


def all_curricula() -> Sequence[Curriculum]:
    """Return the curricula in order, whatever their state."""
    return db.session.scalars(select(Curriculum).order_by(Curriculum.position)).all()


def curriculum_by_code(code: str) -> Curriculum | None:
    """Return a curriculum."""
    return db.session.scalar(select(Curriculum).where(Curriculum.code == code))


def courses_in(curriculum_id: int) -> Sequence[Course]:
    """Return the courses of a curriculum in order, whatever their state."""
    return db.session.scalars(
        select(Course)
        .where(Course.curriculum_id == curriculum_id)
        .order_by(Course.position, Course.id)
    ).all()
