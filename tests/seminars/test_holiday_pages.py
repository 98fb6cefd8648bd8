"""The calendars of the regions, as staff put them right."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Invalid, NotFound
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.seminars.models import Holiday
from lms.seminars.services.holidays import Days, add_holiday, remove_holiday
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.organisations import make_city
from tests.forms import fill_in

PAGE = "/en/manage/holidays"
NAADAM = {"region": "MN", "first_on": "2027-07-11", "last_on": "2027-07-15", "name-en": "Naadam"}


@pytest.fixture
def staff(app, signed_in_as):
    make_city(name=words("Ulaanbaatar"), region="MN")
    return signed_in_as(make_person("staff"))


def holidays():
    return list(db.session.scalars(select(Holiday).order_by(Holiday.id)))


def days(**values):
    given = {
        "region": "MN",
        "first_on": date(2027, 7, 11),
        "last_on": date(2027, 7, 15),
        "name": words("Naadam"),
        "is_working_day": False,
    }
    return Days(**{**given, **values})


def lines(page):
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", each)) for each in body.split("<tr>")[1:]]


# --- pages -----------------------------------------------------------------------------


def test_the_list_joins_the_public_calendar_and_what_staff_entered(staff):
    page = staff.get(PAGE, query_string={"region": "MN", "year": 2027}).text
    assert "Mongolia (Ulaanbaatar)" in page
    assert "Saturday and Sunday" in page
    assert any("7 February 2027 Lunar New Year" in each for each in lines(page))
    assert 'lang="mn"' in page
    fill_in(staff, PAGE, **{**NAADAM, "last_on": "", "first_on": "2027-02-10"})
    page = staff.get(PAGE, query_string={"region": "MN", "year": 2027}).text
    own = [each for each in lines(page) if "Entered by staff" in each]
    assert len(own) == 1
    assert "Wed, 10 February 2027 Naadam" in own[0]
    others = staff.get(PAGE, query_string={"region": "KR", "year": 2027}).text
    assert "Naadam" not in others


@pytest.mark.parametrize("region", ["XX", "", "M" * 5000, "mn", "<svg>"])
def test_days_of_a_region_without_a_city_are_not_taken(staff, region):
    assert fill_in(staff, PAGE, **{**NAADAM, "region": region}).status_code == 404
    assert holidays() == []


def test_it_begins_with_busan_and_this_year_whatever_the_address_says(app, signed_in_as):
    with time_machine.travel(datetime(2026, 12, 31, 16, tzinfo=UTC), tick=False):
        staff = signed_in_as(make_person("staff"))
        for query in ({}, {"region": "XX", "year": "soon"}, {"region": "<svg>"}):
            page = staff.get(PAGE, query_string=query).text
            assert "South Korea (Busan), 2027" in page  # it is the new year in Busan
        assert "South Korea (Busan), 2100" in staff.get(PAGE, query_string={"year": 9999}).text


def test_a_calendar_that_is_not_known_is_said_to_be_so(staff):
    make_city(name=words("Nowhere"), region="QQ")
    page = staff.get(PAGE, query_string={"region": "QQ", "year": 2027}).text
    assert "The calendar of this year is not known here" in page
    assert "No holiday is known in this year." in page
    known = staff.get(PAGE, query_string={"region": "MN", "year": 2027}).text
    assert "not known here" not in known


def test_days_entered_are_saved_with_who_entered_them(staff):
    answer = fill_in(staff, PAGE, **NAADAM)
    assert answer.status_code == 303
    assert answer.location.endswith("/holidays?region=MN&year=2027")
    (row,) = holidays()
    assert (row.region, row.first_on, row.last_on) == ("MN", date(2027, 7, 11), date(2027, 7, 15))
    assert row.name == TextInLanguages("en", {"en": "Naadam"})
    assert not row.is_working_day
    assert row.created_by_id is not None
    assert [change.new for change in history_of(("holiday", row.id))] == ["added"]


def test_sent_twice_it_is_entered_once(staff):
    assert fill_in(staff, PAGE, **NAADAM).status_code == 303
    assert fill_in(staff, PAGE, **NAADAM).status_code == 303
    assert len(holidays()) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_on": ""}, "Fill in this field."),
        ({"first_on": "1999-12-31"}, "Give a day between 2000 and 2100."),
        ({"last_on": "2027-07-10"}, "The last day cannot be before the first day."),
        ({"last_on": "2027-09-30"}, "Give at most 60 days at a time."),
        ({"name-en": " ", "name-ko": "\u200b"}, "Fill in this field in one language at least."),
        ({"name-en": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(staff, wrong, said):
    answer = fill_in(staff, PAGE, **{**NAADAM, "name-ko": "나담", **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    for name in set(NAADAM) - set(wrong):
        assert f'value="{NAADAM[name]}"' in answer.text
    assert not holidays()


def test_a_holiday_on_which_people_work_is_entered_from_its_line(staff):
    page = staff.get(PAGE, query_string={"region": "MN", "year": 2027}).text
    line = next(each for each in page.split("<tr>") if "2027-02-08" in each)
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', line))
    assert staff.post(PAGE, data=sent).status_code == 303
    (row,) = holidays()
    assert (row.first_on, row.is_working_day) == (date(2027, 2, 8), True)
    assert "mn" in row.name.texts
    page = staff.get(PAGE, query_string={"region": "MN", "year": 2027}).text
    of_day = [each for each in lines(page) if "8 February 2027" in each]
    assert len(of_day) == 2
    assert all("People work" in each for each in of_day)
    assert sum("People work on this day" in each for each in of_day) == 0


def test_days_taken_out_can_be_put_back_from_the_form_that_holds_them(staff):
    fill_in(staff, PAGE, **{**NAADAM, "name-ko": "나담"})
    (row,) = holidays()
    number, name = row.id, row.name
    answer = fill_in(staff, PAGE, send_to=f"{PAGE}/{number}/remove")
    assert answer.status_code == 303
    assert not holidays()
    changes = history_of(("holiday", number))
    assert [change.new for change in changes] == ["added", "removed"]
    assert changes[-1].reason == "MN 2027-07-11/2027-07-15 Naadam"
    assert fill_in(staff, PAGE, send_to=f"{PAGE}/{number}/remove").status_code == 404
    page = staff.get(answer.location).text
    form = page.split('id="add"')[1]
    held = dict(re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', form))
    assert held["region"] == "MN"
    assert (held["first_on"], held["last_on"]) == ("2027-07-11", "2027-07-15")
    assert (held["name-en"], held["name-ko"]) == ("Naadam", "나담")
    assert staff.post(PAGE, data={k: v for k, v in held.items() if v}).status_code == 303
    (back,) = holidays()
    assert back.name.texts == name.texts


def test_only_staff_come_in(staff, signed_in_as):
    fill_in(staff, PAGE, **NAADAM)
    (row,) = holidays()
    for role in ("trainee", "instructor"):
        browser = signed_in_as(make_person(role))
        assert browser.get(PAGE).status_code == 403
        answer = fill_in(browser, "/en/account", send_to=f"{PAGE}/{row.id}/remove")
        assert answer.status_code == 403
    assert len(holidays()) == 1


def test_the_list_costs_the_same_however_long_it_is(staff, count_statements):
    counts = []
    for number in range(1, 9):
        fill_in(staff, PAGE, **{**NAADAM, "first_on": f"2027-03-0{number}", "last_on": ""})
        with count_statements() as statements:
            staff.get(PAGE, query_string={"region": "MN", "year": 2027})
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 8


# --- services --------------------------------------------------------------------------


def test_the_same_days_under_another_name_are_refused(app):
    person = make_person("staff")
    with unit_of_work():
        add_holiday(days(), actor=person, now=clock.now())
    with pytest.raises(Invalid) as refusal, unit_of_work():
        add_holiday(days(name=words("Festival")), actor=person, now=clock.now())
    assert refusal.value.field == "name"
    with unit_of_work():
        add_holiday(days(is_working_day=True), actor=person, now=clock.now())
    assert len(holidays()) == 2


def test_two_at_once_enter_days_once_and_take_them_out_once(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        actor_id = make_person("staff").id
        db.session.rollback()

    def together(act):
        def one(_number):
            with app.test_request_context("/en/"):
                try:
                    with unit_of_work():
                        act(db.session.get_one(Person, actor_id))
                except NotFound:
                    return "gone"
                finally:
                    db.session.remove()
                return "done"

        with ThreadPoolExecutor(4) as threads:
            return sorted(threads.map(one, range(4)))

    entered = days(name=TextInLanguages("en", {"en": "Naadam"}))
    assert (
        together(lambda actor: add_holiday(entered, actor=actor, now=clock.now())) == ["done"] * 4
    )
    with app.app_context():
        (row_id,) = db.session.scalars(select(Holiday.id))
        assert len(history_of(("holiday", row_id))) == 1
        db.session.rollback()

    def remove(actor):
        row = db.session.get(Holiday, row_id)
        if row is None:
            raise NotFound
        remove_holiday(row, actor=actor, now=clock.now())

    assert together(remove) == ["done", "gone", "gone", "gone"]
    with app.app_context():
        assert db.session.scalar(select(func.count(Holiday.id))) == 0
        assert len(history_of(("holiday", row_id))) == 2
