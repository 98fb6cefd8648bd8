from typing import Any

from lms.accounts.login import Reader
from lms.accounts.models import Person, PersonRole, PersonState
from lms.accounts.queries import signed_in
from lms.accounts.services import start_session
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
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


def reader_of(person: Person) -> Reader:
    """Return the person as `current_user` of a page they opened."""
    now = clock.now()
    with unit_of_work():
        token = start_session(person, user_agent="test", address="127.0.0.1", now=now)
    found = signed_in(token)
    assert found is not None
    return Reader(found)
