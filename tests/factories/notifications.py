from typing import Any

from lms.accounts.models import Person
from lms.core import clock
from lms.notifications.models import Notice
from tests.factories import next_number, save, words


def make_notice(person: Person, **values: Any) -> Notice:
    number = next_number()
    defaults: dict[str, Any] = {
        "kind": "certificates.issued",
        "context": {
            "course_title": words("Urban Transport").to_json(),
            "number": f"BGCF-2026-TST1-1-{number:04}",
        },
        "endpoint": "progress.show_my_learning",
        "values": {},
        "group": "TST-1",
        "created_at": clock.now(),
    }
    return save(Notice(person_id=person.id, **{**defaults, **values}))
