from typing import Any

from lms.core import clock
from lms.courses.models import Course, CourseVersion, Curriculum, Module
from lms.courses.queries import newest_version
from lms.courses.services.versions import content_of
from tests.factories import next_number, save, words


def make_curriculum(**values: Any) -> Curriculum:
    number = next_number()
    defaults: dict[str, Any] = {
        "code": f"CU{number}",
        "position": number,
        "state": "published",
        "title": words(f"Curriculum {number}"),
        "summary": words(f"Summary {number}"),
    }
    return save(Curriculum(**{**defaults, **values}))


def make_course(*, modules: int = 1, curriculum: Curriculum | None = None, **values: Any) -> Course:
    number = next_number()
    defaults: dict[str, Any] = {
        "code": f"TST-{number}",
        "curriculum_id": (curriculum or make_curriculum()).id,
        "position": number,
        "state": "published",
        "title": words(f"Course {number}"),
        "level": "basic",
        "delivery": "online",
        "languages": ["en"],
        "sdg_targets": ["11.2"],
        "crs_code": "21010",
        "city_slugs": [],
        "theory_minutes": 60,
        "practical_minutes": 0,
    }
    course = save(Course(**{**defaults, **values}))
    make_version(course)
    for position in range(1, modules + 1):
        make_module(course, position=position)
    return course


def make_version(course: Course, **values: Any) -> CourseVersion:
    """Make a version in the state of its course, with its content."""
    defaults: dict[str, Any] = {
        "number": 1,
        "state": course.state,
        "created_at": clock.now(),
        **content_of(course),
    }
    return save(CourseVersion(course_id=course.id, **{**defaults, **values}))


def make_module(of: Course | CourseVersion, *, position: int = 1, **values: Any) -> Module:
    """Make a module of a version, or of the newest one of a course."""
    version = of if isinstance(of, CourseVersion) else newest_version(of.id)
    defaults: dict[str, Any] = {"title": words(f"Module {position}"), "recorded_minutes": 60}
    return save(Module(version_id=version.id, position=position, **{**defaults, **values}))
