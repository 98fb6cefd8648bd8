"""The adviser of slots as staff and instructors meet it."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from lms.enrolment.models import RunInstructor
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.seminars import make_holiday

PAGE = "/en/manage/slots"


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(datetime(2026, 10, 12, 3, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def staff(app, signed_in_as):
    return signed_in_as(make_person("staff", time_zone="Asia/Seoul"))


@pytest.fixture
def hcmc(app):
    return make_city(name=words("Ho Chi Minh City"), region="VN", time_zone="Asia/Ho_Chi_Minh")


@pytest.fixture
def guayaquil(app):
    return make_city(name=words("Guayaquil"), region="EC", time_zone="America/Guayaquil")


def asked(*cities, day="2026-10-14", minutes=120, **more):
    return {"day": day, "minutes": minutes, "city": [city.id for city in cities], **more}


def row(page, busan):
    """Return the row of the table that begins at a time in Busan, as text."""
    body = page.split("<tbody>")[1]
    found = next(each for each in body.split("<tr")[1:] if f'fit-times">{busan}–' in each)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", found.partition(">")[2])).strip()


def best(page):
    return page.split('id="best"')[1].split('id="slots"')[0]


def people_of(run, *cities):
    for city in cities:
        person = make_person("trainee")
        make_affiliation(person, city)
        make_enrolment(run, person, state="started")


def test_a_row_shows_the_time_in_busan_and_in_each_city_with_the_reason(staff, hcmc, guayaquil):
    page = staff.get(PAGE, query_string=asked(hcmc, guayaquil)).text
    assert row(page, "15:00") == (
        "15:00–17:00 Office hours Best 01:00–03:00 Night 13:00–15:00 Office hours"
    )
    assert "Tue 18:00–20:00 Evening" in row(page, "08:00")
    assert page.count("<tr") == 2 + 48  # those at night in Busan have a table of their own


def test_the_best_times_stand_on_top_and_a_pair_where_one_leaves_somebody_out(
    staff, hcmc, guayaquil
):
    alone = best(staff.get(PAGE, query_string=asked(hcmc)).text)
    assert re.findall(r"2026 (\d\d:\d\d)–", alone)[0] == "15:00"
    assert "Held twice" not in alone
    both = best(staff.get(PAGE, query_string=asked(hcmc, guayaquil)).text)
    assert "Held twice, it reaches more" in both
    first, second = both.split("Held twice")[1].split('class="slot-time"')[1:]
    assert "08:00–10:00" in first
    assert "Guayaquil" in first
    assert "15:00–17:00" in second
    assert "Ho Chi Minh City" in second


def test_a_holiday_is_named_and_what_staff_entered_comes_before_the_library(staff, hcmc):
    asks = asked(hcmc, day="2026-09-02")
    assert "National Day" in row(staff.get(PAGE, query_string=asks).text, "15:00")
    day = date(2026, 9, 2)
    own = make_holiday(region="VN", first_on=day, last_on=day, name=words("City festival"))
    assert "City festival" in row(staff.get(PAGE, query_string=asks).text, "15:00")
    own.is_working_day = True
    save(own)
    assert row(staff.get(PAGE, query_string=asks).text, "15:00").endswith("Office hours")


def test_a_run_begins_with_the_cities_of_its_people(staff, hcmc, guayaquil):
    run = make_run(starts_on=date(2026, 11, 2))
    gone = make_person("trainee")
    make_affiliation(gone, guayaquil)
    make_enrolment(run, gone, state="withdrawn")
    people_of(run, hcmc, hcmc)
    page = staff.get(PAGE, query_string={"run": run.id}).text
    assert 'value="2026-11-02"' in page
    table = page.split("<thead>")[1].split("</thead>")[0]
    assert "Ho Chi Minh City" in table
    assert "Guayaquil" not in table
    assert f'name="run" value="{run.id}"' in page
    first = re.search(r'<a href="([^"]+)"><time datetime="2026-11-02T', best(page))
    assert first[1].startswith(f"/en/manage/runs/{run.id}/sessions/new?at=2026-11-02T")


def test_without_a_run_it_asks_for_cities_and_proposes_tomorrow(staff, hcmc):
    page = staff.get(PAGE)
    assert page.status_code == 200
    assert 'value="2026-10-13"' in page.text
    assert "Choose the cities" in page.text
    assert "<table" not in page.text


def test_what_it_proposes_is_a_weekday(staff, hcmc):
    run = make_run(starts_on=date(2026, 10, 17), ends_on=date(2026, 12, 1))  # from a Saturday on
    assert 'value="2026-10-19"' in staff.get(f"{PAGE}?run={run.id}").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"city": []}, "Choose one city at least."),
        ({"city": ["x"]}, "Cities"),
        ({"city": [2**63]}, "Cities"),
        ({"day": "2026-02-30"}, "Day in Busan"),
        ({"day": "0001-01-01"}, "Give a day between 2000 and 2100."),
        ({"day": ""}, "Fill in this field."),
        ({"minutes": 5}, "Give 15 to 480 minutes."),
        ({"minutes": "long"}, "Length in minutes"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(staff, hcmc, wrong, said):
    answer = staff.get(PAGE, query_string={**asked(hcmc), **wrong})
    assert answer.status_code == 422
    summary = answer.text.split('class="error-summary"')[1].split("</ul>")[0]
    assert said in summary
    typed = wrong.get("minutes", 120)
    assert f'value="{typed}"' in answer.text
    assert "<table" not in answer.text


def test_instructors_ask_for_their_own_runs(signed_in_as, hcmc):
    run = make_run()
    person = make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=person.id))
    people_of(run, hcmc)
    page = signed_in_as(person).get(PAGE, query_string={"run": run.id})
    assert page.status_code == 200
    assert "Best times" in page.text
    assert "/sessions/new" not in page.text  # staff plan
    other = signed_in_as(make_person("instructor"))
    assert other.get(PAGE, query_string={"run": run.id}).status_code == 404
    assert other.get(PAGE, query_string=asked(hcmc)).status_code == 200
    assert signed_in_as(make_person("trainee")).get(PAGE).status_code == 403
    for nowhere in (2**31, 2**63, -1):
        assert other.get(PAGE, query_string={"run": nowhere}).status_code == 404


def test_the_page_costs_the_same_whatever_is_asked(staff, count_statements, hcmc, guayaquil):
    run = make_run()
    people_of(run, hcmc)
    staff.get(PAGE, query_string={"run": run.id})
    counts = []
    for cities in ([hcmc], [hcmc, guayaquil, *(make_city() for _ in range(5))]):
        people_of(run, *cities)
        with count_statements() as statements:
            staff.get(PAGE, query_string={"run": run.id})
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
