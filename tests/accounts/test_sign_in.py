from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.accounts import login
from lms.accounts.models import LoginSession, PersonRole
from lms.core import clock
from lms.core.db import db
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_person
from tests.forms import fill_in, token_on


@pytest.mark.parametrize("typed", ["bat@gov.example", " BAT@Gov.Example ", "ｂａｔ＠gov.example"])
def test_signing_in_leads_to_ones_learning(client, sign_in, person_with_password, typed):
    person_with_password(email="bat@gov.example")
    assert sign_in(typed).location == "/en/my-learning"
    assert client.get("/en/account").status_code == 200


def test_staff_are_led_to_their_pages(sign_in, person_with_password):
    person_with_password("staff", email="bat@gov.example")
    assert sign_in("bat@gov.example").location == "/en/manage/runs"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/ko/cities/?x=1", "/ko/cities/?x=1"),
        ("//evil.example", "/en/my-learning"),
        ("https://evil.example/", "/en/my-learning"),
        ("/\\evil.example", "/en/my-learning"),
        ("javascript:alert(1)", "/en/my-learning"),
    ],
)
def test_the_way_goes_back_and_stays_here(sign_in, person_with_password, asked, led):
    person_with_password(email="bat@gov.example")
    assert sign_in("bat@gov.example", query=f"?next={asked}").location == led


def test_the_guard_sends_one_back_to_the_page_one_wanted(client, sign_in, person_with_password):
    person_with_password(email="bat@gov.example")
    answer = client.get("/ko/account?x=1")
    assert answer.location == "/ko/sign-in?next=/ko/account?x%3D1"
    answer = fill_in(client, answer.location, email="bat@gov.example", password=PASSWORD)
    assert answer.location == "/ko/account?x=1"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client, sign_in, person_with_password
):
    person_with_password(email="known@gov.example")
    known = sign_in("known@gov.example", "not the password")
    unknown = sign_in("nobody@gov.example", "not the password")
    assert known.status_code == unknown.status_code == 422
    assert "do not belong together" in known.text

    def plain(answer, name):
        return answer.text.replace(name, "x").replace(token_in(answer), "")

    assert plain(known, "known@") == plain(unknown, "nobody@")


def token_in(answer):
    return answer.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


@pytest.mark.parametrize("state", ["invited", "disabled"])
def test_an_account_that_is_not_open_lets_nobody_in(client, sign_in, person_with_password, state):
    person_with_password(email="bat@gov.example", state=state)
    assert sign_in("bat@gov.example").status_code == 422
    assert client.get("/en/account").status_code == 302


def test_who_has_not_confirmed_gets_a_new_link(client, sign_in, person_with_password, mail_link):
    person_with_password(email="bat@gov.example", state="registered", email_confirmed_at=None)
    assert sign_in("bat@gov.example").location == "/en/check-your-mail"
    assert client.get("/en/account").status_code == 302
    assert fill_in(client, mail_link()).location == "/en/profile"


def test_guessing_gets_slower_and_slower(sign_in, person_with_password, on_the_hour):
    person_with_password(email="bat@gov.example")
    tried = [sign_in("bat@gov.example", "no").status_code for _ in range(12)]
    assert tried == [422] * 5 + [429] * 7
    refused = sign_in("bat@gov.example", PASSWORD)
    assert refused.status_code == 429
    first_wait = int(refused.headers["Retry-After"])
    assert 0 < first_wait <= 61
    assert "Too many tries" in refused.text

    on_the_hour.shift(timedelta(minutes=2))
    tried = [sign_in("bat@gov.example", "no").status_code for _ in range(12)]
    assert tried == [422] * 5 + [429] * 7
    on_the_hour.shift(timedelta(minutes=2))
    refused = sign_in("bat@gov.example", "no")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > first_wait


def test_who_reads_the_mails_of_the_account_is_never_locked_out(
    app, client, sign_in, person_with_password, mail_link
):
    person_with_password(email="bat@gov.example")
    for _ in range(12):
        sign_in("bat@gov.example", "no")
    fill_in(client, "/en/reset", email="bat@gov.example")
    assert fill_in(client, mail_link(), password="another long one").status_code == 302
    browser = app.test_client()
    assert sign_in("bat@gov.example", "another long one", browser).status_code == 302


def test_somebody_elses_guesses_keep_nobody_else_behind_the_same_address_out(
    app, sign_in, person_with_password
):
    person_with_password(email="bat@gov.example")
    for _ in range(8):
        sign_in("victim@gov.example", "no")
    assert sign_in("bat@gov.example").status_code == 302


def test_right_passwords_never_use_up_the_tries(app, sign_in, person_with_password):
    person_with_password(email="bat@gov.example")
    for _ in range(12):
        assert sign_in("bat@gov.example", browser=app.test_client()).status_code == 302


def test_guessing_at_many_accounts_from_one_address_ends(sign_in, on_the_hour):
    tried = [sign_in(f"p{n}@gov.example", "no").status_code for n in range(70)]
    assert tried[:60] == [422] * 60
    assert set(tried[60:]) == {429}


def test_a_claimed_forwarding_address_opens_no_new_count(client, on_the_hour):
    def guess(number):
        data = {"csrf_token": token_on(client, "/en/sign-in"), "password": "no"}
        return client.post(
            "/en/sign-in",
            data={**data, "email": f"p{number}@gov.example"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code

    assert [guess(n) for n in range(62)][-1] == 429


def test_signing_in_makes_a_new_session_and_new_form_tokens(client, sign_in, person_with_password):
    person_with_password(email="bat@gov.example")
    before = token_on(client, "/en/sign-in")
    answer = sign_in("bat@gov.example")
    assert client.post("/en/sign-out", data={"csrf_token": before}).status_code == 400
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("ieum="))
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie
    stored = db.session.scalars(select(LoginSession.token_hash)).one()
    assert stored not in cookie


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, person_with_password, sign_in):
    person = person_with_password(email="bat@gov.example")
    browser, thief = app.test_client(), app.test_client()
    sign_in("bat@gov.example", browser=browser)
    thief.set_cookie(login.cookie_name(), browser.get_cookie(login.cookie_name()).value)
    assert thief.get("/en/account").status_code == 200
    answer = fill_in(browser, "/en/account", send_to="/en/sign-out")
    assert answer.location == "/en/"
    assert "cache" in answer.headers["Clear-Site-Data"]
    for client in (browser, thief):
        assert client.get("/en/account").status_code == 302
    assert person.email == "bat@gov.example"


def test_signing_out_needs_more_than_a_link(signed_in_as):
    browser = signed_in_as(make_person())
    assert browser.get("/en/sign-out").status_code == 405
    assert browser.post("/en/sign-out").status_code == 400
    assert browser.get("/en/account").status_code == 200


@pytest.mark.parametrize(
    ("role", "idle", "answer"),
    [
        (None, timedelta(hours=11), 200),
        (None, timedelta(hours=13), 302),
        ("staff", timedelta(minutes=29), 200),
        ("staff", timedelta(minutes=31), 302),
    ],
)
def test_an_idle_session_ends(signed_in_as, role, idle, answer):
    with time_machine.travel(clock.now(), tick=False) as at:
        browser = signed_in_as(make_person(*filter(None, [role])))
        at.shift(idle)
        assert browser.get("/en/account").status_code == answer


def test_a_session_in_use_goes_on_until_its_last_day(signed_in_as):
    with time_machine.travel(clock.now(), tick=False) as at:
        browser = signed_in_as(make_person())
        for _ in range(60):
            at.shift(timedelta(hours=12) - timedelta(minutes=1))
            assert browser.get("/en/account").status_code == 200
        at.shift(timedelta(hours=1))
        assert browser.get("/en/account").status_code == 302


def test_who_is_closed_out_is_out_at_the_next_step(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)
    assert browser.get("/en/account").status_code == 200
    person.state = "disabled"
    db.session.commit()
    assert browser.get("/en/account").status_code == 302


def test_a_role_taken_counts_at_the_next_step(signed_in_as):
    person = make_person("staff")
    browser = signed_in_as(person)
    assert "Staff" in browser.get("/en/account").text
    db.session.delete(db.session.scalars(select(PersonRole)).one())
    db.session.commit()
    assert ">Staff<" not in browser.get("/en/account").text


def test_a_form_of_signing_in_costs_few_statements(client, person_with_password, count_statements):
    person_with_password("staff", "admin", email="bat@gov.example")
    token = token_on(client, "/en/sign-in")
    entered = {"csrf_token": token, "email": "bat@gov.example", "password": PASSWORD}
    with count_statements() as statements:
        client.post("/en/sign-in", data=entered)
    assert len(statements) <= 3


def test_the_demonstration_names_its_accounts(app, client, person_with_password, monkeypatch):
    person_with_password("staff", email="staff@demo.example", is_demo=True)
    person_with_password(email="bat@gov.example")
    assert "staff@demo.example" not in client.get("/en/sign-in").text
    monkeypatch.setitem(app.config, "DEMO", True)
    page = client.get("/en/sign-in").text
    assert "staff@demo.example" in page
    assert "bat@gov.example" not in page
