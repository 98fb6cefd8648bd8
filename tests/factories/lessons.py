from typing import Any

from lms.courses.models import Module
from lms.courses.services import note_catalogue_change
from lms.lessons.models import CheckQuestion, Lesson
from tests.factories import next_number, save, words


def make_lesson(module: Module, *, question: bool = True, **values: Any) -> Lesson:
    number = next_number()
    defaults: dict[str, Any] = {
        "position": number,
        "kind": "recorded",
        "title": words(f"Lesson {number}"),
        "recognised_minutes": 30,
        "duration_seconds": 100,
    }
    note_catalogue_change()  # as the services do: pages keep what a version showed
    lesson = save(Lesson(module_id=module.id, **{**defaults, **values}))
    if question:
        save(
            CheckQuestion(
                lesson_id=lesson.id,
                prompt=words("Which?"),
                stored_choices=[words("Right").to_json(), words("Wrong").to_json()],
                correct_choice=0,
                explanation=words("Because."),
            )
        )
    return lesson
