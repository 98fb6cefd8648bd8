"""Who may know of a session and who may enter it: everybody, before each kind of it."""

import pytest

from lms.accounts.login import Visitor
from lms.core.errors import NotFound
from lms.enrolment.models import RunInstructor
from lms.seminars.permissions import get_sitting_for_entering, get_sitting_for_viewing
from tests.factories import save
from tests.factories.accounts import make_person, reader_of
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_holder, make_sitting

READERS = (
    "visitor",
    "stranger",
    "enrolled",
    "completed",
    "left",
    "holder",
    "instructor",
    "other instructor",
    "staff",
)
IN_IT = {"enrolled", "completed", "holder"}
MANAGE = {"instructor", "staff"}
CONCERNED = IN_IT | MANAGE
ALL = set(READERS)

# Values of the sitting, of its run → who knows of it. Who enters is the same, less the public.
KINDS = {
    "planned": ({"state": "planned"}, {}, MANAGE),
    "planned and public": ({"state": "planned", "is_public": True}, {}, MANAGE),
    "scheduled": ({}, {}, CONCERNED),
    "public": ({"is_public": True}, {}, ALL),
    "public, of a draft": ({"is_public": True}, {"state": "draft"}, CONCERNED),
    "cancelled": ({"state": "cancelled"}, {}, CONCERNED),
    "postponed": ({"state": "postponed"}, {}, CONCERNED),
    "over": ({"state": "attendance_final"}, {}, CONCERNED),
    "public and over": ({"state": "attendance_final", "is_public": True}, {}, ALL),
}


def readers_of(run, sitting):
    people = {
        name: make_person() for name in ("stranger", "enrolled", "completed", "left", "holder")
    }
    for name, state in (
        ("enrolled", "enrolled"),
        ("completed", "completed"),
        ("left", "withdrawn"),
    ):
        make_enrolment(run, people[name], state=state)
    make_holder(sitting, people["holder"], role="interpreter")
    for name, role in (
        ("instructor", "instructor"),
        ("other instructor", "instructor"),
        ("staff", "staff"),
    ):
        people[name] = make_person(role)
    save(RunInstructor(run_id=run.id, person_id=people["instructor"].id))
    return {"visitor": Visitor()} | {name: reader_of(person) for name, person in people.items()}


def let_in(door, readers, sitting_id):
    found = set()
    for name, reader in readers.items():
        try:
            door(reader, sitting_id)
        except NotFound:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_who_knows_of_it_and_who_enters(app, kind):
    values, of_run, expected = KINDS[kind]
    run = make_run(**of_run)
    sitting = make_sitting(run, **values)
    readers = readers_of(run, sitting)
    sitting_id = sitting.id
    assert let_in(get_sitting_for_viewing, readers, sitting_id) == expected
    assert let_in(get_sitting_for_entering, readers, sitting_id) == expected & CONCERNED
    assert let_in(get_sitting_for_viewing, readers, 2_000_000_000) == set()


def test_as_what_somebody_comes(app):
    run = make_run()
    sitting = make_sitting(run)
    readers = readers_of(run, sitting)
    visits = {name: get_sitting_for_viewing(readers[name], sitting.id) for name in CONCERNED}
    assert {name for name, visit in visits.items() if visit.holds} == {"holder"}
    assert {name for name, visit in visits.items() if visit.can_manage} == MANAGE
    assert {name for name, visit in visits.items() if visit.seat} == {"enrolled", "completed"}
