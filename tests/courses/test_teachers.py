"""The teaching staff of a course, and what each of them consents to."""

import pytest

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.models import (
    CourseTeacher,
)
from lms.courses.services import teachers
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.courses import make_course


@pytest.fixture
def staff(app):
    return make_person("staff")


def test_teachers_come_stay_and_go_with_a_history(staff):
    course = make_course()
    kim, lee, park = (make_person("instructor") for _ in range(3))

    def make_them(*people):
        with unit_of_work():
            teachers.set_teachers(course, list(people), actor=staff, now=clock.now())
        return {row.person_id for row in queries.teachers_of(course.id)}

    assert make_them(kim, lee) == {kim.id, lee.id}
    with unit_of_work():
        teachers.give_teaching_consent(course, lee, recording=True, reuse=False, now=clock.now())
    assert make_them(lee, park) == {lee.id, park.id}
    assert make_them(lee, park) == {lee.id, park.id}
    (stayed,) = (row for row in queries.teachers_of(course.id) if row.person_id == lee.id)
    assert stayed.consents_to_recording_at is not None
    changes = [(each.old, each.new) for each in history_of(("course_teacher", course.id))]
    assert sorted(changes) == sorted([
        ("", f"teacher {kim.id}"), ("", f"teacher {lee.id}"),
        ("", f"recording consent of {lee.id}"),
        ("", f"teacher {park.id}"), (f"teacher {kim.id}", ""),
    ])  # fmt: skip
    assert make_them() == set()


def test_consent_is_given_once_withdrawn_and_only_ones_own(app):
    course, kim = make_course(), make_person("instructor")
    save(CourseTeacher(course_id=course.id, person_id=kim.id))

    def consent(recording, reuse, who=kim):
        with unit_of_work():
            teachers.give_teaching_consent(
                course, who, recording=recording, reuse=reuse, now=clock.now()
            )
        row = db.session.get(CourseTeacher, (course.id, kim.id))
        return row.consents_to_recording_at, row.consents_to_reuse_at

    first, none = consent(True, False)
    assert none is None
    assert consent(True, True)[0] == first
    assert consent(False, True)[0] is None
    assert len(history_of(("course_teacher", course.id))) == 3
    with pytest.raises(NotFound):
        consent(True, True, make_person("instructor"))
