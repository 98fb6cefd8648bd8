"""The doors to runs and enrolments, each tried by every role and by a second one of the same."""

import pytest

from lms.accounts.login import Visitor
from lms.core.db import db
from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.enrolment import permissions
from lms.enrolment.models import RunInstructor
from tests.factories import save
from tests.factories.accounts import make_person, reader_of
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run

READERS = ("visitor", "trainee", "enrolled", "instructor", "other instructor", "staff", "admin")


def readers(run):
    """Return one reader of each kind, two where a role belongs to a run."""
    enrolled, teacher = make_person(), make_person("instructor")
    make_enrolment(run, enrolled)
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    return {
        "visitor": Visitor(),
        "trainee": reader_of(make_person()),
        "enrolled": reader_of(enrolled),
        "instructor": reader_of(teacher),
        "other instructor": reader_of(make_person("instructor")),
        "staff": reader_of(make_person("staff")),
        "admin": reader_of(make_person("admin")),
    }


def outcome(act):
    try:
        return "yes" if act() is not None else "none"
    except (NotFound, NotAllowed, Conflict) as error:
        return type(error).__name__


def outcomes(door, run):
    return {who: outcome(lambda r=r: door(r, run.id)) for who, r in readers(run).items()}


PUBLIC = dict.fromkeys(READERS, "yes")
HIDDEN = {
    "visitor": "NotFound", "trainee": "NotFound", "enrolled": "yes", "instructor": "yes",
    "other instructor": "NotFound", "staff": "yes", "admin": "yes",
}  # fmt: skip


@pytest.mark.parametrize("state, course_state, expected", [
    ("draft", "published", HIDDEN),
    ("approved", "published", PUBLIC),
    ("running", "published", PUBLIC),
    ("cancelled", "published", PUBLIC),
    ("running", "retired", HIDDEN),
    ("running", "draft", HIDDEN),
])  # fmt: skip
def test_who_may_know_of_a_run(app, state, course_state, expected):
    run = make_run(make_course(state=course_state), state=state)
    assert outcomes(permissions.get_run_for_viewing, run) == expected


def test_only_who_is_enrolled_gets_their_enrolment(app):
    found = outcomes(permissions.get_active_enrolment, make_run())
    assert found == {**dict.fromkeys(READERS, "NotFound"), "enrolled": "yes"}


@pytest.mark.parametrize("state, expected", [
    ("enrolled", "yes"), ("started", "yes"), ("completed", "yes"), ("withdrawn", "NotFound"),
    ("dropped_out", "NotFound"), ("participated", "NotFound"), ("not_completed", "NotFound"),
])  # fmt: skip
def test_who_has_left_is_not_in(app, state, expected):
    run, person = make_run(), make_person()
    make_enrolment(run, person, state=state)
    reader = reader_of(person)
    assert outcome(lambda: permissions.get_active_enrolment(reader, run.id)) == expected


def test_an_enrolment_brings_its_run_and_course(app, count_statements):
    run, person = make_run(), make_person()
    make_enrolment(run, person)
    reader, run_id = reader_of(person), run.id
    db.session.expire_all()
    assert reader.id
    with count_statements() as statements:
        enrolment = permissions.get_active_enrolment(reader, run_id)
        assert enrolment.run.course.code
    assert len(statements) == 1


def test_who_manages_a_run(app):
    assert outcomes(permissions.get_run_for_management, make_run()) == {
        **dict.fromkeys(READERS, "NotFound"),
        "instructor": "yes", "staff": "yes", "admin": "yes",
    }  # fmt: skip


def test_who_changes_a_run(app):
    assert outcomes(permissions.get_run_for_change, make_run()) == {
        **dict.fromkeys(READERS, "NotFound"),
        "instructor": "NotAllowed", "staff": "yes", "admin": "yes",
    }  # fmt: skip


def test_an_instructor_whose_role_ended_no_longer_manages(app):
    run, person = make_run(), make_person()
    save(RunInstructor(run_id=run.id, person_id=person.id))
    reader = reader_of(person)
    assert outcome(lambda: permissions.get_run_for_management(reader, run.id)) == "NotFound"


@pytest.mark.parametrize("state, run_state, expected", [
    ("enrolled", "running", "yes"), ("started", "running", "yes"),
    ("withdrawn", "running", "yes"), ("dropped_out", "completed", "yes"),
    ("completed", "running", "Conflict"), ("started", "judging", "Conflict"),
    ("enrolled", "cancelled", "Conflict"),
])  # fmt: skip
def test_when_one_may_leave(app, state, run_state, expected):
    run, person = make_run(state=run_state), make_person()
    make_enrolment(run, person, state=state)
    reader, other = reader_of(person), reader_of(make_person())
    with app.test_request_context("/en/"):
        assert outcome(lambda: permissions.get_enrolment_for_leaving(reader, run.id)) == expected
        assert outcome(lambda: permissions.get_enrolment_for_leaving(other, run.id)) == "NotFound"
