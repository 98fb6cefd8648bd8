"""Pages of those who make courses: the list, a new course, what a draft says, who teaches it."""

import pytest
from sqlalchemy import func, select

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.models import Course, CourseTeacher, CourseVersion
from lms.courses.services.versions import begin_version
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_curriculum
from tests.forms import fill_in, token_on

AUTOSAVE = {"X-Autosave": "1"}
LIST = "/en/manage/courses"
DETAILS = {
    "title-en": "Buses", "title-ko": "버스", "level": "advanced", "delivery": "blended",
    "languages": ["en", "vi"], "theory_minutes": "1.5", "practical_minutes": "0",
    "sdg_targets": "11.2, 9.1", "crs_code": "21010", "prerequisite_code": "",
    "completion_percent": "80", "revision": "1",
}  # fmt: skip


@pytest.fixture
def staff(app, signed_in_as):
    return signed_in_as(make_person("staff"))


def draft_of(course):
    with unit_of_work():
        return begin_version(course, actor=None, now=clock.now())


def teacher_of(course):
    person = make_person("instructor")
    save(CourseTeacher(course_id=course.id, person_id=person.id))
    return person


# --- the list --------------------------------------------------------------------------


def test_staff_see_all_courses_and_instructors_theirs(staff, signed_in_as):
    mine, other = make_course(), make_course(state="draft")
    instructor = signed_in_as(teacher_of(mine))
    assert all(course.code in staff.get(LIST).text for course in (mine, other))
    page = instructor.get(LIST).text
    assert mine.code in page
    assert other.code not in page
    assert f"{LIST}/new" not in page


def test_the_list_says_what_is_on_offer_and_what_is_in_work(staff):
    course = make_course()
    draft = draft_of(course)
    with unit_of_work():
        draft.title = words("Renamed")
    page = staff.get(LIST).text
    assert "Version 1" in page
    assert "Version 2" in page
    assert "Renamed" in page


def test_an_instructor_without_a_course_is_told_what_to_do(app, signed_in_as):
    page = signed_in_as(make_person("instructor")).get(LIST).text
    assert "You do not belong to the teaching staff of a course yet." in page


def test_many_courses_cost_no_more_statements(staff, count_statements):
    counts = []
    for _ in range(2):
        with count_statements() as statements:
            assert staff.get(LIST).status_code == 200
        counts.append(len(statements))
        for _ in range(15):
            draft_of(make_course())
    assert counts[0] == counts[1] <= 8


# --- a new course ----------------------------------------------------------------------


def new_course(**entered):
    return {"code": "BUS-101", "title-en": "Buses", "level": "basic", "delivery": "online",
            "curriculum_id": str(make_curriculum().id), **entered}  # fmt: skip


def test_a_new_course_is_a_draft_nobody_else_sees(staff, client):
    answer = fill_in(staff, f"{LIST}/new", **new_course())
    assert answer.status_code == 303
    assert answer.location.endswith(f"{LIST}/BUS-101")
    assert db.session.scalar(select(Course.state)) == "draft"
    assert client.get("/en/courses/BUS-101").status_code == 404


@pytest.mark.parametrize("entered, field", [
    ({"code": "bus-101"}, "code"), ({"code": "BUS-101 or so"}, "code"), ({"code": ""}, "code"),
    ({"title-en": " "}, "title"), ({"level": "divine"}, "level"),
    ({"curriculum_id": "2000000000"}, "curriculum_id"),
])  # fmt: skip
def test_what_cannot_be_a_course_is_said_at_its_field(staff, entered, field):
    answer = fill_in(staff, f"{LIST}/new", **new_course(**entered))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.scalar(select(func.count(Course.id))) == 0


def test_a_code_is_given_once(staff):
    fill_in(staff, f"{LIST}/new", **new_course())
    answer = fill_in(staff, f"{LIST}/new", **new_course())
    assert answer.status_code == 422
    assert "Another course has this code." in answer.text


def test_the_new_version_is_begun_once(staff):
    course = make_course()
    page = f"{LIST}/{course.code}"
    for _ in range(2):
        answer = fill_in(staff, page, send_to=f"{page}/versions")
        assert answer.status_code == 303
    assert db.session.scalar(select(func.count(CourseVersion.id))) == 2


# --- what a draft says -----------------------------------------------------------------


@pytest.fixture
def draft(app):
    return draft_of(make_course())


def page_of(draft):
    return f"{LIST}/{db.session.get_one(Course, draft.course_id).code}/edit"


def test_a_teacher_changes_what_the_draft_says(draft, signed_in_as):
    course = db.session.get_one(Course, draft.course_id)
    browser = signed_in_as(teacher_of(course))
    before = course.title.texts["en"]
    assert fill_in(browser, page_of(draft), **DETAILS).status_code == 303
    assert draft.title.texts == {"en": "Buses", "ko": "버스"}
    assert (draft.level, draft.languages, draft.theory_minutes) == ("advanced", ["en", "vi"], 90)
    assert (draft.sdg_targets, draft.revision) == (["11.2", "9.1"], 2)
    assert course.title.texts["en"] == before  # visitors see it when it is published


def test_hours_are_shown_as_they_are_written(draft, staff):
    with unit_of_work():
        draft.theory_minutes, draft.practical_minutes = 6000, 90
    page = staff.get(page_of(draft)).text
    assert 'value="100"' in page
    assert 'value="1.5"' in page


@pytest.mark.parametrize("entered, field", [
    ({"languages": []}, "languages"), ({"sdg_targets": "18.1"}, "sdg_targets"),
    ({"sdg_targets": "1.1 2.1 3.1 4.1"}, "sdg_targets"), ({"crs_code": "2101"}, "crs_code"),
    ({"completion_percent": "49"}, "completion_percent"),
    ({"theory_minutes": "1.2"}, "theory_minutes"),
    ({"prerequisite_code": "NONE-9"}, "prerequisite_code"),
    ({"title-en": "", "title-ko": ""}, "title"),
])  # fmt: skip
def test_what_cannot_be_said_is_refused_at_its_field(draft, staff, entered, field):
    answer = fill_in(staff, page_of(draft), **DETAILS | entered)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert draft.revision == 1


def test_two_who_edit_at_once_lose_nothing(draft, staff):
    page = page_of(draft)
    assert fill_in(staff, page, **DETAILS | {"title-en": "Theirs"}).status_code == 303
    answer = fill_in(staff, page, **DETAILS | {"title-en": "Mine"})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Theirs" in answer.text
    assert draft.title.texts["en"] == "Theirs"
    again = DETAILS | {"title-en": "Mine", "revision": "2"}
    assert fill_in(staff, page, **again).status_code == 303
    assert draft.title.texts["en"] == "Mine"


def test_the_form_saves_itself(draft, staff):
    page = page_of(draft)
    token = token_on(staff, page)

    def send(**entered):
        data = DETAILS | {"csrf_token": token} | entered
        return staff.post(page, data=data, headers=AUTOSAVE)

    saved = send()
    assert (saved.status_code, saved.json["revision"]) == (200, 2)
    assert saved.json["words"].startswith("Saved at")
    refused = send(crs_code="x", revision="2")
    assert (refused.status_code, refused.json["fields"]) == (422, ["crs_code"])
    conflict = send(completion_percent="90")
    assert (conflict.status_code, set(conflict.json)) == (409, {"words"})
    assert (draft.completion_percent, draft.revision) == (80, 2)


@pytest.mark.parametrize("state", ["in_review", "published", "retired"])
def test_what_is_no_draft_refuses_changes(staff, state):
    course = make_course(state=state)
    page = f"{LIST}/{course.code}/edit"
    assert "data-autosave" not in staff.get(page).text
    assert fill_in(staff, page, **DETAILS).status_code == 409
    assert course.title.texts["en"] != "Buses"


# --- who teaches -----------------------------------------------------------------------


def test_staff_name_the_teaching_staff_and_they_get_in(staff, signed_in_as):
    course, kim = make_course(), make_person("instructor", full_name="Kim")
    make_person(full_name="A trainee")
    page = f"{LIST}/{course.code}/teachers"
    text = staff.get(page).text
    assert "Kim" in text
    assert "A trainee" not in text
    browser = signed_in_as(kim)
    assert browser.get(f"{LIST}/{course.code}").status_code == 404
    assert fill_in(staff, page, teachers=[str(kim.id)]).status_code == 303
    assert [row.person_id for row in queries.teachers_of(course.id)] == [kim.id]
    assert browser.get(f"{LIST}/{course.code}").status_code == 200
    assert browser.get(page).status_code == 403
    assert fill_in(staff, page).status_code == 303
    assert browser.get(f"{LIST}/{course.code}").status_code == 404


def test_nobody_is_named_who_does_not_teach(staff):
    course, trainee = make_course(), make_person()
    make_person("instructor")
    answer = fill_in(staff, f"{LIST}/{course.code}/teachers", teachers=[str(trainee.id)])
    assert answer.status_code == 422
    assert queries.teachers_of(course.id) == []
