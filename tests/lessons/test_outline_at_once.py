"""Several who edit one outline at once: no session is lost, doubled or left between places."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.db import db
from lms.core.errors import DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseVersion, Module, PublicationState
from lms.lessons.models import Lesson, LessonKind
from lms.lessons.services import outline
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson

IN_REVIEW = PublicationState.IN_REVIEW


@pytest.fixture
def site(app_of_its_own):
    with app_of_its_own.app_context():
        yield app_of_its_own
        db.session.remove()


@pytest.fixture
def modules(site):
    """The numbers of two modules of a draft, with three sessions each."""
    course = make_course(modules=0, state="draft")
    found = [make_module(course, position=position) for position in (1, 2)]
    for module in found:
        for position in (1, 2, 3):
            make_lesson(module, position=position, question=False)
    numbers = [module.id for module in found]
    db.session.rollback()
    return numbers


def together(app, acts):
    def one(act):
        with app.test_request_context("/en/"):
            try:
                with unit_of_work():
                    act()
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(one, acts))


def places(module_id):
    wanted = select(Lesson.position).where(Lesson.module_id == module_id)
    return sorted(db.session.scalars(wanted))


def lessons(module_id):
    return list(db.session.scalars(select(Lesson.id).where(Lesson.module_id == module_id)))


def move(lesson_id, module_id, position):
    def act():
        lesson, to = db.session.get_one(Lesson, lesson_id), db.session.get_one(Module, module_id)
        outline.move_lesson(lesson, to, position)

    return act


def test_sessions_that_are_moved_all_find_a_place(site, modules):
    first, second = modules
    here, there = lessons(first), lessons(second)
    acts = [
        move(here[0], second, 1), move(here[0], first, 3), move(here[1], second, 2),
        move(there[0], first, 1), move(there[1], second, 3), move(there[2], first, 2),
    ]  # fmt: skip
    db.session.rollback()
    assert together(site, acts) == ["done"] * 6
    assert {*lessons(first), *lessons(second)} == {*here, *there}
    for module_id in modules:
        assert places(module_id) == list(range(1, len(places(module_id)) + 1))


def test_sessions_are_added_one_after_the_other(site, modules):
    def add():
        module = db.session.get_one(Module, modules[0])
        outline.add_session(module, LessonKind.LIVE, words("New"))

    assert together(site, [add] * 6) == ["done"] * 6
    assert places(modules[0]) == list(range(1, 10))


def test_a_session_is_removed_once(site, modules):
    lesson_id = lessons(modules[0])[0]
    db.session.rollback()

    def remove():
        lesson = db.session.get(Lesson, lesson_id)
        if lesson is None:
            raise NotFound
        outline.remove_lesson(lesson)

    assert together(site, [remove] * 6) == ["NotFound"] * 5 + ["done"]
    assert places(modules[0]) == [1, 2]


def test_a_change_comes_before_the_review_or_is_refused(site, modules):
    version_id = db.session.get_one(Module, modules[0]).version_id
    lesson_id, staff_id = lessons(modules[0])[0], make_person("staff").id
    db.session.rollback()

    def ask():
        version = db.session.get_one(CourseVersion, version_id)
        staff = db.session.get_one(Person, staff_id)
        outline.take_version_to(version, IN_REVIEW, actor=staff, now=clock.now())

    def change():
        outline.change_text(db.session.get_one(Lesson, lesson_id), "en", "New", revision=1)

    ends = together(site, [ask, change])
    is_changed = db.session.get_one(Lesson, lesson_id).body is not None
    assert ends == (["done", "done"] if is_changed else ["Conflict", "done"])
    assert db.session.get_one(CourseVersion, version_id).state == IN_REVIEW
