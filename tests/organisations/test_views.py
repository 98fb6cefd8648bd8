import re

import pytest

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.organisations import city_file, queries, services
from lms.organisations.cli import STARTING_DATA
from lms.organisations.models import Affiliation
from tests.factories.accounts import make_person
from tests.factories.organisations import make_affiliation, make_city
from tests.forms import fill_in

# --- the partner cities ----------------------------------------------------------------


@pytest.fixture
def cities_of_busan(app):
    with unit_of_work():
        entries = city_file.read((STARTING_DATA / "cities.json").read_bytes())
        services.import_cities(entries, now=clock.now())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ["가오슝", "대만", "1966년 6월 30일", "2024년 5월"]),
        ("en", ["Kaohsiung", "Taiwan", "30 June 1966", "May 2024", "UTC+5:30"]),
        ("zh", ["高雄", "台湾", "1966年6月30日", "2024年5月"]),
    ],
)
def test_cities_and_countries_are_named_in_the_language_of_the_page(
    client, cities_of_busan, language, words
):
    page = client.get(f"/{language}/cities/").text
    for word in words:
        assert word in page
    assert page.count('<th scope="row">') == 45


def test_the_page_of_visitors_is_kept_until_a_city_changes(
    client, cities_of_busan, count_statements
):
    first = client.get("/en/cities/")
    with count_statements() as statements:
        second = client.get("/en/cities/")
    assert len(statements) == 1
    assert first.text == second.text
    assert "Set-Cookie" not in first.headers
    assert "csrf_token" not in first.text
    make_city("newtown")
    assert "Newtown" in client.get("/en/cities/").text


def test_the_page_costs_the_same_with_one_city_as_with_many(signed_in_as, count_statements):
    browser = signed_in_as(make_person())
    counts = []
    for _ in range(2):
        make_city()
        with count_statements() as statements:
            browser.get("/en/cities/")
        counts.append(len(statements))
        for _ in range(10):
            make_city()
    assert counts[0] == counts[1] <= 3


# --- the profile -----------------------------------------------------------------------


def save(browser, path="/en/profile", **changed):
    entered = {
        "full_name": "Batbayar Oyunchimeg",
        "name_in_own_script": "Батбаяр Оюунчимэг",
        "preferred_language": "en",
        "city": "",
        "organisation": "Ulaanbaatar City Hall",
        "position": "Engineer",
        "time_zone": "Asia/Ulaanbaatar",
    }
    return fill_in(browser, path, **{**entered, **changed})


def test_a_profile_is_saved_and_shown_again(signed_in_as):
    person, city = make_person(), make_city("hcmc", time_zone="Asia/Ho_Chi_Minh")
    browser = signed_in_as(person)
    assert "Complete your profile" in browser.get("/en/profile").text
    assert save(browser, city=city.id).location == "/en/courses/"
    affiliation = queries.affiliation_of(person.id)
    assert (affiliation.city_id, affiliation.position) == (city.id, "Engineer")
    db.session.refresh(person)
    assert person.name_in_own_script == "Батбаяр Оюунчимэг"
    page = browser.get("/en/profile").text
    assert f'<option selected value="{city.id}">' in page
    assert 'value="Engineer"' in page
    assert save(browser, city=city.id).location == "/en/profile"
    assert len(history_of(("affiliation", person.id))) == 1


def test_the_year_of_birth_is_kept_for_its_owner_alone_and_can_be_taken_back(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)
    refused = save(browser, birth_year="nineteen ninety")
    assert 'value="nineteen ninety"' in refused.text
    for entered, stored in (("1990", 1990), ("１９９１", 1991), ("", None)):
        assert save(browser, birth_year=entered).status_code in {302, 303}
        db.session.refresh(person)
        assert person.birth_year == stored
        assert f'value="{stored or ""}"' in browser.get("/en/profile").text
    noted = [event.reason for event in history_of(("profile", person.id))]
    assert "birth_year" in noted[-1]
    assert not any("1990" in reason for reason in noted)


def test_the_way_goes_on_to_where_one_was_going(signed_in_as):
    browser = signed_in_as(make_person())
    assert save(browser, "/en/profile?next=/en/cities/").location == "/en/cities/"
    assert save(browser, "/en/profile?next=//evil.example").location == "/en/profile"


def test_the_time_zone_comes_from_the_city_unless_one_says_otherwise(signed_in_as):
    person = make_person(time_zone="")
    city = make_city(time_zone="Asia/Ho_Chi_Minh")
    browser = signed_in_as(person)
    assert save(browser, city=city.id, time_zone="").status_code == 302
    db.session.refresh(person)
    assert person.time_zone == "Asia/Ho_Chi_Minh"
    refused = save(browser, city="", time_zone="")
    assert refused.status_code == 422
    assert 'id="time_zone-error"' in refused.text


@pytest.mark.parametrize(
    ("cookie", "value", "offered"),
    [
        ("zone_guess", "Asia/Saigon", "Asia/Ho_Chi_Minh"),  # as Chrome calls it
        ("zone", "America/Guayaquil", "America/Guayaquil"),
        ("zone_guess", "Etc/Made/Up", ""),
        ("other", "x", ""),
    ],
)
def test_the_browsers_zone_is_offered_to_who_has_none(signed_in_as, cookie, value, offered):
    browser = signed_in_as(make_person(time_zone=""))
    browser.set_cookie(cookie, value)
    select = re.search(r'<select[^>]*id="time_zone".*?</select>', browser.get("/en/profile").text)
    assert f'<option selected value="{offered}">' in select[0]


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "x" * 201}, "full_name"),
        ({"name_in_own_script": "12"}, "name_in_own_script"),
        ({"preferred_language": "xx"}, "preferred_language"),
        ({"city": "999999"}, "city"),
        ({"city": "1 OR 1=1"}, "city"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"organisation": "x" * 201}, "organisation"),
        ({"birth_year": "1899"}, "birth_year"),
        ({"birth_year": "2999"}, "birth_year"),
        ({"birth_year": "90"}, "birth_year"),
        ({"birth_year": "in spring"}, "birth_year"),
        ({"birth_year": "9" * 5000}, "birth_year"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(signed_in_as, entered, field):
    person = make_person(full_name="As It Was")
    answer = save(signed_in_as(person), **entered)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    db.session.refresh(person)
    assert person.full_name == "As It Was"
    assert queries.affiliation_of(person.id) is None


@pytest.mark.parametrize(
    "name", ['"><svg onload=alert(1)>', "{{ x*7 }}", "=HYPERLINK(0)", "محمد 7", "ສົມໃຈ", "İbrahim ß"]
)
def test_any_name_is_shown_as_it_was_written(signed_in_as, name):
    person = make_person()
    browser = signed_in_as(person)
    assert save(browser, full_name=name, name_in_own_script="").status_code == 302
    db.session.refresh(person)
    assert person.full_name == name
    page = browser.get("/en/account").text
    shown = name.replace('"', "&#34;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"<bdi>{shown}</bdi>" in page


def test_fields_of_others_are_left_alone(signed_in_as):
    me, other = make_person(), make_person(full_name="Other")
    save(signed_in_as(me), person_id=other.id, id=other.id, email="x@y.example", state="disabled")
    db.session.refresh(other)
    db.session.refresh(me)
    assert other.full_name == "Other"
    assert (me.state, me.email != "x@y.example") == ("active", True)
    assert db.session.get(Affiliation, other.id) is None


def test_the_profile_costs_the_same_with_one_city_as_with_many(signed_in_as, count_statements):
    person = make_person()
    make_affiliation(person, make_city())
    browser = signed_in_as(person)
    counts = []
    for _ in range(2):
        with count_statements() as statements:
            browser.get("/en/profile")
        counts.append(len(statements))
        for _ in range(10):
            make_city()
    assert counts[0] == counts[1] <= 4
