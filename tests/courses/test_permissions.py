"""Who may look at which course."""

import pytest

from lms.accounts.login import Visitor
from lms.core.errors import NotFound
from lms.courses.permissions import get_course_for_viewing, get_curriculum_for_viewing
from tests.factories.accounts import make_person, reader_of
from tests.factories.courses import make_course, make_curriculum


def reader(*roles):
    return reader_of(make_person(*roles))


@pytest.mark.parametrize("state, public", [
    ("draft", False), ("in_review", False), ("published", True), ("retired", False),
])  # fmt: skip
@pytest.mark.parametrize("who, is_staff", [
    (None, False), ((), False), (("instructor",), False), (("staff",), True), (("admin",), True),
])  # fmt: skip
def test_published_courses_are_for_all_others_for_staff(app, state, public, who, is_staff):
    course = make_course(state=state)
    seen_by = Visitor() if who is None else reader(*who)
    if public or is_staff:
        assert get_course_for_viewing(seen_by, course.code).id == course.id
    else:
        with pytest.raises(NotFound):
            get_course_for_viewing(seen_by, course.code)


def test_what_does_not_exist_is_not_found(app):
    make_curriculum(code="AAA")
    assert get_curriculum_for_viewing("AAA").code == "AAA"
    for act in (
        lambda: get_curriculum_for_viewing("BBB"),
        lambda: get_course_for_viewing(Visitor(), "X"),
    ):
        with pytest.raises(NotFound):
            act()
