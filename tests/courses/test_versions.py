"""Versions: every step, every refusal, and what runs that have begun are spared."""

import pytest
from sqlalchemy import func, select

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.models import (
    Course,
    CourseVersion,
    Delivery,
    Level,
    PublicationState,
)
from lms.courses.rules.versions import (
    STEPS,
    VersionFault,
    faults_of_version,
    pair_to_compare,
    steps_of,
)
from lms.courses.services import modules, versions
from lms.enrolment.rules import busan_day
from lms.enrolment.services import create_run
from lms.lessons.models import Lesson
from lms.lessons.queries import lessons_of_version
from lms.lessons.services import outline
from lms.progress import queries as progress
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module, make_version
from tests.factories.lessons import make_lesson
from tests.factories.progress import finish, make_study

DRAFT, IN_REVIEW, PUBLISHED, RETIRED = PublicationState


@pytest.fixture
def staff(app):
    return make_person("staff")


def begin(course):
    with unit_of_work():
        return versions.begin_version(course, actor=None, now=clock.now())


def step(version, new, **more):
    with unit_of_work():
        versions.change_version_state(version, new, actor=None, now=clock.now(), **more)


def publish(version):
    step(version, IN_REVIEW)
    step(version, PUBLISHED)


def titles(version):
    return [module.title.texts["en"] for module in queries.modules_of(version.id)]


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


# --- begun ------------------------------------------------------------------------------


def test_a_new_course_is_a_draft_with_one_version(staff):
    curriculum_id = make_course().curriculum_id

    def create(code):
        with unit_of_work():
            return versions.create_course(
                code=code,
                curriculum_id=curriculum_id,
                content=versions.starting_content(words("Buses"), Level.BASIC, Delivery.ONLINE),
                actor=staff,
                now=clock.now(),
            )

    version = create("BUS-101")
    course = db.session.get(Course, version.course_id)
    assert (version.number, version.state, course.state) == (1, DRAFT, DRAFT)
    assert course.languages == ["en"]
    for entity, id_ in (("course", course.id), ("course_version", version.id)):
        (change,) = history_of((entity, id_))
        assert (change.old, change.new, change.actor_id) == ("", DRAFT, staff.id)
    with pytest.raises(Invalid) as caught:
        create("BUS-101")
    assert caught.value.field == "code"
    assert count(Course) == 2


def test_a_new_version_is_a_copy_with_rows_of_its_own(app):
    course = make_course(modules=0)
    old = queries.newest_version(course.id)
    module = make_module(course, live_minutes=30, title=words("Buses"))
    make_lesson(module, title=words("Stops"))
    make_module(course, position=2, title=words("Fares"))
    new = begin(course)
    assert (new.number, new.state, new.revision, new.published_at) == (2, DRAFT, 1, None)
    assert versions.content_of(new) == versions.content_of(old)
    assert titles(new) == titles(old) == ["Buses", "Fares"]
    copy = queries.modules_of(new.id)[0]
    assert copy.minutes_by_kind == module.minutes_by_kind
    assert copy.id != module.id
    (lesson,) = lessons_of_version(new.id)
    assert lesson.title.texts["en"] == "Stops"
    assert old.state == PUBLISHED


def test_there_is_one_draft_whoever_begins_it(app):
    course = make_course()
    first = begin(course)
    assert begin(course) == first
    step(first, IN_REVIEW)
    assert begin(course) == first
    assert count(CourseVersion) == 2


def test_a_retired_course_begins_again_from_its_newest_version(app):
    course = make_course()
    step(queries.newest_version(course.id), RETIRED)
    again = begin(course)
    publish(again)
    assert (course.state, again.number) == (PUBLISHED, 2)
    assert [change.new for change in history_of(("course", course.id))] == [RETIRED, PUBLISHED]


# --- steps ------------------------------------------------------------------------------


@pytest.mark.parametrize("old", PublicationState)
@pytest.mark.parametrize("new", PublicationState)
def test_every_step_there_is_and_no_other(app, old, new):
    version = queries.newest_version(make_course(state=old).id)
    if new == old:
        step(version, new)
        assert history_of(("course_version", version.id)) == []
    elif new in STEPS[old]:
        step(version, new, reason="Because.")
        assert version.state == new
        (change,) = history_of(("course_version", version.id))
        assert (change.old, change.new, change.reason) == (old, new, "Because.")
        step(version, new)  # pressed twice
        assert len(history_of(("course_version", version.id))) == 1
    else:
        with pytest.raises(Conflict):
            step(version, new)
        assert version.state == old


def test_makers_ask_for_review_and_take_it_back_and_staff_decide():
    assert {state: steps_of(state, is_staff=False) for state in PublicationState} == {
        DRAFT: [IN_REVIEW], IN_REVIEW: [DRAFT], PUBLISHED: [], RETIRED: [],
    }  # fmt: skip
    assert {state: steps_of(state, is_staff=True) for state in PublicationState} == {
        state: list(steps) for state, steps in STEPS.items()
    }


def test_publishing_puts_the_content_on_offer_and_retires_what_was(app):
    course = make_course()
    old, new = queries.newest_version(course.id), begin(course)
    with unit_of_work():
        versions.change_content(new, {"title": words("Zeppelins")}, revision=1)
    before = queries.catalogue_version()
    assert course.title.texts["en"] != "Zeppelins"  # nobody sees the draft
    publish(new)
    assert (old.state, new.state, course.state) == (RETIRED, PUBLISHED, PUBLISHED)
    assert course.title.texts["en"] == "Zeppelins"
    assert new.published_at is not None
    assert set(queries.search_courses("zeppelins")) == {course.id}
    assert queries.catalogue_version() != before
    assert [change.new for change in history_of(("course_version", old.id))] == [RETIRED]
    assert history_of(("course", course.id)) == []  # it was on offer all the time


def test_retiring_takes_the_course_from_the_catalogue(app):
    course = make_course()
    step(queries.newest_version(course.id), RETIRED)
    assert course.state == RETIRED
    assert queries.published_courses() == []


def test_a_draft_is_prepared_while_the_other_is_on_offer(app):
    course = make_course()
    old, new = queries.newest_version(course.id), begin(course)
    step(old, RETIRED)
    assert (course.state, new.state) == (RETIRED, DRAFT)
    publish(new)
    assert course.state == PUBLISHED


@pytest.mark.parametrize("values, fault", [
    ({"title": words("T", ko="")}, VersionFault.TITLE),
    ({"sdg_targets": []}, VersionFault.SDG),
    ({"sdg_targets": ["1.1", "2.1", "3.1", "4.1"]}, VersionFault.SDG),
    ({"crs_code": ""}, VersionFault.CRS),
    ({"crs_code": "2101"}, VersionFault.CRS),
    ({"theory_minutes": 90}, VersionFault.THEORY),
    ({"practical_minutes": 30}, VersionFault.PRACTICE),
    ({}, None),
])  # fmt: skip
def test_what_keeps_a_version_from_being_published(app, values, fault):
    course = make_course(state=IN_REVIEW, **values)
    version = queries.newest_version(course.id)
    found = faults_of_version(version, queries.modules_of(version.id))
    assert [each.fault for each in found] == ([fault] if fault else [])
    if fault:
        with pytest.raises(Conflict):
            step(version, PUBLISHED)
        assert (version.state, course.state) == (IN_REVIEW, IN_REVIEW)
    else:
        step(version, PUBLISHED)
        assert course.state == PUBLISHED


def test_a_module_without_a_korean_title_and_no_module_at_all(app):
    bare = make_course(state=IN_REVIEW, modules=0, theory_minutes=0)
    version = queries.newest_version(bare.id)
    assert [each.fault for each in faults_of_version(version, [])] == [VersionFault.NO_MODULES]
    module = make_module(bare, title=words("M", ko=""), recorded_minutes=0)
    (found,) = faults_of_version(version, queries.modules_of(version.id))
    assert (found.fault, found.module_id) == (VersionFault.MODULE_TITLE, module.id)


def test_faults_found_elsewhere_keep_it_too(app):
    version = queries.newest_version(make_course(state=IN_REVIEW).id)
    with pytest.raises(Conflict):
        step(version, PUBLISHED, faults=["something"])


def test_a_reading_without_its_text_is_not_published(staff):
    course = make_course(state=IN_REVIEW)
    version = queries.newest_version(course.id)
    make_lesson(queries.modules_of(version.id)[0], kind="reading", recognised_minutes=60)

    with pytest.raises(Conflict), unit_of_work():
        outline.take_version_to(version, PUBLISHED, actor=staff, now=clock.now())
    assert version.state == IN_REVIEW


def test_the_database_itself_knows_one_published_and_one_in_work(app):
    course = make_course()
    begin(course)
    for state in (PUBLISHED, DRAFT, IN_REVIEW):
        with pytest.raises(Exception, match="UNIQUE"):
            make_version(course, number=9, state=state)
        db.session.rollback()


# --- changed ----------------------------------------------------------------------------


def test_a_change_made_on_an_older_state_changes_nothing(app):
    version = begin(make_course())

    def change(percent, revision):
        with unit_of_work():
            return versions.change_content(
                version, {"completion_percent": percent}, revision=revision
            )

    assert change(90, 1)
    assert change(90, 1)  # sent twice
    assert not change(70, 1)
    assert (version.completion_percent, version.revision) == (90, 2)
    assert change(70, 2)


@pytest.mark.parametrize("state", [IN_REVIEW, PUBLISHED, RETIRED])
def test_only_a_draft_changes(app, state):
    version = queries.newest_version(make_course(state=state).id)
    module = queries.modules_of(version.id)[0]
    for act in (
        lambda: versions.change_content(version, {"completion_percent": 90}, revision=1),
        lambda: modules.add_module(version, words("New")),
        lambda: modules.change_module(module, {"live_minutes": 30}, revision=1),
        lambda: modules.move_module(module, 1),
        lambda: modules.remove_module(module),
    ):
        with pytest.raises(Conflict), unit_of_work():
            act()
    assert titles(version) == ["Module 1"]


# --- runs keep what they began with -----------------------------------------------------


def test_a_run_keeps_its_version_and_its_figures(app):
    study = make_study(lessons=2)
    course = db.session.get(Course, study.run.course_id)
    with unit_of_work():  # the figures of the course are those of its modules
        course.theory_minutes = queries.newest_version(course.id).theory_minutes = 120
    finish(study, study.lessons[0])

    def of_run():
        run = progress.studied_run(study.person.id, study.run.id)
        found = progress.outline(run)
        names = [item.lesson.title.texts["en"] for item in found.items]
        return names, found.figures, found.done

    before = of_run()
    new = begin(course)
    module = queries.modules_of(new.id)[0]
    lessons = [row.id for row in lessons_of_version(new.id)]
    make_lesson(module, position=2, title=words("Trams"), recognised_minutes=300)
    with unit_of_work():
        outline.change_lesson(
            db.session.get_one(Lesson, lessons[0]),
            {"title": words("Renamed"), "recognised_minutes": 5},
            revision=1,
        )
        versions.change_content(new, {"completion_percent": 50}, revision=1)
    publish(new)
    assert of_run() == before
    planned = plan(course)
    assert planned.course_version_id == new.id
    assert planned.completion_percent == 50
    assert study.run.course_version_id != new.id


def plan(course):
    today = busan_day(clock.now())
    with unit_of_work():
        return create_run(
            course,
            starts_on=today,
            ends_on=today,
            enrolment_closes_at=clock.now(),
            working_language="en",
            actor=None,
            now=clock.now(),
        )


# --- compared ---------------------------------------------------------------------------


@pytest.mark.parametrize("states, pair", [
    ([PUBLISHED], (0, 0)),
    ([DRAFT, PUBLISHED, RETIRED], (1, 0)),
    ([IN_REVIEW, RETIRED, PUBLISHED], (2, 0)),
    ([DRAFT, RETIRED, RETIRED], (1, 0)),
    ([PUBLISHED, RETIRED, RETIRED], (1, 0)),
])  # fmt: skip
def test_what_is_on_offer_is_compared_with_what_is_in_work(states, pair):
    found = [CourseVersion(state=state) for state in states]
    assert pair_to_compare(found) == (found[pair[0]], found[pair[1]])
