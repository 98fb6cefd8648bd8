"""Several at once, on both databases: one draft, one publication, and no change lost unseen."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.models import (
    Course,
    CourseTeacher,
    CourseVersion,
    Module,
    PublicationState,
)
from lms.courses.services import modules, teachers, versions
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course

DRAFT, IN_REVIEW, PUBLISHED, RETIRED = PublicationState


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def at_once(app, acts):
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


def test_at_once_one_draft_is_begun(app_of_its_own):
    with app_of_its_own.app_context():
        course_id = make_course().id

    def act():
        course = db.session.get_one(Course, course_id)
        versions.begin_version(course, actor=None, now=clock.now())

    assert at_once(app_of_its_own, [act] * 8) == ["done"] * 8
    with app_of_its_own.app_context():
        assert count(CourseVersion) == count(Module) == 2


def test_at_once_one_version_is_published_once(app_of_its_own):
    with app_of_its_own.app_context():
        version_id = queries.newest_version(make_course(state=IN_REVIEW).id).id

    def act():
        version = db.session.get_one(CourseVersion, version_id)
        versions.change_version_state(version, PUBLISHED, actor=None, now=clock.now())

    assert at_once(app_of_its_own, [act] * 8) == ["done"] * 8
    with app_of_its_own.app_context():
        assert len(history_of(("course_version", version_id))) == 1


def test_at_once_of_two_changes_one_is_told(app_of_its_own):
    with app_of_its_own.app_context():
        version_id = queries.newest_version(make_course(state=DRAFT).id).id
    saved = []

    def change(percent):
        def act():
            version = db.session.get_one(CourseVersion, version_id)
            content = {"completion_percent": percent}
            saved.append(versions.change_content(version, content, revision=1))

        return act

    at_once(app_of_its_own, [change(percent) for percent in range(60, 68)])
    assert sorted(saved) == [False] * 7 + [True]


def test_at_once_modules_are_added_and_moved_and_none_is_lost(app_of_its_own):
    with app_of_its_own.app_context():
        version_id = queries.newest_version(make_course(state=DRAFT, modules=3).id).id
        first = queries.modules_of(version_id)[0].id

    def add():
        modules.add_module(db.session.get_one(CourseVersion, version_id), words("New"))

    def move():
        modules.move_module(db.session.get_one(Module, first), 99)

    assert at_once(app_of_its_own, [add, move] * 4) == ["done"] * 8
    with app_of_its_own.app_context():
        found = queries.modules_of(version_id)
        assert [module.position for module in found] == list(range(1, 8))


def test_at_once_a_module_is_removed_once(app_of_its_own):
    with app_of_its_own.app_context():
        version_id = queries.newest_version(make_course(state=DRAFT, modules=2).id).id
        first = queries.modules_of(version_id)[0].id

    def act():
        module = db.session.get(Module, first)
        if module is None:
            raise NotFound
        modules.remove_module(module)

    assert at_once(app_of_its_own, [act] * 6) == ["NotFound"] * 5 + ["done"]
    with app_of_its_own.app_context():
        assert len(queries.modules_of(version_id)) == 1


def test_at_once_the_teaching_staff_is_named_once(app_of_its_own):
    with app_of_its_own.app_context():
        course_id, person_id = make_course().id, make_person("instructor").id

    def act():
        course = db.session.get_one(Course, course_id)
        person = db.session.get_one(Person, person_id)
        teachers.set_teachers(course, [person], actor=None, now=clock.now())

    assert at_once(app_of_its_own, [act] * 8) == ["done"] * 8
    with app_of_its_own.app_context():
        assert count(CourseTeacher) == 1
