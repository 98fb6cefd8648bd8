"""Reported messages: staff see these alone, that they saw them is kept, and they hide or leave."""

import pytest

from lms.accounts.models import PersonRole
from lms.boards.models import Message
from lms.core import clock
from lms.core.access_log import AccessEntry
from lms.core.audit import history_of
from lms.core.db import db
from lms.notifications.models import Notice
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.conversations import make_adult, make_conversation
from tests.factories.enrolment import make_run
from tests.forms import fill_in, token_on

LIST = "/en/manage/reported-messages"


def report(message):
    return f"/en/messages/reports/{message.id}"


def desk(message):
    return f"{LIST}/{message.id}"


@pytest.fixture
def talk(app):
    run = make_run()
    author = make_adult(run, full_name="Author Bold")
    receiver = make_adult(run, full_name="Receiver Hoa")
    conversation = make_conversation(
        run, author, receiver, "An insult.", "Our secret answer.", "Another line."
    )
    message, answer, _last = db.session.query(Message).order_by(Message.number).all()
    return author, receiver, conversation, message, answer


def told(person):
    kinds = db.session.query(Notice).filter_by(person_id=person.id)
    return [n.context["what"] for n in kinds if n.kind == "boards.message_report"]


def test_staff_see_exactly_what_was_reported_and_that_they_saw_it_is_kept(signed_in_as, talk):
    author, receiver, _conversation, message, answer = talk
    staff = make_person("staff")
    browser = signed_in_as(staff)
    assert browser.get(desk(message)).status_code == 404
    assert "An insult." in signed_in_as(receiver).get(report(message)).text
    fill_in(signed_in_as(receiver), report(message), words="It hurts.")
    listed = browser.get(LIST).text
    assert "Author Bold" in listed
    assert "An insult." not in listed
    assert db.session.query(AccessEntry).count() == 0
    page = browser.get(desk(message)).text
    for words in ("An insult.", "It hurts.", "Author Bold", "Receiver Hoa"):
        assert words in page
    for words in ("Our secret answer.", "Another line."):
        assert words not in page
    assert browser.get(desk(answer)).status_code == 404
    (entry,) = db.session.query(AccessEntry).all()
    assert (entry.actor_id, entry.subject) == (staff.id, f"message {message.id}")
    assert told(staff) == ["reported"]
    assert told(author) == []


def test_only_who_got_a_message_reports_it_and_says_why(signed_in_as, talk):
    author, receiver, conversation, message, _answer = talk
    assert signed_in_as(author).get(report(message)).status_code == 403
    for outsider in (make_person(), make_person("staff")):
        assert signed_in_as(outsider).get(report(message)).status_code == 404
    browser = signed_in_as(receiver)
    for words in ("", "x" * 1001):
        refused = fill_in(browser, report(message), words=words)
        assert refused.status_code == 422
        assert 'id="words-error"' in refused.text
    db.session.refresh(message)
    assert message.reported_at is None
    fill_in(browser, report(message), words="First.")
    fill_in(browser, report(message), words="Second.")
    db.session.refresh(message)
    assert message.report_words == "First."
    assert "You have reported this" in browser.get(f"/en/messages/{conversation.id}").text
    assert "eported" not in signed_in_as(author).get(f"/en/messages/{conversation.id}").text


def test_twenty_reports_an_hour_are_enough_and_the_next_is_not_lost(signed_in_as):
    run = make_run()
    author, receiver = make_adult(run), make_adult(run)
    make_conversation(run, author, receiver, *[f"No. {2 * n}" for n in range(41)])
    got = db.session.query(Message).filter_by(author_id=author.id).order_by(Message.number).all()
    browser = signed_in_as(receiver)
    data = {"csrf_token": token_on(browser, report(got[0])), "words": "It hurts."}
    for message in got[:20]:
        assert browser.post(report(message), data=data).status_code == 303
    refused = browser.post(report(got[20]), data=data)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "You have written a lot in a short time." in refused.text
    assert "It hurts." in refused.text
    reported = db.session.query(Message).filter(Message.reported_at.isnot(None))
    assert reported.count() == 20


def test_a_hidden_message_is_hidden_from_both(signed_in_as, talk, outbox, run_jobs):
    author, receiver, conversation, message, _answer = talk
    fill_in(signed_in_as(receiver), report(message), words="It hurts.")
    browser = signed_in_as(make_person("admin"))
    for _twice in range(2):
        fill_in(browser, desk(message), send_to=f"{desk(message)}/settle", decision="hide")
    for person in (author, receiver):
        page = signed_in_as(person).get(f"/en/messages/{conversation.id}").text
        assert "An insult." not in page
        assert "The staff have hidden this message." in page
        assert "Our secret answer." in page
        assert told(person) == ["hidden"]
    assert "An insult." not in signed_in_as(receiver).get(report(message)).text
    assert "Author Bold" not in browser.get(LIST).text
    assert [e.new for e in history_of(("message", message.id))] == ["reported", "hidden"]
    run_jobs()
    assert not any("An insult." in m.body + m.alternatives[0][0] for m in outbox)
    late = fill_in(browser, desk(message), send_to=f"{desk(message)}/settle", decision="dismiss")
    assert late.status_code == 303
    assert "decided on this report otherwise" in browser.get(desk(message)).text
    db.session.refresh(message)
    assert message.hidden_at is not None


def test_a_report_may_be_left_as_it_is(signed_in_as, talk):
    author, receiver, conversation, message, _answer = talk
    fill_in(signed_in_as(receiver), report(message), words="Hm.")
    browser = signed_in_as(make_person("staff"))
    fill_in(browser, desk(message), send_to=f"{desk(message)}/settle", decision="dismiss")
    assert "An insult." in signed_in_as(receiver).get(f"/en/messages/{conversation.id}").text
    assert (told(receiver), told(author)) == (["dismissed"], [])
    assert "Author Bold" not in browser.get(LIST).text


def test_nobody_decides_on_their_own_message_or_report(signed_in_as):
    run = make_run()
    author, receiver = make_adult(run), make_adult(run)
    make_conversation(run, author, receiver, "An insult.")
    (message,) = db.session.query(Message).all()
    fill_in(signed_in_as(receiver), report(message), words="It hurts.")
    for person in (author, receiver):
        save(PersonRole(person_id=person.id, role="staff", granted_at=clock.now()))
        browser = signed_in_as(person)
        data = {"csrf_token": token_on(browser, "/en/ask"), "decision": "dismiss"}
        assert browser.post(f"{desk(message)}/settle", data=data).status_code == 403
    db.session.refresh(message)
    assert message.report_settled_at is None
