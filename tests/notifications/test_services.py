"""Somebody is told once, in the inbox and by mail; what was read long ago goes."""

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person, PersonState
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.jobs.schedule import enqueue_periodic
from lms.notifications import services
from lms.notifications.models import Link, Notice
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.notifications import make_notice

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)
TITLE = words("Urban Transport")
LINK = Link("certificates.show_certificate", {"certificate_id": 7})


def context():
    return {
        "certificate_id": 7,
        "holder_name": "BATBAYAR",
        "course_title": TITLE,
        "number": "BGCF-1",
        "verification_code": "ABCD",
        "is_sample": False,
    }


def tell(person, **values):
    with unit_of_work():
        services.notify(
            person,
            "certificates.issued",
            **{"context": context(), "link": LINK, "now": AT} | values,
        )


def notices():
    return db.session.scalars(select(Notice).order_by(Notice.id)).all()


def test_a_notice_is_put_into_the_inbox_and_mailed_in_the_receivers_language(app, run_jobs, outbox):
    person = make_person(preferred_language="ko")
    tell(person, group="TST-1")
    run_jobs()

    (notice,) = notices()
    assert (notice.person_id, notice.kind, notice.group) == (
        person.id,
        "certificates.issued",
        "TST-1",
    )
    assert (notice.endpoint, notice.values) == (LINK.endpoint, LINK.values)
    assert (notice.created_at, notice.read_at) == (AT, None)
    assert notice.context == context() | {"course_title": TITLE.to_json()}
    (mail,) = outbox
    assert mail.to == [person.email]
    assert TITLE.texts["ko"] in mail.body


def test_each_mail_of_a_worker_is_in_its_own_receivers_language(app, run_jobs, outbox):
    for language in ("ko", "en", "zh"):
        tell(make_person(preferred_language=language))
    run_jobs()
    for mail, language in zip(outbox, ("ko", "en", "zh"), strict=True):
        assert f"“{TITLE.texts[language]}”" in mail.body


def test_a_notice_alone_is_not_mailed(app, run_jobs, outbox):
    tell(make_person(), mail=False)
    run_jobs()
    assert len(notices()) == 1
    assert outbox == []


def test_what_only_the_mail_says_and_carries_is_not_kept(app, run_jobs, outbox):
    person = make_person()
    file = {"name": "session.ics", "mimetype": "text/calendar", "text": "BEGIN:VCALENDAR\r\n회의"}
    tell(person, mail_context={"number": "BGCF-SECRET"}, attachments=[file])
    run_jobs()

    (mail,) = outbox
    assert "BGCF-SECRET" in mail.body
    parts = message_from_bytes(mail.message().as_bytes(), policy=default).walk()
    (sent,) = (part for part in parts if part.get_filename() == "session.ics")
    assert sent.get_content_type() == "text/calendar"
    assert sent.get_content().splitlines() == ["BEGIN:VCALENDAR", "회의"]
    (notice,) = notices()
    assert notice.context["number"] == "BGCF-1"
    kept = repr([job.payload for job in db.session.scalars(select(Job))])
    assert "SECRET" not in kept
    assert "VCALENDAR" not in kept


def test_with_a_key_each_person_is_told_once(app, run_jobs, outbox):
    first, second = make_person(), make_person()
    for person in (first, second, first):
        tell(person, key="sitting 7 moved, 2")
    run_jobs()
    tell(first, key="sitting 7 moved, 2")
    run_jobs()
    assert [notice.person_id for notice in notices()] == [first.id, second.id]
    assert [mail.to for mail in outbox] == [[first.email], [second.email]]

    tell(first, key="sitting 7 moved, 3")
    tell(first)
    tell(first)
    assert len(notices()) == 5


@pytest.mark.parametrize(
    "state", [PersonState.INVITED, PersonState.REGISTERED, PersonState.DISABLED]
)
def test_who_cannot_sign_in_is_told_nothing(app, run_jobs, outbox, state):
    tell(make_person(state=state))
    run_jobs()
    assert notices() == []
    assert outbox == []


def test_two_at_once_tell_a_person_once(app_of_its_own):
    with app_of_its_own.app_context():
        person_id = make_person().id
    together = threading.Barrier(2)

    def tell_at_once():
        with app_of_its_own.app_context():
            person = db.session.get_one(Person, person_id)
            together.wait()
            tell(person, key="once")

    threads = [threading.Thread(target=tell_at_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app_of_its_own.app_context():
        assert len(notices()) == 1
        mails = select(func.count()).where(Job.kind == "notifications.mail")
        assert db.session.scalar(mails) == 1


def test_a_notice_stays_read_since_the_first_time(app):
    notice = make_notice(make_person())
    with unit_of_work():
        services.mark_read(notice, now=AT)
    with unit_of_work():
        services.mark_read(notice, now=AT + timedelta(days=1))
    db.session.expire_all()
    assert notice.read_at == AT


def test_all_are_marked_up_to_what_was_seen_and_nobody_elses(app):
    person, other = make_person(), make_person()
    read = make_notice(person, read_at=AT)
    theirs = make_notice(other)
    seen = make_notice(person)
    arrived_since = make_notice(person)
    with unit_of_work():
        services.mark_all_read(person, up_to=seen.id, now=AT + timedelta(days=1))
    db.session.expire_all()
    assert seen.read_at == AT + timedelta(days=1)
    assert read.read_at == AT
    assert arrived_since.read_at is None
    assert theirs.read_at is None


def test_what_was_read_half_a_year_ago_goes(app, run_jobs):
    person, now = make_person(), clock.now()
    make_notice(person, read_at=now - timedelta(days=181))
    stays = {
        make_notice(person, read_at=now - timedelta(days=179)).id,
        make_notice(person, created_at=now - timedelta(days=900)).id,
    }
    enqueue_periodic()
    run_jobs()
    assert {notice.id for notice in notices()} == stays
