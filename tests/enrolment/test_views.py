"""Home, catalogue, course, enrolling, leaving: as visitors and trainees meet them."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.catalogue_file import STARTING_DATA
from lms.courses.catalogue_reading import read
from lms.courses.models import Course
from lms.courses.queries import course_by_code, published_courses
from lms.courses.services.catalogue import import_catalogue, note_catalogue_change
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import busan_day
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_curriculum
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city

NOW = clock.now()
BUDGET = 8


@pytest.fixture
def catalogue(app):
    with unit_of_work():
        import_catalogue(read(STARTING_DATA.read_bytes()), now=NOW)


def page_of(browser, path, status=200):
    response = browser.get(path)
    assert response.status_code == status, path
    return unescape(response.text)


def cards(page):
    """Return the codes of the cards on a page, in order."""
    return re.findall(r'class="card-code">([^<]+)<', page)


def enrol_form(run):
    return f'action="/en/runs/{run.id}/enrol"'


# --- home ------------------------------------------------------------------------------


def test_home_shows_what_can_be_joined_now_the_fields_and_the_certificate_check(client, catalogue):
    make_run(course_by_code("TRN-201"))
    make_run(course_by_code("TRN-101"), enrolment_closes_at=NOW - timedelta(days=1))
    make_run(course_by_code("PRT-101"), state="approved")
    make_run(course_by_code("WST-101"), state="draft")
    make_city()
    page = page_of(client, "/en/")
    assert cards(page) == ["TRN-201"]
    assert page.index("Coming up") < page.index("Port Operations for City Officials")
    assert "Sorting at Home" not in page
    assert page.count('href="/en/curricula/') == 7
    assert re.search(r"Partner cities</a></dt><dd>1</dd>", page)
    assert 'action="/en/verify/"' in page


def test_home_says_when_nothing_is_open(client):
    assert "No course is open for enrolment just now." in page_of(client, "/en/")


# --- catalogue -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, codes",
    [
        ("q=학습", ["FLM-201"]),
        ("q=海洋垃圾", ["FSH-202"]),
        ("q=container exchange", ["PRT-201"]),
        ("q=trn-201", ["TRN-201"]),
        ("field=CTY&level=basic", ["TRN-101", "TRN-201", "RDS-101"]),
        ("delivery=onsite", ["PRT-202"]),
        ("lang=zh", ["BLK-301"]),
        ("sdg=7", ["HYD-301"]),
        ("q=city&field=CTY&level=intermediate&lang=es", ["SMC-201"]),
        ("field=CTY&sdg=6", []),
        ("q=zzzz", []),
    ],
)
def test_search_and_filters_live_in_the_address(client, catalogue, query, codes):
    page = page_of(client, f"/en/courses/?{query}")
    assert cards(page) == codes
    assert f"{len(codes)} course" in page


def test_runs_filter_the_catalogue_too(client, catalogue):
    today = busan_day(NOW)
    make_run(course_by_code("TRN-201"))
    make_run(course_by_code("TRN-101"), state="approved", starts_on=today + timedelta(days=59))
    make_run(
        course_by_code("RDS-101"),
        state="approved",
        starts_on=today + timedelta(days=61),
        ends_on=today + timedelta(days=90),
    )
    assert cards(page_of(client, "/en/courses/?runs=open")) == ["TRN-201"]
    assert cards(page_of(client, "/en/courses/?runs=soon")) == ["TRN-101"]
    # Without words, what can be joined soonest comes first.
    assert cards(page_of(client, "/en/courses/"))[:3] == ["TRN-201", "TRN-101", "RDS-101"]


def test_each_filter_is_a_chip_that_takes_only_itself_away(client, catalogue):
    page = page_of(client, "/en/courses/?q=city&field=CTY&lang=es&runs=")
    chips = re.findall(r'class="chip" href="([^"]+)"', page)
    assert chips == [
        "/en/courses/?field=CTY&lang=es",
        "/en/courses/?q=city&lang=es",
        "/en/courses/?q=city&field=CTY",
    ]


def test_the_form_shows_the_choices_made(client, catalogue):
    page = page_of(client, "/en/courses/?q=city&level=basic&sdg=11")
    assert re.search(r'name="q" value="city"', page)
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["basic", "11"]
    assert 'method="get"' in page


def test_the_language_switch_keeps_the_filters(client, catalogue):
    page = page_of(client, "/en/courses/?q=도시&lang=es&page=1")
    assert 'href="/ko/courses/?q=도시&lang=es&page=1"' in unquote(page)


def test_pages_of_the_catalogue_keep_the_filters(client, catalogue):
    page = page_of(client, "/en/courses/?lang=en")
    assert len(cards(page)) == 12
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert len(cards(page_of(client, following.group(1)))) == 12
    assert "lang=en" in following.group(1)


@pytest.mark.parametrize(
    "query",
    [
        "q=%ff%fe", "q=%ED%A0%80", "q=" + "a" * 3000, "q=' OR 1=1--", "q=<script>",
        "q=%25%25", "q=%E2%80%AE", "level=basic'", "sdg=abc", "sdg=0", "sdg=99999",
        "page=-1", "page=0", "page=x", "page=99999999999999999999", "page=%D9%A1", "lang=../..",
        "runs=never", "language=ko", "endpoint=x", "_scheme=javascript&_external=1", "_anchor=x",
        "code=x", "q=a&q=b", "q[]=a",
    ],
)  # fmt: skip
def test_hostile_addresses_give_a_page(client, catalogue, query):
    response = client.get(f"/en/courses/?{query}")
    assert response.status_code == 200
    assert "<script>" not in response.text
    assert 'href="javascript' not in response.text


def test_what_is_found_nowhere_leads_on(client, catalogue):
    page = page_of(client, "/en/courses/?q=zzzz")
    assert "No course fits all of these." in page


# --- course ----------------------------------------------------------------------------


def test_a_course_page_tells_everything_about_it(client, catalogue):
    for slug in ("hcmc", "phnompenh"):
        make_city(slug)
    make_run(course_by_code("TRN-301"), capacity=20, seats_taken=3)
    page = page_of(client, "/en/courses/TRN-301")
    for expected in (
        "Intelligent Transport Systems II: Design and Operation",
        "Advanced", "Blended", "30 hours", "16 hours of theory", "14 hours of practice",
        'href="/en/courses/TRN-201"', "21010", "<strong>11.b</strong>", "Hcmc, Phnompenh",
        "17 places left", "Enrolment until", "at least 80%", "Live lecture",
    ):  # fmt: skip
        assert expected in page, expected
    assert 'href="/en/courses/TRN-301"' in page_of(client, "/en/courses/TRN-201")


def test_the_deadline_stands_on_two_clocks(client, catalogue):
    make_run(course_by_code("TRN-201"))
    client.set_cookie("zone", "Asia/Kathmandu")
    page = page_of(client, "/en/courses/TRN-201")
    assert "(UTC+5:45) · Busan" in page


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_a_course_not_on_offer_is_not_found(client, signed_in_as, state):
    course = make_course(state=state)
    page_of(client, f"/en/courses/{course.code}", 404)
    page_of(signed_in_as(make_person()), f"/en/courses/{course.code}", 404)
    page_of(signed_in_as(make_person("staff")), f"/en/courses/{course.code}")


@pytest.mark.parametrize("code", ["nope", "TRN-201 ", "trn-201", "'", "%00", "x" * 3000, "%2e%2e"])
def test_a_code_that_is_none_is_not_found(client, catalogue, code):
    assert client.get(f"/en/courses/{code}").status_code in {400, 404}


def test_a_missing_language_is_shown_in_another_and_says_so(client):
    title = TextInLanguages("ko", {"ko": "한국어 제목", "en": "English title"})
    course = make_course(
        title=title,
        objectives=TextInLanguages("ko", {"ko": "하나\n둘", "en": "One\nTwo"}),
        curriculum=make_curriculum(title=words("Field")),
    )
    page = page_of(client, f"/zh/courses/{course.code}")
    heading = re.search(r"<h1>(.+?)</h1>", page)
    assert heading
    assert heading.group(1).startswith('<span lang="en" dir="ltr">English title</span> <small')
    assert "英语" in heading.group(1)
    assert 'lang="en">' in page.split('id="objectives"')[1].split("One")[0]
    listed = page_of(client, "/zh/courses/")
    assert '<span lang="en" dir="ltr">English title</span>' in listed


def test_a_city_reads_its_own_language_before_english(app, signed_in_as):
    course = make_course(
        title=TextInLanguages("ko", {"ko": "제목", "en": "Title", "vi": "Tiêu đề"})
    )
    person = make_person()
    make_affiliation(person, make_city(training_languages=["vi", "en"]))
    page = page_of(signed_in_as(person), f"/zh/courses/{course.code}")
    assert '<span lang="vi" dir="ltr">Tiêu đề</span>' in page


def test_the_demonstration_is_marked(client):
    course = make_course(is_demo=True)
    make_run(course, is_demo=True)
    for path in ("/en/", "/en/courses/", f"/en/courses/{course.code}"):
        assert "Demonstration</span>" in page_of(client, path)


# --- pages kept for visitors -----------------------------------------------------------


def test_pages_for_visitors_set_no_cookie_and_change_with_the_catalogue(client):
    run = make_run(capacity=2)
    path = f"/en/courses/{db.session.get(Course, run.course_id).code}"
    first = client.get(path)
    assert "Set-Cookie" not in first.headers
    assert "csrf_token" not in first.text
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "2 places left" in page_of(client, path)
    run.seats_taken = 1
    db.session.commit()
    assert "2 places left" in page_of(client, path)  # kept
    with unit_of_work():
        note_catalogue_change()
    assert "1 place left" in page_of(client, path)


def test_a_deadline_that_passes_changes_the_page(client, time_machine_at):
    now = clock.now()
    run = make_run(enrolment_closes_at=now + timedelta(minutes=5))
    path = f"/en/courses/{db.session.get(Course, run.course_id).code}"
    assert "Open for enrolment" in page_of(client, path)
    with time_machine_at(now + timedelta(minutes=6)):
        assert "Enrolment closed" in page_of(client, path)


@pytest.fixture
def time_machine_at():
    import time_machine

    return lambda moment: time_machine.travel(moment, tick=False)


@pytest.mark.parametrize("path", ["/en/", "/en/courses/", "/en/courses/?q=city&runs=open",
                                  "/en/courses/{code}", "/en/curricula/{field}"])  # fmt: skip
@pytest.mark.usefixtures("catalogue")
def test_pages_keep_to_their_statements_however_many_rows(
    client, signed_in_as, count_statements, path
):
    person = make_person()
    make_affiliation(person, make_city())
    browser = signed_in_as(person)
    course = course_by_code("TRN-201")
    path = path.format(code="TRN-201", field="CTY")
    counts = []
    for number in (1, 2):
        for cohort in range(1, 6):
            run = make_run(course, cohort_no=10 * number + cohort)
            make_enrolment(run, person)
        with count_statements() as statements:
            page_of(browser, path)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= BUDGET
    page_of(client, path)
    with count_statements() as statements:
        page_of(client, path)
    assert len(statements) == 1  # the version, and the page that was kept


# --- enrolling and leaving -------------------------------------------------------------


def code_of(run):
    return db.session.get(Course, run.course_id).code


def token_of(browser, path):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page_of(browser, path))
    assert found
    return found.group(1)


def enrol(browser, run):
    token = token_of(browser, "/en/courses/")
    return browser.post(f"/en/runs/{run.id}/enrol", data={"csrf_token": token})


def test_a_trainee_enrols_from_the_course_page(signed_in_as):
    run, person = make_run(), make_person()
    browser = signed_in_as(person)
    assert enrol_form(run) in page_of(browser, f"/en/courses/{code_of(run)}")
    answer = enrol(browser, run)
    assert (answer.status_code, answer.location) == (303, f"/en/runs/{run.id}")
    enrolment = db.session.query(Enrolment).one()
    assert (enrolment.person_id, enrolment.state) == (person.id, "enrolled")
    page = page_of(browser, f"/en/courses/{code_of(run)}")
    assert "Go to the course" in page
    assert enrol_form(run) not in page
    assert f'href="/en/runs/{run.id}/leave"' in page
    assert enrol(browser, run).status_code == 303
    assert db.session.query(Enrolment).count() == 1


def test_a_visitor_is_led_to_sign_in_and_back_to_the_same_run(client):
    run = make_run()
    page = page_of(client, f"/en/courses/{code_of(run)}")
    back = f"/en/courses/{code_of(run)}?run={run.id}#run-{run.id}"
    links = [unescape(link) for link in re.findall(r'href="(/en/sign-[^"]+)"', page)]
    led = {urlsplit(link).path: parse_qs(urlsplit(link).query).get("next") for link in links}
    assert led["/en/sign-up"] == [back]
    enrolling = [link for link in links if "run" in link and link.startswith("/en/sign-in")]
    assert parse_qs(urlsplit(enrolling[0]).query)["next"] == [back]


@pytest.mark.parametrize(
    "values, shown, refused",
    [
        ({"state": "approved"}, "Enrolment has not opened yet.", "not opened"),
        ({"enrolment_closes_at": NOW - timedelta(days=1)}, "Enrolment has closed.", "closed"),
        ({"capacity": 1, "seats_taken": 1}, "All places are taken.", "All places"),
    ],
)
def test_a_run_that_cannot_be_joined_says_why_on_its_page_and_when_tried(
    signed_in_as, values, shown, refused
):
    run = make_run(**values)
    browser = signed_in_as(make_person())
    page = page_of(browser, f"/en/courses/{code_of(run)}")
    assert shown in page
    assert enrol_form(run) not in page
    open_run = make_run()
    token = token_of(browser, f"/en/courses/{code_of(open_run)}")
    answer = browser.post(f"/en/runs/{run.id}/enrol", data={"csrf_token": token})
    assert answer.status_code == 409
    assert refused in answer.text
    assert "You are not enrolled" in answer.text
    assert db.session.query(Enrolment).count() == 0


def test_an_unconfirmed_address_comes_first(signed_in_as):
    run = make_run()
    browser = signed_in_as(make_person(email_confirmed_at=None))
    page = page_of(browser, f"/en/courses/{code_of(run)}")
    assert "Confirm your e-mail address first" in page
    assert enrol_form(run) not in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    answer = browser.post(f"/en/runs/{run.id}/enrol", data={"csrf_token": token.group(1)})
    assert answer.status_code == 409
    assert db.session.query(Enrolment).count() == 0


@pytest.mark.parametrize("state", ["draft"])
def test_a_run_nobody_may_know_of_cannot_be_joined(signed_in_as, state):
    run, shown = make_run(state=state), make_run()
    browser = signed_in_as(make_person())
    token = token_of(browser, f"/en/courses/{code_of(shown)}")
    for run_id in (run.id, 999_999):
        answer = browser.post(f"/en/runs/{run_id}/enrol", data={"csrf_token": token})
        assert answer.status_code == 404


@pytest.mark.parametrize("run_id", ["0", "-1", "1.0", "01", "2147483648", "9223372036854775808",
                                    "%D9%A1", "x", "1%00"])  # fmt: skip
def test_row_numbers_that_are_none_are_not_found(signed_in_as, run_id):
    make_run()
    browser = signed_in_as(make_person("staff"))
    assert browser.get(f"/en/runs/{run_id}/leave").status_code in {400, 404}
    assert browser.get(f"/en/manage/runs/{run_id}/state").status_code in {400, 404}


def test_enrolling_needs_the_token_and_a_person(client, signed_in_as):
    run = make_run()
    assert client.post(f"/en/runs/{run.id}/enrol").status_code == 400
    assert signed_in_as(make_person()).post(f"/en/runs/{run.id}/enrol").status_code == 400
    assert db.session.query(Enrolment).count() == 0


def test_leaving_asks_once_more_keeps_the_record_and_lets_one_come_back(signed_in_as):
    run, person = make_run(), make_person()
    browser = signed_in_as(person)
    make_enrolment(run, person, state="started")
    run.seats_taken = 1
    db.session.commit()
    path = f"/en/runs/{run.id}/leave"
    page = page_of(browser, path)
    assert "Leave this run?" in page
    assert "(optional)" in page
    assert db.session.query(Enrolment).one().state == "started"
    data = {"csrf_token": token_of(browser, path), "reason": "No time\u202e"}
    answer = browser.post(path, data=data)
    assert (answer.status_code, answer.location) == (303, f"/en/courses/{code_of(run)}")
    assert db.session.query(Enrolment).one().state == "dropped_out"
    assert browser.post(path, data=data).status_code == 303  # a double click
    page = page_of(browser, f"/en/courses/{code_of(run)}")
    assert "Enrol again" in page
    assert enrol(browser, run).status_code == 303
    assert db.session.query(Enrolment).one().state == "started"


def test_nobody_leaves_for_somebody_else(signed_in_as):
    run = make_run()
    make_enrolment(run, make_person())
    for roles in ((), ("instructor",), ("staff",), ("admin",)):
        browser = signed_in_as(make_person(*roles))
        page_of(browser, f"/en/runs/{run.id}/leave", 404)


def test_who_has_completed_does_not_leave(signed_in_as):
    run, person = make_run(), make_person()
    make_enrolment(run, person, state="completed")
    assert "no longer leave" in page_of(signed_in_as(person), f"/en/runs/{run.id}/leave", 409)


def test_all_courses_of_the_starting_data_have_their_page_in_every_language(client, catalogue):
    for course in published_courses():
        for language in ("ko", "en", "zh"):
            page = page_of(client, f"/{language}/courses/{course.code}")
            assert course.title.texts[language] in page
            assert "fallback-note" not in page
