"""Doors to the catalogue. `reader` is the `current_user` of the page."""

from typing import Any

from lms.core.errors import NotAllowed, NotFound
from lms.courses import queries
from lms.courses.models import (
    Course,
    CourseTeacher,
    CourseVersion,
    Curriculum,
    Module,
    PublicationState,
)
from lms.courses.queries.curricula import curriculum_by_code


def get_course_for_viewing(reader: Any, code: str) -> Course:
    """Return a course with its curriculum: a published one, to staff also others."""
    course = queries.course_by_code(code)
    if course is None or not (course.state == PublicationState.PUBLISHED or reader.is_staff):
        raise NotFound
    return course


def get_curriculum_for_viewing(reader: Any, code: str) -> Curriculum:
    """Return a curriculum: a published one, to staff also others.

    Which of its courses are shown is the page's matter.
    """
    curriculum = curriculum_by_code(code)
    is_public = curriculum is not None and curriculum.state == PublicationState.PUBLISHED
    if curriculum is None or not (is_public or reader.is_staff):
        raise NotFound
    return curriculum


def get_curriculum_for_editing(reader: Any, code: str) -> Curriculum:
    """Return a curriculum to staff, whatever its state; NotFound to others."""
    curriculum = curriculum_by_code(code)
    if curriculum is None or not reader.is_staff:
        raise NotFound
    return curriculum


def can_edit_course(reader: Any, course_id: int) -> bool:
    """Tell whether somebody may edit drafts of a course: staff, and its teaching staff."""
    if reader.is_staff:
        return True
    return bool(reader.teaches) and queries.teaches_course(reader.id, course_id)


def get_course_for_editing(reader: Any, code: str) -> Course:
    """Return a course to those who may edit its drafts; NotFound to others."""
    course = queries.course_by_code(code)
    if course is None or not can_edit_course(reader, course.id):
        raise NotFound
    return course


def get_course_for_deciding(reader: Any, code: str) -> Course:
    """Return a course to staff, who decide on it; NotAllowed to its teaching staff."""
    course = get_course_for_editing(reader, code)
    if not reader.is_staff:
        raise NotAllowed
    return course


def get_version_for_editing(reader: Any, version_id: int) -> CourseVersion:
    """Return a version with its course to those who may edit the course's drafts.

    Whether it is a draft, the services ask; NotFound to others.
    """
    version = queries.version_with_course(version_id)
    if version is None or not can_edit_course(reader, version.course_id):
        raise NotFound
    return version


def get_module_for_editing(reader: Any, module_id: int) -> Module:
    """Return a module with its version and course to those who may edit the course's drafts."""
    module = queries.module_with_version(module_id)
    if module is None or not can_edit_course(reader, module.version.course_id):
        raise NotFound
    return module


def get_own_teaching(reader: Any, code: str) -> tuple[Course, CourseTeacher]:
    """Return a course and the reader's own place among its teaching staff; NotFound without one.

    Nobody consents for somebody else, so staff have none here.
    """
    course = get_course_for_editing(reader, code)
    teaching = next(
        (row for row in queries.teachers_of(course.id) if row.person_id == reader.id), None
    )
    if teaching is None:
        raise NotFound
    return course, teaching
