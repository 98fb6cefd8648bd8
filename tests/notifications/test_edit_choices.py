"""The page on which one says how one wants to be told."""

import re

import pytest

from lms.notifications import queries
from lms.notifications.models import How, Topic
from lms.notifications.rules import USUAL
from tests.factories.accounts import make_person
from tests.forms import fill_in

PAGE = "/en/notifications/choices"


@pytest.fixture
def person(app):
    return make_person(time_zone="Asia/Kathmandu")


@pytest.fixture
def browser(person, signed_in_as):
    return signed_in_as(person)


def ticked(page):
    """Return what the page shows as chosen: field → value."""
    radios = re.findall(r"<input[^>]*\bchecked\b[^>]*>", page)
    found = {
        re.search('name="([^"]+)"', radio)[1]: re.search('value="([^"]+)"', radio)[1]
        for radio in radios
    }
    for name in ("hour", "weekday"):
        select = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)[0]
        found[name] = re.search(r'<option selected value="([^"]+)"', select)[1]
    return found


CHOSEN = {
    "replies": "daily",
    "mentions": "weekly",
    "followed": "never",
    "messages": "at_once",
    "notices": "daily",
    "hour": "21",
    "weekday": "4",
}


def test_it_shows_what_is_usual_and_then_what_was_chosen(browser, person):
    page = browser.get(PAGE).text
    assert ticked(page) == {**USUAL, "hour": "8", "weekday": "0"}
    assert "Asia/Kathmandu (UTC+5:45)" in page
    answer = fill_in(browser, PAGE, **CHOSEN)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert ticked(browser.get(PAGE).text) == CHOSEN
    assert queries.digest_time(person.id) == (21, 4)


def test_of_two_tabs_the_last_one_counts(browser, person):
    fill_in(browser, PAGE, **CHOSEN)
    fill_in(browser, PAGE, **CHOSEN | {"replies": "never"})
    assert queries.how_one_is_told(person.id)[Topic.REPLIES] == How.NEVER


@pytest.mark.parametrize(
    "wrong",
    [
        {"replies": "sometimes"},
        {"hour": "24"},
        {"hour": "-1"},
        {"hour": "eight"},
        {"weekday": "7"},
        {"weekday": "9" * 5000},
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_kept(browser, person, wrong):
    answer = fill_in(browser, PAGE, **CHOSEN | wrong)
    assert answer.status_code == 422
    (name,) = wrong
    assert f'id="{name}-error"' in answer.text
    assert re.search(r'value="never"[^>]*>', answer.text)
    kept = dict(re.findall(r'<input checked[^>]*name="(\w+)"[^>]*value="(\w+)"', answer.text))
    assert kept.get("followed") == "never"
    assert queries.how_one_is_told(person.id) == USUAL


def test_what_cannot_be_chosen_is_said_and_not_taken(browser, person):
    page = browser.get(PAGE).text
    assert "Your sessions, attendance and certificates" in page
    assert 'name="essential"' not in page
    fill_in(browser, PAGE, **CHOSEN, essential="never", moderation="never")
    assert set(queries.how_one_is_told(person.id)) == set(USUAL)


def test_inbox_and_account_lead_there(browser):
    for page in ("/en/notifications", "/en/account"):
        assert f'href="{PAGE}"' in browser.get(page).text


def test_it_costs_few_statements(browser, count_statements):
    with count_statements() as statements:
        browser.get(PAGE)
    assert len(statements) == 3
