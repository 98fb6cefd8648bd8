import pytest
from sqlalchemy import select

from lms.accounts import login, passwords, queries, services
from lms.accounts.models import LoginSession
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_person
from tests.forms import fill_in, token_on

NEW = "another long one"


def is_in(browser):
    return browser.get("/en/account").status_code == 200


def test_changing_the_password(signed_in_as, person_with_password, outbox, run_jobs):
    person = person_with_password(email="bat@gov.example", time_zone="Asia/Ulaanbaatar")
    here, there = signed_in_as(person), signed_in_as(person)
    cookie = here.get_cookie(login.cookie_name()).value
    answer = fill_in(here, "/en/account", old_password=PASSWORD, password=NEW)
    assert answer.status_code == 302
    assert here.get_cookie(login.cookie_name()).value != cookie
    assert "new password counts" in here.get("/en/account").text
    assert not is_in(there)
    assert passwords.matches(person.password_hash, NEW)
    run_jobs()
    (mail,) = outbox
    for clock_of in ("(UTC+8)", "Busan", " UTC"):
        assert clock_of in mail.body


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("not the password", NEW, "old_password"),
        ("", NEW, "old_password"),
        (PASSWORD, "", "password"),
        (PASSWORD, "password1", "password"),
        (PASSWORD, "Bat@gov.example", "password"),
    ],
)
def test_the_password_stays_when_something_is_wrong(
    signed_in_as, person_with_password, old, new, field
):
    person = person_with_password(email="bat@gov.example")
    before = person.password_hash
    browser, other = signed_in_as(person), signed_in_as(person)
    answer = fill_in(browser, "/en/account", old_password=old, password=new)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert is_in(other)
    db.session.refresh(person)
    assert person.password_hash == before


def test_a_borrowed_session_cannot_guess_the_password_on_and_on(
    signed_in_as, person_with_password, on_the_hour
):
    browser = signed_in_as(person_with_password(email="bat@gov.example"))
    tried = [
        fill_in(browser, "/en/account", old_password=f"guess {n}", password=NEW).status_code
        for n in range(7)
    ]
    assert tried == [422] * 5 + [429] * 2


def session_ids(person):
    query = select(LoginSession.id).where(LoginSession.person_id == person.id)
    return db.session.scalars(query.order_by(LoginSession.id)).all()


def test_devices_are_listed_and_ended_one_by_one_or_all_others(app, signed_in_as):
    person = make_person()
    here, second, third, fourth = (signed_in_as(person) for _ in range(4))
    with unit_of_work():
        token = services.start_session(
            person,
            user_agent="Mozilla/5.0 (Linux; Android 9) Chrome/92.0 Safari/537.36",
            address="203.0.113.7",
            now=clock.now(),
        )
    phone = app.test_client()
    phone.set_cookie(login.cookie_name(), token)
    page = here.get("/en/account").text
    assert "Chrome · Android" in page
    assert "203.0.113.7" in page
    assert page.count('/end"') == 5

    first_id, second_id = session_ids(person)[:2]
    for _twice in range(2):
        fill_in(here, "/en/account", send_to=f"/en/account/devices/{second_id}/end")
    assert [is_in(b) for b in (here, second, third, phone)] == [True, False, True, True]
    assert len(history_of(("login_session", second_id))) == 1

    fill_in(here, "/en/account", send_to="/en/account/devices/end-others")
    assert [is_in(b) for b in (here, third, fourth, phone)] == [True, False, False, False]

    fill_in(here, "/en/account", send_to=f"/en/account/devices/{first_id}/end")
    assert not is_in(here)


@pytest.mark.parametrize("number", ["0", str(2**31), str(2**63), "9" * 30])
def test_a_session_that_is_not_ones_own_does_not_exist(signed_in_as, number):
    mine, other = make_person(), make_person("admin")
    browser, others_browser = signed_in_as(mine), signed_in_as(other)
    for wanted in (number, session_ids(other)[0]):
        answer = fill_in(browser, "/en/account", send_to=f"/en/account/devices/{wanted}/end")
        assert answer.status_code == 404
    assert is_in(others_browser)


def test_optional_consents_are_given_and_withdrawn_the_required_one_is_not(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)

    def choose(item, give):
        return fill_in(browser, "/ko/account", send_to=f"/ko/account/consents/{item}", give=give)

    assert choose("alumni_news", "1").status_code == 302
    consent = queries.consents_of(person.id)["alumni_news"]
    assert (consent.language, consent.withdrawn_at) == ("ko", None)
    assert choose("alumni_news", "0").status_code == 302
    assert queries.consents_of(person.id)["alumni_news"].withdrawn_at is not None
    assert choose("collection_and_use", "0").status_code == 409
    assert choose("everything", "1").status_code == 404


def test_the_language_of_mails_is_chosen_here(signed_in_as):
    person = make_person(preferred_language="en")
    browser = signed_in_as(person)
    path = "/en/account/language"
    fill_in(browser, "/en/account", send_to=path, preferred_language="zh")
    db.session.refresh(person)
    assert person.preferred_language == "zh"
    answer = fill_in(browser, "/en/account", send_to=path, preferred_language="xx")
    assert answer.status_code == 422
    assert browser.get("/").location == "/zh/"


def test_the_page_costs_as_much_with_many_devices_as_with_one(signed_in_as, count_statements):
    person = make_person("staff")
    browser = signed_in_as(person)
    counts = []
    for _ in range(2):
        with count_statements() as statements:
            browser.get("/en/account")
        counts.append(len(statements))
        for _ in range(10):
            signed_in_as(person)
    assert counts[0] == counts[1] <= 4


def test_visitors_are_asked_to_sign_in_and_tokens_to_be_ones_own(app, client, signed_in_as):
    assert client.get("/en/account").location.startswith("/en/sign-in")
    browser, other = signed_in_as(make_person()), signed_in_as(make_person())
    borrowed = token_on(other, "/en/account")
    for data in ({}, {"csrf_token": borrowed}):
        assert browser.post("/en/account/devices/end-others", data=data).status_code == 400
    assert is_in(browser)
