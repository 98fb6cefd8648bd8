"""Curricula are made by staff, kept from visitors until published, and their courses ordered."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.catalogue_file import STARTING_DATA
from lms.courses.catalogue_reading import read
from lms.courses.models import Course, Curriculum, PublicationState
from lms.courses.queries.curricula import courses_in, curricula, curriculum_by_code
from lms.courses.rules.curricula import CurriculumFault, faults_of_step, steps_of_curriculum
from lms.courses.services import curricula as services
from lms.courses.services.catalogue import import_catalogue
from lms.courses.services.terms import write_terms
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_curriculum
from tests.forms import fill_in, token_on

DRAFT, IN_REVIEW, PUBLISHED, RETIRED = PublicationState
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def browser(staff, signed_in_as):
    return signed_in_as(staff)


def make(code="PRT", **values):
    given = {"title": words("Ports"), "summary": words("Berths."), **values}
    with unit_of_work():
        services.create_curriculum(code=code, now=clock.now(), **given)
    return curriculum_by_code(code)


def step(curriculum, new, actor, **more):
    with unit_of_work():
        services.change_curriculum_state(curriculum, new, actor=actor, now=clock.now(), **more)


def codes(curriculum):
    return [course.code for course in courses_in(curriculum.id)]


# --- made and changed ------------------------------------------------------------------


def test_a_new_one_is_a_draft_after_the_last(staff):
    make_curriculum(position=7)
    made = make(actor=staff)
    assert (made.state, made.position, made.revision) == (DRAFT, 8, 1)
    (change,) = history_of(("curriculum", made.id))
    assert (change.old, change.new, change.actor_id) == ("", "draft", staff.id)


def test_a_code_is_given_once(staff):
    make(actor=staff)
    with pytest.raises(Invalid) as caught:
        make(actor=staff)
    assert caught.value.field == "code"


def test_a_change_made_on_an_older_state_changes_nothing(staff):
    made, version = make(actor=staff), queries.catalogue_version()

    def change(title, revision):
        with unit_of_work():
            return services.change_curriculum(made, {"title": words(title)}, revision=revision)

    assert change("Harbours", 1)
    assert queries.catalogue_version() != version
    assert change("Harbours", 1)  # sent twice
    assert not change("Quays", 1)
    assert (made.title.texts["en"], made.revision) == ("Harbours", 2)
    assert change("Quays", 2)


def test_courses_on_offer_are_found_by_the_new_title(staff):
    curriculum = make_curriculum()
    course = make_course(curriculum=curriculum)
    make_course(curriculum=curriculum, state="draft")
    with unit_of_work():
        services.change_curriculum(curriculum, {"title": words("Zeppelins")}, revision=1)
    assert set(queries.search_courses("zeppelins")) == {course.id}


# --- states ----------------------------------------------------------------------------


@pytest.mark.parametrize("old, steps", [
    (DRAFT, [IN_REVIEW]), (IN_REVIEW, [PUBLISHED, DRAFT]), (PUBLISHED, [RETIRED]),
    (RETIRED, [DRAFT]),
])  # fmt: skip
def test_every_step_there_is_and_no_other(staff, old, steps):
    assert steps_of_curriculum(old) == steps
    for new in PublicationState:
        curriculum = make_curriculum(state=old)
        if new != RETIRED:
            make_course(curriculum=curriculum)
        if new == old:
            step(curriculum, new, staff)
            assert history_of(("curriculum", curriculum.id)) == []
        elif new in steps:
            step(curriculum, new, staff, reason="Because.")
            (change,) = history_of(("curriculum", curriculum.id))
            assert (change.old, change.new, change.reason) == (old, new, "Because.")
            assert curriculum.state == new
        else:
            with pytest.raises(Conflict):
                step(curriculum, new, staff)
            assert curriculum.state == old


@pytest.mark.parametrize("new, title, states, found", [
    (PUBLISHED, words("Ports"), [PUBLISHED, DRAFT], []),
    (PUBLISHED, words("Ports"), [DRAFT, RETIRED], [CurriculumFault.NO_COURSE]),
    (PUBLISHED, words("Ports", ko=""), [PUBLISHED], [CurriculumFault.TITLE]),
    (PUBLISHED, words("Ports", ko=""), [], [CurriculumFault.TITLE, CurriculumFault.NO_COURSE]),
    (RETIRED, words("Ports"), [PUBLISHED], [CurriculumFault.ON_OFFER]),
    (RETIRED, words("Ports"), [RETIRED, DRAFT], []),
    (IN_REVIEW, words("Ports", ko=""), [], []),
    (DRAFT, words("Ports"), [PUBLISHED], []),
])  # fmt: skip
def test_what_keeps_it_from_a_step(new, title, states, found):
    assert faults_of_step(Curriculum(title=title), new, states) == found


def test_what_is_missing_keeps_it_where_it_is(staff):
    empty = make_curriculum(state=IN_REVIEW)
    offering = make_curriculum(state=PUBLISHED)
    make_course(curriculum=offering)
    for curriculum, new in ((empty, PUBLISHED), (offering, RETIRED)):
        with pytest.raises(Conflict):
            step(curriculum, new, staff)


# --- the order of courses --------------------------------------------------------------


def test_courses_change_places_and_those_elsewhere_keep_theirs(app):
    curriculum, other = make_curriculum(), make_curriculum()
    first = make_course(curriculum=curriculum)
    between = make_course(curriculum=other)
    second, third = (make_course(curriculum=curriculum) for _ in range(2))
    code = {each: each.code for each in (first, second, third)}
    before = between.position

    def go(course, places):
        with unit_of_work():
            services.step_course(course, places)
        return codes(curriculum)

    assert go(third, -1) == [code[first], code[third], code[second]]
    assert go(first, 1) == [code[third], code[first], code[second]]
    assert go(third, -1) == [code[third], code[first], code[second]]  # it is the first
    assert go(second, 1) == [code[third], code[first], code[second]]
    assert between.position == before
    assert len({course.position for course in courses_in(curriculum.id)}) == 3


def test_two_in_one_place_are_told_apart(app):
    curriculum = make_curriculum()
    first, second = (make_course(curriculum=curriculum, position=5) for _ in range(2))
    with unit_of_work():
        services.step_course(second, -1)
    assert codes(curriculum) == [second.code, first.code]


def test_a_course_goes_to_the_end_of_another_curriculum_and_is_found_there(app):
    curriculum, other = make_curriculum(), make_curriculum(title=words("Zeppelins"))
    course = make_course(curriculum=curriculum)
    last = make_course(curriculum=other)
    for _ in range(2):  # the second time it is there already
        with unit_of_work():
            services.move_course(course, other)
        assert codes(other) == [last.code, course.code]
    assert codes(curriculum) == []
    assert course.id in queries.search_courses("zeppelins")


# --- what visitors see -----------------------------------------------------------------


@pytest.mark.parametrize("state", [DRAFT, IN_REVIEW, RETIRED])
def test_visitors_see_courses_without_a_curriculum_that_is_not_published(client, staff, state):
    curriculum = make_curriculum(state=state, title=words("Zeppelins"), code="ZEP")
    course = make_course(curriculum=curriculum)
    with unit_of_work():
        write_terms(course, [])
    assert curricula() == []
    assert queries.search_courses("zeppelins") == {}
    assert client.get("/en/curricula/ZEP").status_code == 404
    for page in ("/en/", "/en/courses/", f"/en/courses/{course.code}", "/en/courses/?field=ZEP"):
        text = client.get(page).text
        assert course.code in text or page == "/en/"
        assert "Zeppelins" not in text
        assert "/en/curricula/" not in text


def test_publishing_shows_it_and_retiring_hides_it_at_once(client, staff, browser):
    curriculum = make_curriculum(state=IN_REVIEW, title=words("Zeppelins"), code="ZEP")
    course = make_course(curriculum=curriculum)
    assert client.get("/en/curricula/ZEP").status_code == 404
    assert browser.get("/en/curricula/ZEP").status_code == 200  # staff look at it before
    step(curriculum, PUBLISHED, staff)
    assert "Zeppelins" in client.get("/en/curricula/ZEP").text
    assert "Zeppelins" in client.get(f"/en/courses/{course.code}").text
    assert course.id in queries.search_courses("zeppelins")
    with unit_of_work():
        services.move_course(course, make_curriculum())
    step(curriculum, RETIRED, staff)
    assert client.get("/en/curricula/ZEP").status_code == 404


def test_the_catalogues_file_publishes(staff):
    raw = STARTING_DATA.read_bytes()
    code = json.loads(raw)["curricula"][0]["code"]
    mine = make(code, actor=staff)
    with unit_of_work():
        import_catalogue(read(raw), now=clock.now())
    assert mine.state == PUBLISHED
    assert mine.revision == 2  # who is writing a draft of it notices
    assert [change.new for change in history_of(("curriculum", mine.id))] == ["draft", "published"]
    others = db.session.scalars(select(Curriculum).where(Curriculum.id != mine.id)).all()
    assert {(row.state, row.revision) for row in others} == {(PUBLISHED, 1)}
    assert {change.new for row in others for change in history_of(("curriculum", row.id))} == {
        "published"
    }
    with unit_of_work():
        assert import_catalogue(read(raw), now=clock.now()).is_empty


# --- the pages -------------------------------------------------------------------------


def test_from_nothing_to_published_by_hand(browser, client):
    answer = fill_in(
        browser, "/en/manage/curricula/new",
        code="ZEP", **{"title-en": "Zeppelins", "title-ko": "비행선", "summary-en": "Above."},
    )  # fmt: skip
    assert answer.status_code == 303
    page = "/en/manage/curricula/ZEP"
    assert answer.location.endswith(page)
    state = f"{page}/state"
    assert fill_in(browser, page, send_to=state, state="in_review").status_code == 303
    text = browser.get(page).text
    assert "None of its courses is on offer." in text
    assert fill_in(browser, page, send_to=state, state="published").status_code == 409
    course, home = make_course(), db.session.scalars(select(Curriculum)).all()[-1]
    place = f"/en/manage/courses/{course.code}/place"
    home = f"/en/manage/curricula/{home.code}"
    assert fill_in(browser, home, send_to=place, curriculum="ZEP").status_code == 303
    assert fill_in(browser, page, send_to=state, state="published").status_code == 303
    assert "비행선" in client.get("/ko/curricula/ZEP").text
    assert "Zeppelins" in browser.get("/en/manage/curricula").text


@pytest.mark.parametrize("sent, field", [
    ({"code": "prt"}, "code"), ({"code": "PRT-1"}, "code"), ({"title-en": ""}, "title"),
    ({"summary-en": " "}, "summary"), ({"code": "PRT"}, "code"),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_at_its_field(browser, staff, sent, field):
    make(actor=staff)
    entered = {"code": "NEW", "title-en": "New", "summary-en": "It is new."}
    answer = fill_in(browser, "/en/manage/curricula/new", **entered | sent)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.scalar(select(func.count(Curriculum.id))) == 1


def test_two_who_edit_at_once_lose_nothing(browser, staff):
    make(actor=staff)
    page = "/en/manage/curricula/PRT"
    entered = {"title-en": "Mine", "summary-en": "Berths.", "revision": "1"}
    assert fill_in(browser, page, **entered | {"title-en": "Theirs"}).status_code == 303
    answer = fill_in(browser, page, **entered)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Theirs" in answer.text
    assert 'name="revision" type="hidden" value="2"' in answer.text
    assert curriculum_by_code("PRT").title.texts["en"] == "Theirs"
    # Having seen both, they save theirs.
    assert fill_in(browser, page, **entered | {"revision": "2"}).status_code == 303
    assert curriculum_by_code("PRT").title.texts["en"] == "Mine"


def test_the_form_saves_itself(browser, staff):
    make(actor=staff)
    page = "/en/manage/curricula/PRT"
    token = token_on(browser, page)

    def send(**entered):
        data = {"csrf_token": token, "title-en": "A", "summary-en": "B", **entered}
        return browser.post(page, data=data, headers=AUTOSAVE)

    saved = send(revision="1")
    assert (saved.status_code, saved.json["revision"]) == (200, 2)
    refused = send(revision="2", **{"title-en": ""})
    assert (refused.status_code, refused.json["fields"]) == (422, ["title"])
    assert send(revision="1", **{"title-en": "C"}).status_code == 409


def test_courses_are_moved_by_buttons(browser):
    curriculum = make_curriculum()
    first, second = (make_course(curriculum=curriculum).code for _ in range(2))
    page = f"/en/manage/curricula/{curriculum.code}"

    def send(code, **sent):
        return fill_in(browser, page, send_to=f"/en/manage/courses/{code}/place", **sent)

    assert send(second, step="up").location.endswith(f"{page}#courses")
    assert codes(curriculum) == [second, first]
    assert send(second, step="down").status_code == 303
    assert codes(curriculum) == [first, second]
    assert send(second, curriculum="NOWHERE").status_code == 422
    assert send("NONE-1", step="up").status_code == 404


def test_a_step_that_is_none_is_refused(browser, staff):
    make(actor=staff)
    page = "/en/manage/curricula/PRT"
    assert fill_in(browser, page, send_to=f"{page}/state", state="eaten").status_code == 422
    assert fill_in(browser, page, send_to=f"{page}/state", state="retired").status_code == 409


def test_many_courses_cost_no_more_statements(browser, count_statements):
    curriculum = make_curriculum()
    page = f"/en/manage/curricula/{curriculum.code}"
    counts = []
    for _ in range(2):
        make_course(curriculum=curriculum)
        with count_statements() as statements:
            assert browser.get(page).status_code == 200
        with count_statements() as of_list:
            assert browser.get("/en/manage/curricula").status_code == 200
        counts.append((len(statements), len(of_list)))
        for _ in range(20):
            make_course(curriculum=curriculum)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8


def test_only_staff_are_shown_the_way_there(browser, signed_in_as):
    way = 'href="/en/manage/curricula"'
    assert way in browser.get("/en/manage/courses").text
    assert way not in signed_in_as(make_person("instructor")).get("/en/manage/courses").text


# --- at once ---------------------------------------------------------------------------


def together(app, acts):
    def one(act):
        with app.test_request_context("/en/"):
            try:
                with unit_of_work():
                    act()
            except (Invalid, Conflict) as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(one, acts))


def test_at_once_one_code_makes_one_curriculum(app_of_its_own):
    with app_of_its_own.app_context():
        staff_id = make_person("staff").id

    def act():
        staff = db.session.get_one(Person, staff_id)
        services.create_curriculum(
            code="ZEP", title=words("Z"), summary=words("Z"), actor=staff, now=clock.now()
        )

    ends = together(app_of_its_own, [act] * 8)
    assert ends == ["Invalid"] * 7 + ["done"]
    with app_of_its_own.app_context():
        assert db.session.scalar(select(func.count(Curriculum.id))) == 1


def test_at_once_courses_are_moved_and_each_keeps_a_place_of_its_own(app_of_its_own):
    with app_of_its_own.app_context():
        curriculum_id = make_curriculum().id
        curriculum = db.session.get_one(Curriculum, curriculum_id)
        ids = [make_course(curriculum=curriculum).id for _ in range(6)]
        db.session.remove()

    def up(course_id):
        return lambda: services.step_course(db.session.get_one(Course, course_id), -1)

    assert together(app_of_its_own, [up(each) for each in ids]) == ["done"] * 6
    with app_of_its_own.app_context():
        found = courses_in(curriculum_id)
        assert {course.id for course in found} == set(ids)
        assert len({course.position for course in found}) == 6
