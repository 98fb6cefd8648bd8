"""The staff pages of runs: who sees which, planning, steps, and two staff at once."""

import re
from datetime import timedelta
from html import unescape

import pytest

from lms.accounts.queries import changes_of
from lms.core import clock
from lms.core.db import db
from lms.enrolment import rules
from lms.enrolment.models import CourseRun, RunInstructor
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.enrolment import make_run
from tests.factories.lessons import make_lesson

NOW = clock.now()
TODAY = rules.busan_day(NOW)


@pytest.fixture
def staff(signed_in_as):
    return signed_in_as(make_person("staff", full_name="Kim Min-seo"))


def page_of(browser, path, status=200):
    response = browser.get(path)
    assert response.status_code == status, path
    return unescape(response.text)


def send(browser, path, **data):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    assert found
    return browser.post(path, data={"csrf_token": found.group(1), **data})


def course_with_sessions(**values):
    course = make_course(**values)
    make_lesson(make_module(course, position=2))
    return course


# --- list ------------------------------------------------------------------------------


@pytest.mark.parametrize("roles, status", [
    ((), 403), (("instructor",), 200), (("staff",), 200), (("admin",), 200),
])  # fmt: skip
def test_who_may_open_the_list(signed_in_as, roles, status):
    page_of(signed_in_as(make_person(*roles)), "/en/manage/runs", status)


@pytest.mark.parametrize("path", ["/en/manage/runs/new", "/en/manage/runs/{id}/state"])
@pytest.mark.parametrize("roles, status", [
    (None, 302), ((), 403), (("instructor",), 403), (("staff",), 200), (("admin",), 200),
])  # fmt: skip
def test_who_may_plan_and_change(client, signed_in_as, path, roles, status):
    run = make_run()
    person = None if roles is None else make_person(*roles)
    if person:
        save(RunInstructor(run_id=run.id, person_id=person.id))
    browser = client if person is None else signed_in_as(person)
    page_of(browser, path.format(id=run.id), status)


def test_instructors_see_their_own_runs_and_cannot_change_them(signed_in_as):
    mine, theirs = make_run(make_course(code="MINE-1")), make_run(make_course(code="THEIRS-1"))
    first, second = make_person("instructor"), make_person("instructor")
    save(RunInstructor(run_id=mine.id, person_id=first.id))
    save(RunInstructor(run_id=theirs.id, person_id=second.id))
    page = page_of(signed_in_as(first), "/en/manage/runs")
    assert "MINE-1" in page
    assert "THEIRS-1" not in page
    assert "Change state" not in page
    assert "Plan a run" not in page


def test_staff_see_every_run_with_its_figures(staff):
    make_run(make_course(code="AAA-1"), capacity=20, seats_taken=7)
    make_run(make_course(code="BBB-1"), state="draft")
    page = page_of(staff, "/en/manage/runs")
    assert page.index("AAA-1") < page.index("BBB-1")
    assert "7 / 20" in page
    only = page_of(staff, "/en/manage/runs?state=draft")
    assert "AAA-1" not in only
    assert "BBB-1" in only
    assert "No run is in this state." in page_of(staff, "/en/manage/runs?state=judging")
    page_of(staff, "/en/manage/runs?state=x&page=99999999999999999999")


def test_the_list_takes_three_statements_and_a_page_at_a_time(staff, count_statements):
    course = make_course()
    for number in (1, 2):
        for cohort in range(30):
            make_run(course, cohort_no=100 * number + cohort)
        page_of(staff, "/en/manage/runs")
        with count_statements() as statements:
            page = page_of(staff, "/en/manage/runs?page=2")
        assert len(statements) == 3
    assert "60 runs" in page
    assert "Page 2 of 3" in page


# --- planning --------------------------------------------------------------------------


def test_a_run_is_planned_for_a_course_that_has_sessions(staff):
    course = course_with_sessions(code="AAA-1")
    make_run(course, cohort_no=3)
    make_course(code="EMPTY-1")
    teacher = make_person("instructor", full_name="Bat")
    choice = page_of(staff, "/en/manage/runs/new")
    assert "AAA-1" in choice
    assert "EMPTY-1" not in choice
    path = "/en/manage/runs/new?course=AAA-1"
    assert re.search(r'id="cohort_no"[^>]*value="4"', page_of(staff, path))
    answer = send(
        staff,
        path,
        cohort_no="4",
        starts_on=str(TODAY),
        ends_on=str(TODAY + timedelta(days=30)),
        enrolment_closes_on=str(TODAY + timedelta(days=10)),
        working_language="en",
        capacity="",
        instructors=[str(teacher.id)],
    )
    run = db.session.query(CourseRun).filter_by(cohort_no=4).one()
    assert (answer.status_code, answer.location) == (303, f"/en/manage/runs/{run.id}/state")
    assert (run.state, run.capacity) == ("draft", None)
    assert run.enrolment_closes_at == rules.end_of_day(TODAY + timedelta(days=10))
    page = page_of(staff, answer.location)
    assert "Bat" in page
    assert "Kim Min-seo" in page


@pytest.mark.parametrize(
    "values, words_shown",
    [
        ({"cohort_no": "1"}, "already has a run with this number"),
        ({"cohort_no": "x"}, "id=\"cohort_no-error\""),
        ({"starts_on": ""}, "Fill in this field."),
        ({"starts_on": "0001-01-01"}, "between 2000 and 2100"),
        ({"ends_on": "9999-12-31"}, "between 2000 and 2100"),
        ({"ends_on": str(TODAY - timedelta(days=3))}, "comes before the first"),
        ({"enrolment_closes_on": str(TODAY + timedelta(days=31))}, "after the last day"),
        ({"capacity": "0"}, "from 1 to"),
        ({"capacity": "99999999999999999999"}, "from 1 to"),
        ({"working_language": "xx"}, "id=\"working_language-error\""),
        ({"instructors": ["999999"]}, "error-summary"),
        ({"instructors": ["x"]}, "error-summary"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_said_beside_its_field(staff, values, words_shown):
    course = course_with_sessions()
    make_run(course, cohort_no=1)
    make_person("instructor")
    answer = send(
        staff,
        f"/en/manage/runs/new?course={course.code}",
        **{
            "cohort_no": "2",
            "starts_on": str(TODAY),
            "ends_on": str(TODAY + timedelta(days=30)),
            "enrolment_closes_on": str(TODAY),
            "working_language": "en",
            "capacity": "20",
            **values,
        },
    )
    assert answer.status_code == 422
    assert words_shown in unescape(answer.text)
    assert db.session.query(CourseRun).count() == 1


def test_somebody_who_is_no_instructor_cannot_be_named(staff):
    course, stranger = course_with_sessions(), make_person()
    answer = send(
        staff,
        f"/en/manage/runs/new?course={course.code}",
        cohort_no="1", starts_on=str(TODAY), ends_on=str(TODAY), enrolment_closes_on=str(TODAY),
        working_language="en", instructors=[str(stranger.id)],
    )  # fmt: skip
    assert answer.status_code == 422
    assert db.session.query(CourseRun).count() == 0


# --- states ----------------------------------------------------------------------------


def test_staff_take_a_run_from_draft_to_its_end(staff, client):
    course = course_with_sessions(title=words("Harbour law"))
    run = make_run(course, state="draft")
    path = f"/en/manage/runs/{run.id}/state"
    public = f"/en/courses/{course.code}"
    assert "No run of this course" in page_of(client, public)
    seen = {"approved": "Upcoming", "running": "Open for enrolment", "judging": "1 earlier run"}
    for version, new in enumerate(("approved", "running", "judging", "completed"), 1):
        answer = send(staff, path, state=new, version=str(version))
        assert (answer.status_code, answer.location) == (303, path)
        assert seen.get(new, "") in page_of(client, public)
    assert changes_of("course_run", run.id)[0].new == "completed"
    assert "come to its end" in page_of(staff, path)


def test_two_staff_at_once_one_is_told_and_sees_how_it_stands(staff, signed_in_as):
    other = signed_in_as(make_person("staff"))
    run = make_run(course_with_sessions(), state="approved")
    path = f"/en/manage/runs/{run.id}/state"
    assert send(staff, path, state="running", version="1").status_code == 303
    answer = send(other, path, state="cancelled", version="1", reason="Too few")
    assert answer.status_code == 409
    assert "Somebody else has changed this run" in answer.text
    assert "Begin judging" in answer.text
    assert db.session.get(CourseRun, run.id).state == "running"


def test_a_step_that_is_not_possible_yet_says_why_and_has_no_button(staff):
    run = make_run(make_course(), state="approved")
    page = page_of(staff, f"/en/manage/runs/{run.id}/state")
    assert "no session yet that counts for hours" in page
    assert 'name="state" value="running"' not in page
    answer = send(staff, f"/en/manage/runs/{run.id}/state", state="running", version="1")
    assert answer.status_code == 409


def test_cancelling_asks_for_a_reason(staff):
    run = make_run()
    path = f"/en/manage/runs/{run.id}/state"
    answer = send(staff, path, state="cancelled", version="1", reason="  ")
    assert answer.status_code == 422
    assert "Say why the run is cancelled." in answer.text
    assert send(staff, path, state="cancelled", version="1", reason="Too few").status_code == 303
    assert "Too few" in page_of(staff, path)


@pytest.mark.parametrize("data", [
    {}, {"state": "nonsense"}, {"state": "archived", "version": "1"},
    {"state": "judging", "version": ""}, {"state": "judging", "version": "٣"},
    {"state": "judging", "version": "9" * 50}, {"state": "judging\0", "version": "1"},
])  # fmt: skip
def test_what_was_tampered_with_changes_nothing(staff, data):
    run = make_run()
    answer = send(staff, f"/en/manage/runs/{run.id}/state", **data)
    assert answer.status_code in {409, 422}
    assert db.session.get(CourseRun, run.id).state == "running"


def test_a_run_that_is_not_there_is_not_found(staff):
    page_of(staff, "/en/manage/runs/999999/state", 404)
    page_of(staff, "/en/manage/runs/9223372036854775808/state", 404)
