from typing import Any

from lms.accounts.models import Person, PersonRole, PersonState
from lms.core import clock
from lms.core.db import db
from tests.factories import next_number, save


def make_person(*roles: str, **values: Any) -> Person:
    number = next_number()
    defaults: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "state": PersonState.ACTIVE,
        "full_name": f"Person {number}",
        "preferred_language": "en",
        "time_zone": "Asia/Ulaanbaatar",
        "email_confirmed_at": clock.now(),
        "created_at": clock.now(),
    }
    person = save(Person(**{**defaults, **values}))
    for role in roles:
        save(PersonRole(person_id=person.id, role=role, granted_at=clock.now()))
    db.session.expire_all()
    return person
