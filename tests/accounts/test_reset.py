from datetime import timedelta

import time_machine

from lms.accounts import passwords, services
from lms.accounts.models import LinkKind, PersonState
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_person
from tests.forms import fill_in

NEW = "another long one"


def ask(client, email="bat@gov.example"):
    return fill_in(client, "/en/reset", email=email)


def test_a_new_password_by_mail_signs_one_in_here_and_out_everywhere_else(
    client, person_with_password, signed_in_as, mail_link
):
    person = person_with_password(email="bat@gov.example")
    other_device = signed_in_as(person)
    ask(client)
    link = mail_link()
    assert client.get(link).status_code == 200
    assert fill_in(client, link, password=NEW).location == "/en/my-learning"
    assert client.get("/en/account").status_code == 200
    assert other_device.get("/en/account").status_code == 302
    assert not passwords.matches(person.password_hash, PASSWORD)
    assert passwords.matches(person.password_hash, NEW)


def test_who_has_a_new_password_is_told(client, person_with_password, mail_link, outbox):
    person_with_password(email="bat@gov.example")
    ask(client)
    fill_in(client, mail_link(), password=NEW)
    mail_link()
    assert [mail.subject for mail in outbox] == [
        "Choose a new password for Ieum",
        "Your password for Ieum was changed",
    ]


def test_known_and_unknown_addresses_get_the_same_answer_from_the_same_work(
    client, count_statements, outbox, run_jobs
):
    make_person(email="known@gov.example")

    def asked(email):
        with count_statements() as statements:
            answer = ask(client, email)
        return answer.status_code, answer.location, answer.text, list(statements)

    assert asked("known@gov.example") == asked("nobody@gov.example")
    page = client.get("/en/check-your-mail").text
    ask(client, "known@gov.example")
    known = client.get("/en/check-your-mail").text
    assert page == known.replace("known@", "nobody@")
    run_jobs()
    assert {mail.to[0] for mail in outbox} == {"known@gov.example"}


def test_a_link_works_once_for_an_hour_and_dies_with_a_newer_one(
    app, client, person_with_password, mail_link
):
    person_with_password(email="bat@gov.example")
    ask(client)
    old = mail_link()
    ask(client)
    new = mail_link()
    dead = client.get(old)
    assert dead.status_code == 410
    assert "/en/reset" in dead.text
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get(new).status_code == 410
    assert fill_in(client, new, password=NEW).status_code == 302
    assert app.test_client().get(new).status_code == 410
    assert client.get("/en/reset/unknown").status_code == 404


def test_a_link_of_one_kind_is_none_of_the_other(client, app):
    person = make_person(state="registered")
    with unit_of_work():
        confirm = services.make_link(person, LinkKind.CONFIRM_EMAIL, now=clock.now())
        reset = services.make_link(person, LinkKind.RESET_PASSWORD, now=clock.now())
    assert client.get(f"/en/reset/{confirm}").status_code == 404
    assert client.get(f"/en/confirm-email/{reset}").status_code == 404


def test_a_weak_password_leaves_the_link_as_it_was(client, person_with_password, mail_link):
    person_with_password("staff", email="bat@gov.example")
    ask(client)
    link = mail_link()
    for weak in ("password1", "eleven lett", "bat@gov.example"):
        answer = fill_in(client, link, password=weak)
        assert answer.status_code == 422
        assert 'id="password-error"' in answer.text
    assert fill_in(client, link, password="twelve letters").location == "/en/manage/runs"


def test_who_never_confirmed_has_done_so_by_reading_the_mail(
    client, person_with_password, mail_link
):
    person = person_with_password(email="bat@gov.example", state="registered")
    ask(client)
    fill_in(client, mail_link(), password=NEW)
    db.session.refresh(person)
    assert person.state == PersonState.ACTIVE


def test_a_closed_account_gets_no_link(client, person_with_password, outbox, run_jobs):
    person_with_password(email="bat@gov.example", state="disabled")
    assert ask(client).status_code == 302
    run_jobs()
    assert outbox == []


def test_the_token_is_gone_from_the_database_once_the_mail_has_left(
    app, client, person_with_password, mail_link
):
    person_with_password(email="bat@gov.example")
    ask(client)
    token = mail_link().rpartition("/")[2]
    dump = "\n".join(
        str(row)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(table.select())
    )
    assert "bat@gov.example" in dump
    assert token not in dump
