from typing import Any

from lms.courses.models import Course, Curriculum, Module
from tests.factories import next_number, save, words


def make_curriculum(**values: Any) -> Curriculum:
    number = next_number()
    defaults: dict[str, Any] = {
        "code": f"CU{number}",
        "position": number,
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
    for position in range(1, modules + 1):
        make_module(course, position=position)
    return course


def make_module(course: Course, *, position: int = 1, **values: Any) -> Module:
    defaults: dict[str, Any] = {"title": words(f"Module {position}"), "recorded_minutes": 60}
    return save(Module(course_id=course.id, position=position, **{**defaults, **values}))
