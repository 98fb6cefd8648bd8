"""How somebody wants to be told is kept, followed by what is told, and taken back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms.core.audit import history_of
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.notifications import queries, rules, services
from lms.notifications.models import How, Link, Notice, Topic
from lms.notifications.rules import USUAL
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.notifications import make_notice

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)
KIND = "certificates.issued"  # any kind that has its templates
CONTEXT = {
    "certificate_id": 7,
    "holder_name": "BATBAYAR",
    "course_title": words("Urban Transport"),
    "number": "BGCF-1",
    "verification_code": "ABCD",
    "is_sample": False,
}


@pytest.fixture(autouse=True)
def topic(monkeypatch):
    """What is told in these tests can be chosen."""
    monkeypatch.setitem(rules.TOPICS, KIND, Topic.REPLIES)


def choose(person, *, hour=8, weekday=0, **choices):
    """Save as the page does: every topic, those not named as they were."""
    told = queries.how_one_is_told(person.id)
    chosen = told | {Topic(topic): how for topic, how in choices.items()}
    with unit_of_work():
        services.save_choices(person, chosen, hour=hour, weekday=weekday, now=AT)


def tell(*people, **values):
    with unit_of_work():
        services.notify_all(
            people,
            KIND,
            **{
                "context": CONTEXT,
                "link": Link("certificates.show_certificate", {"certificate_id": 7}),
                "now": AT,
            }
            | values,
        )


def digests():
    """What each notice waits for, in the order they were told."""
    return db.session.scalars(select(Notice.digest).order_by(Notice.id)).all()


def test_without_a_choice_it_is_as_usual(app):
    person = make_person()
    assert queries.how_one_is_told(person.id) == USUAL
    assert USUAL[Topic.FOLLOWED] == How.DAILY
    assert queries.digest_time(person.id) == (8, 0)


@pytest.mark.parametrize(
    "how, mails, waits_for",
    [
        (How.AT_ONCE, 1, None),
        (How.DAILY, 0, "daily"),
        (How.WEEKLY, 0, "weekly"),
        (How.NEVER, 0, None),
    ],
)
def test_the_mail_follows_the_choice_and_the_inbox_does_not(
    app, run_jobs, outbox, *, how, mails, waits_for
):
    person = make_person()
    choose(person, replies=how)
    tell(person)
    run_jobs()
    assert digests() == [waits_for]
    assert len(outbox) == mails


def test_a_notice_that_is_not_to_be_mailed_waits_for_no_digest(app):
    person = make_person()
    choose(person, replies=How.DAILY)
    tell(person, mail=False)
    assert digests() == [None]


def test_what_matters_is_mailed_whatever_was_chosen(app, run_jobs, outbox, monkeypatch):
    monkeypatch.delitem(rules.TOPICS, KIND)
    person = make_person()
    choose(person, **dict.fromkeys(USUAL, How.NEVER))
    tell(person)
    run_jobs()
    (mail,) = outbox
    assert not [name for name in mail.message() if name.startswith("List-")]
    assert "unsubscribe" not in mail.body


def test_many_are_told_each_in_their_way(app, run_jobs, outbox):
    at_once, daily, never, gone = (
        make_person(),
        make_person(),
        make_person(),
        make_person(state="disabled"),
    )
    choose(daily, replies=How.DAILY)
    choose(never, replies=How.NEVER)
    tell(at_once, daily, never, gone)
    run_jobs()
    told = db.session.execute(select(Notice.person_id, Notice.digest).order_by(Notice.id)).all()
    assert told == [(at_once.id, None), (daily.id, "daily"), (never.id, None)]
    assert [mail.to for mail in outbox] == [[at_once.email]]


def test_choices_are_asked_for_once_however_many_are_told(app, count_statements):
    people = [make_person() for _ in range(12)]
    for person in people:
        choose(person, replies=How.NEVER)
    db.session.expire_all()
    everybody = list(db.session.scalars(select(type(people[0]))))
    with count_statements() as statements:
        tell(*everybody)
    assert sum("notification_choices" in statement for statement in statements) == 1


def test_with_a_key_nobody_is_told_twice_in_a_digest_either(app):
    person = make_person()
    choose(person, replies=How.DAILY)
    tell(person, person, key="once")
    tell(person, key="once")
    assert digests() == ["daily"]


def test_the_history_says_what_was_chosen_and_nothing_of_what_stayed(app):
    person = make_person()
    for _ in range(2):
        choose(person, replies=How.WEEKLY, hour=20, weekday=4)
    entity = "notification_choice:replies"
    (change,) = history_of((entity, person.id))
    assert (change.old, change.new, change.actor_id) == ("at_once", "weekly", person.id)
    (change,) = history_of(("digest_time", person.id))
    assert (change.old, change.new) == ("0 8:00", "4 20:00")
    assert not history_of(("notification_choice:mentions", person.id))


@pytest.mark.parametrize(
    "how, waits_for",
    [
        (How.WEEKLY, "weekly"),  # goes along into the other digest
        (How.NEVER, None),  # nothing of it is mailed any more
        (How.AT_ONCE, "daily"),  # what waits leaves with its digest, not as so many mails
    ],
)
def test_what_waits_goes_with_a_changed_choice(app, run_jobs, outbox, how, waits_for):
    person, other = make_person(), make_person()
    for each in (person, other):
        choose(each, replies=How.DAILY)
    tell(person, other)
    of_another_topic = make_notice(person, kind="boards.followed", digest="daily")
    choose(person, replies=how)
    run_jobs()
    assert digests() == [waits_for, "daily", "daily"]
    assert of_another_topic.digest == "daily"
    assert outbox == []


def test_stopped_twice_and_taken_back_twice_it_is_as_before(app):
    person = make_person()
    choose(person, replies=How.WEEKLY)
    for _ in range(2):
        with unit_of_work():
            services.stop_mails(person, Topic.REPLIES, now=AT)
    told = queries.how_one_is_told(person.id)
    assert told == USUAL | {Topic.REPLIES: How.NEVER}
    assert queries.is_stopped(person.id, Topic.REPLIES) == (True, True)
    for _ in range(2):
        with unit_of_work():
            services.resume_mails(person, Topic.REPLIES, now=AT)
    assert queries.how_one_is_told(person.id) == USUAL | {Topic.REPLIES: How.WEEKLY}
    assert queries.is_stopped(person.id, Topic.REPLIES) == (False, False)
    reasons = [change.reason for change in history_of(("notification_choice:replies", person.id))]
    assert reasons == ["", "by the link in a mail", "by the link in a mail"]


def test_stopping_digests_stops_what_is_told_by_them_and_nothing_else(app):
    person = make_person()
    choose(person, mentions=How.WEEKLY, messages=How.NEVER)
    before = queries.how_one_is_told(person.id)
    with unit_of_work():
        services.stop_mails(person, None, now=AT)
    assert queries.how_one_is_told(person.id) == {
        Topic.REPLIES: How.AT_ONCE,
        Topic.MENTIONS: How.NEVER,
        Topic.FOLLOWED: How.NEVER,
        Topic.MESSAGES: How.NEVER,
        Topic.NOTICES: How.AT_ONCE,
    }
    with unit_of_work():
        services.resume_mails(person, None, now=AT)
    assert queries.how_one_is_told(person.id) == before


def test_what_was_chosen_after_a_stop_is_not_undone_by_its_link(app):
    person = make_person()
    with unit_of_work():
        services.stop_mails(person, Topic.REPLIES, now=AT)
    choose(person, replies=How.NEVER)
    with unit_of_work():
        services.resume_mails(person, Topic.REPLIES, now=AT)
    assert queries.how_one_is_told(person.id)[Topic.REPLIES] == How.NEVER
    assert queries.is_stopped(person.id, Topic.REPLIES) == (True, False)


def test_one_persons_stop_is_not_anothers(app):
    person, other = make_person(), make_person()
    with unit_of_work():
        services.stop_mails(person, None, now=AT)
    assert queries.how_one_is_told(other.id) == USUAL
