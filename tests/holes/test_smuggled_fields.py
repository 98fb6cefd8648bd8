"""Hole: a form carries a field that is not on the page, and the row takes it over.

Rule: an act writes what its form asks for; of anything else sent, nothing is found anywhere.
"""

import pytest
from sqlalchemy import select

from lms.accounts.models import Person, PersonRole
from lms.core.db import db
from tests.holes.ground import Ground
from tests.holes.matrix import IN, ROWS, Try
from tests.holes.test_matrix import filled

WORD, NUMBER = "smuggled", 98765432
TEXTS = (
    "role", "roles", "person_state", "city_slug", "number", "verification_code", "holder",
    "password_hash", "pdf_key", "result", "rule_version", "actor", "address", "kind",
)  # fmt: skip
NUMBERS = (
    "id", "person_id", "person", "user_id", "actor_id", "enrolment_id", "enrolment", "course_id",
    "score", "percent", "watched_seconds", "earned_minutes", "recognised_minutes", "allowance",
    "completion_percent", "seats_taken", "lessons_done", "tries", "duration_seconds",
)  # fmt: skip
FLAGS = ("is_demo", "is_staff", "is_admin", "is_verified", "is_complete", "is_watched")

EXTRA = {
    **dict.fromkeys(TEXTS, WORD),
    **dict.fromkeys(NUMBERS, NUMBER),
    **dict.fromkeys(FLAGS, 1),
}

READERS_TRIED = ("trainee", "staff", "instructor", "focal point", "visitor")

ACTS = [
    pytest.param(endpoint, tried, id=endpoint)
    for endpoint, tries in ROWS.items()
    for tried in tries
    if tried.method == "POST" and IN in tried.who.values()
]


def rights() -> list[object]:
    people = select(Person.id, Person.email, Person.state, Person.is_demo).order_by(Person.id)
    roles = select(PersonRole.person_id, PersonRole.role).order_by(PersonRole.person_id)
    return [*map(tuple, db.session.execute(roles)), *map(tuple, db.session.execute(people))]


@pytest.mark.parametrize("endpoint, tried", ACTS)
def test_what_no_form_asks_for_is_found_nowhere(ground: Ground, endpoint: str, tried: Try):
    reader = next(who for who in READERS_TRIED if tried.who[who] == IN)
    before = rights()
    address = ground.address(endpoint, **filled(tried.parts, ground))
    data = {**EXTRA, **filled(tried.data, ground)}
    browser, token = ground.browser_of(reader), ground.tokens[reader]
    if tried.is_json:
        answer = browser.post(address, json=data, headers={"X-CSRFToken": token})
    else:
        prefixed = {
            f"{kind}-{name}": v for kind in ("revoke", "reissue") for name, v in EXTRA.items()
        }
        sent = {**prefixed, **data, "csrf_token": token}
        answer = browser.post(address, data=sent, headers=filled(tried.headers, ground))
    assert answer.status_code < 400
    everything = repr(ground.everything())
    assert WORD not in everything
    assert str(NUMBER) not in everything
    if endpoint not in {"accounts.sign_up", "accounts.confirm_email"}:
        assert rights() == before
    assert not db.session.scalars(select(Person.id).where(Person.is_demo)).all()
