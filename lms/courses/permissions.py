"""Doors to the catalogue. `reader` is the `current_user` of the page."""

from typing import Any

from lms.core.errors import NotFound
from lms.courses import queries
from lms.courses.models import Course, Curriculum, PublicationState


def get_course_for_viewing(reader: Any, code: str) -> Course:
    """Return a course with its curriculum: a published one, to staff also others."""
    course = queries.course_by_code(code)
    if course is None or not (course.state == PublicationState.PUBLISHED or reader.is_staff):
        raise NotFound
    return course


def get_curriculum_for_viewing(code: str) -> Curriculum:
    """Return a curriculum; which of its courses are shown is the page's matter."""
    curriculum = queries.curriculum_by_code(code)
    if curriculum is None:
        raise NotFound
    return curriculum
