"""Mails are stopped by one click, by whoever holds their link and by nobody else."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.notifications import queries, rules, services, stop_token
from lms.notifications.models import How, Link, Topic
from lms.notifications.rules import USUAL, Stop
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.notifications import make_notice
from tests.forms import TOKEN

KIND = "certificates.issued"
AT = datetime(2026, 11, 24, 6, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def person(app):
    return make_person(time_zone="Asia/Seoul")


@pytest.fixture
def mail(app, person, run_jobs, outbox, monkeypatch):
    """A mail about an answer."""
    monkeypatch.setitem(rules.TOPICS, KIND, Topic.REPLIES)
    context = {
        "certificate_id": 7,
        "holder_name": "BATBAYAR",
        "course_title": words("Urban Transport"),
        "number": "BGCF-1",
        "verification_code": "ABCD",
        "is_sample": False,
    }
    with unit_of_work():
        link = Link("certificates.show_certificate", {"certificate_id": 7})
        services.notify(person, KIND, context=context, link=link, now=AT)
    run_jobs()
    return outbox[0]


def path_of(person, topic):
    return f"/en/notifications/unsubscribe/{stop_token.make(Stop(person.id, topic))}"


def told(person):
    return queries.how_one_is_told(person.id)


def test_the_mail_names_the_link_in_its_headers_and_both_its_texts(app, person, mail):
    url = app.config["BASE_URL"] + path_of(person, Topic.REPLIES)
    sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    assert sent["List-Unsubscribe"].strip() == f"<{url}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    choices = app.config["BASE_URL"] + "/en/notifications/choices"
    for part in (mail.body, mail.alternatives[0][0]):
        assert url in part
        assert choices in part
        assert "Do not reply to this mail" in part


def test_the_address_in_the_header_is_whole_as_it_is_sent(app, person, mail):
    """Encoded or folded within it, programs would not find it."""
    raw = mail.message().as_bytes()
    url = app.config["BASE_URL"] + path_of(person, Topic.REPLIES)
    assert re.search(
        rb"^List-Unsubscribe:\s+<" + re.escape(url.encode()) + rb">\r?$", raw, re.MULTILINE
    )


def test_a_mail_program_stops_them_without_page_session_or_token(client, person, mail):
    url = re.search("<(.+)>", mail.message()["List-Unsubscribe"])[1]
    path = url.removeprefix(client.application.config["BASE_URL"])
    answer = client.post(path, data=ONE_CLICK)
    assert answer.status_code == 200  # no way on: such programs do not follow one
    assert told(person) == USUAL | {Topic.REPLIES: How.NEVER}
    assert client.post(path, data=ONE_CLICK).status_code == 200
    assert told(person) == USUAL | {Topic.REPLIES: How.NEVER}


def test_looking_changes_nothing(client, person):
    path = path_of(person, Topic.REPLIES)
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(path, method=method)
    page = client.get(path)
    assert "Answers to what you wrote" in page.text
    assert person.email not in page.text
    assert person.full_name not in page.text
    assert told(person) == USUAL
    assert db.session.query(StatusEvent).count() == 0


def test_it_is_undone_by_the_page_that_follows(client, person):
    path = path_of(person, Topic.REPLIES)
    page = client.post(path, data=ONE_CLICK).text
    assert "These mails are stopped" in page
    assert f'action="{path}/undo"' in page
    assert client.post(f"{path}/undo").status_code == 400  # a page's own form, with its token
    answer = client.post(f"{path}/undo", data={"csrf_token": TOKEN.search(page)[1]})
    assert (answer.status_code, answer.location) == (303, path)
    assert told(person) == USUAL
    page = client.get(path).text
    assert "You get these mails again." in page
    assert "Stop these mails" in page


def test_where_nothing_was_stopped_by_the_link_there_is_nothing_to_undo(client, person):
    with unit_of_work():
        choices = told(person) | {Topic.REPLIES: How.NEVER}
        services.save_choices(person, choices, hour=8, weekday=0, now=AT)
    page = client.get(path_of(person, Topic.REPLIES)).text
    assert "These mails are stopped" in page
    assert "Undo" not in page


def test_the_link_of_a_digest_stops_digests(client, person, run_jobs, outbox):
    told_of = {"name": "Bat", "title": words("Who pays?").to_json(), "board_kind": "ideas"}
    told_of |= {"board_title": None, "cohort_no": None, "reason": "new_post"}
    make_notice(person, created_at=AT, digest="daily", kind="boards.followed", context=told_of)
    with unit_of_work():
        services.send_digest(person, now=datetime(2026, 11, 25, 0, tzinfo=UTC))
    run_jobs()
    (digest,) = outbox
    path = path_of(person, None)
    header = digest.message()["List-Unsubscribe"]
    assert header == f"<{client.application.config['BASE_URL']}{path}>"
    make_notice(person, digest="daily", kind="boards.followed")
    client.post(path, data=ONE_CLICK)
    assert told(person) == USUAL | {Topic.FOLLOWED: How.NEVER}
    assert queries.waiting_for_digests() == []
    assert "Daily and weekly digests" in client.get(path).text


@pytest.mark.parametrize(
    "spoilt",
    [
        # Not the last sign: its last bits stand for nothing.
        lambda token: token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1],
        lambda token: token.partition(".")[0],
        lambda _token: "x" * 43,
        lambda token: "W10." + token.partition(".")[2],
    ],
)
def test_any_other_word_is_not_found_and_stops_nothing(client, person, spoilt):
    token = spoilt(stop_token.make(Stop(person.id, Topic.REPLIES)))
    path = f"/en/notifications/unsubscribe/{token}"
    assert client.get(path).status_code == 404
    assert client.post(path, data=ONE_CLICK).status_code == 404
    assert told(person) == USUAL


@pytest.mark.parametrize("topic", [Topic.ESSENTIAL, Topic.MODERATION])
def test_what_cannot_be_chosen_cannot_be_stopped(client, person, topic):
    assert client.post(path_of(person, topic), data=ONE_CLICK).status_code == 404


def test_a_link_of_nobody_is_not_found(client, app):
    path = f"/en/notifications/unsubscribe/{stop_token.make(Stop(2_000_000, Topic.REPLIES))}"
    assert client.get(path).status_code == 404
    assert client.post(path, data=ONE_CLICK).status_code == 404


def test_what_another_site_sends_to_no_link_is_not_shown_as_the_readers_words(client, app):
    words = "I ask for a new password to be sent to evil@example.org."
    answer = client.post("/en/notifications/unsubscribe/none", data={"body": words})
    assert answer.status_code == 404
    assert words not in answer.text


def test_words_signed_for_something_else_stop_nothing(client, person):
    signed = stop_token.URLSafeSerializer(client.application.config["SECRET_KEY"], salt="another")
    path = f"/en/notifications/unsubscribe/{signed.dumps([person.id, 'replies'])}"
    assert client.post(path, data=ONE_CLICK).status_code == 404
    assert told(person) == USUAL


def test_the_page_costs_few_statements(client, person, count_statements):
    path = path_of(person, None)
    with count_statements() as statements:
        client.get(path)
    assert len(statements) <= 3
