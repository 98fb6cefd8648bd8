"""The search index of the catalogue (docs/decisions/0003)."""

from collections.abc import Sequence

from sqlalchemy import delete, insert

from lms.core.db import db, execute
from lms.courses.models import Course, CourseTerm, Curriculum, Module, PublicationState
from lms.courses.rules.search import terms_of_course


def write_terms(course: Course, modules: Sequence[Module]) -> None:
    """Have the course found by what it and its modules say now, and by a published curriculum."""
    curriculum = db.session.get_one(Curriculum, course.curriculum_id)
    field = [curriculum.title] if curriculum.state == PublicationState.PUBLISHED else []
    terms = terms_of_course(
        title=course.title,
        parts=[*field, *(module.title for module in modules)],
        objectives=course.objectives,
        code=course.code,
    )
    db.session.flush()
    execute(delete(CourseTerm).where(CourseTerm.course_id == course.id))
    execute(
        insert(CourseTerm),
        [
            {"course_id": course.id, "term": term, "weight": weight}
            for term, weight in terms.items()
        ],
    )
