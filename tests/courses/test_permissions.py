"""Who may look at which course and curriculum, who edits it, and who decides on it."""

import pytest

from lms.accounts.login import Visitor
from lms.core.errors import DomainError, NotAllowed, NotFound
from lms.courses.models import CourseTeacher
from lms.courses.permissions import (
    can_edit_course,
    get_course_for_deciding,
    get_course_for_editing,
    get_course_for_viewing,
    get_curriculum_for_editing,
    get_curriculum_for_viewing,
    get_module_for_editing,
    get_version_for_editing,
)
from lms.courses.queries import modules_of, newest_version
from tests.factories import save
from tests.factories.accounts import make_person, reader_of
from tests.factories.courses import make_course, make_curriculum


def reader(*roles):
    return reader_of(make_person(*roles))


STATES = [("draft", False), ("in_review", False), ("published", True), ("retired", False)]
READERS = [
    (None, False), ((), False), (("instructor",), False), (("staff",), True), (("admin",), True),
]  # fmt: skip


@pytest.mark.parametrize("state, public", STATES)
@pytest.mark.parametrize("who, is_staff", READERS)
def test_published_courses_are_for_all_others_for_staff(app, state, public, who, is_staff):
    course = make_course(state=state)
    seen_by = Visitor() if who is None else reader(*who)
    if public or is_staff:
        assert get_course_for_viewing(seen_by, course.code).id == course.id
    else:
        with pytest.raises(NotFound):
            get_course_for_viewing(seen_by, course.code)


@pytest.mark.parametrize("state, public", STATES)
@pytest.mark.parametrize("who, is_staff", READERS)
def test_published_curricula_are_for_all_others_for_staff(app, state, public, who, is_staff):
    curriculum = make_curriculum(state=state)
    seen_by = Visitor() if who is None else reader(*who)
    if public or is_staff:
        found = get_curriculum_for_viewing(seen_by, curriculum.code)
        assert found.id == curriculum.id
    else:
        with pytest.raises(NotFound):
            get_curriculum_for_viewing(seen_by, curriculum.code)


@pytest.mark.parametrize("who, is_staff", READERS)
def test_only_staff_edit_curricula(app, who, is_staff):
    code = make_curriculum().code
    seen_by = Visitor() if who is None else reader(*who)
    if is_staff:
        assert get_curriculum_for_editing(seen_by, code).code == code
    else:
        with pytest.raises(NotFound):
            get_curriculum_for_editing(seen_by, code)


def outcome(door, *asked):
    try:
        door(*asked)
    except DomainError as error:
        return type(error)
    return "in"


# Who, whether they belong to the teaching staff of the course, and how editing and deciding end.
MAKERS = [
    ((), False, (NotFound, NotFound)),
    ((), True, (NotFound, NotFound)),  # was an instructor once
    (("instructor",), False, (NotFound, NotFound)),
    (("instructor",), True, ("in", NotAllowed)),
    (("staff",), False, ("in", "in")),
    (("admin",), False, ("in", "in")),
]


@pytest.mark.parametrize("roles, teaches, ends", MAKERS)
@pytest.mark.parametrize("state", ["draft", "in_review", "published", "retired"])
def test_who_makes_a_course(app, roles, teaches, ends, state):
    editing, deciding = ends
    course = make_course(state=state)
    other = make_course(state=state)
    version = newest_version(course.id)
    module = modules_of(version.id)[0]
    maker = make_person(*roles)
    if teaches:
        save(CourseTeacher(course_id=course.id, person_id=maker.id))
    seen_by = reader_of(maker)
    assert can_edit_course(seen_by, course.id) == (editing == "in")
    assert outcome(get_course_for_editing, seen_by, course.code) == editing
    assert outcome(get_version_for_editing, seen_by, version.id) == editing
    assert outcome(get_module_for_editing, seen_by, module.id) == editing
    assert outcome(get_course_for_deciding, seen_by, course.code) == deciding
    if "instructor" in roles:
        assert outcome(get_course_for_editing, seen_by, other.code) is NotFound


def test_visitors_make_nothing(app):
    course = make_course()
    assert outcome(get_course_for_editing, Visitor(), course.code) is NotFound
    assert outcome(get_course_for_deciding, Visitor(), course.code) is NotFound


def test_what_does_not_exist_is_not_found(app):
    make_curriculum(code="AAA")
    staff = reader("staff")
    assert get_curriculum_for_viewing(Visitor(), "AAA").code == "AAA"
    for door, nothing in (
        (get_curriculum_for_viewing, "BBB"),
        (get_curriculum_for_editing, "BBB"),
        (get_course_for_viewing, "X"),
        (get_course_for_editing, "X"),
        (get_course_for_deciding, "X"),
        (get_version_for_editing, 2_000_000_000),
        (get_module_for_editing, 2_000_000_000),
    ):
        assert outcome(door, staff, nothing) is NotFound
