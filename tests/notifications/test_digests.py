"""What waits leaves as one mail at its reader's hour, in their language, and never twice."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.jobs.schedule import enqueue_periodic
from lms.notifications import services
from lms.notifications.models import DigestTime, Notice
from lms.notifications.services.digests import MOST_IN_A_DIGEST
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.notifications import make_notice


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def send(now):
    """Send what is due, as the job does."""
    due = services.people_due(now)
    for person_id in due:
        with unit_of_work():
            services.send_digest(db.session.get_one(Person, person_id), now=now)
    return due


def waiting():
    return db.session.scalar(select(func.count()).where(Notice.digest.is_not(None)))


# Zone, hour; when a notice is put; the minute before its digest leaves; that moment.
HOURS = [
    ("Asia/Ulaanbaatar", 8, "2026-11-23 10:00", "2026-11-23 23:59", "2026-11-24 00:00"),
    ("Asia/Kathmandu", 8, "2026-11-23 10:00", "2026-11-24 02:14", "2026-11-24 02:15"),
    ("America/Los_Angeles", 8, "2026-03-07 17:00", "2026-03-08 14:59", "2026-03-08 15:00"),
    ("America/Los_Angeles", 2, "2026-03-07 17:00", "2026-03-08 09:59", "2026-03-08 10:00"),
    ("America/Los_Angeles", 8, "2026-10-31 17:00", "2026-11-01 15:59", "2026-11-01 16:00"),
    ("Africa/Casablanca", 8, "2026-02-14 12:00", "2026-02-15 07:59", "2026-02-15 08:00"),
    ("", 8, "2026-11-23 10:00", "2026-11-23 22:59", "2026-11-23 23:00"),  # not known: Busan's
]


@pytest.mark.parametrize("zone, hour, told, before, at", HOURS)
def test_it_leaves_at_the_readers_hour(app, run_jobs, outbox, *, zone, hour, told, before, at):
    person = make_person(time_zone=zone)
    save(DigestTime(person_id=person.id, hour=hour, weekday=0))
    make_notice(person, created_at=utc(told), digest="daily")
    assert send(utc(before)) == []
    assert send(utc(at)) == [person.id]
    run_jobs()
    (mail,) = outbox
    assert mail.to == [person.email]


def test_the_weekly_one_leaves_on_the_readers_day(app, run_jobs, outbox):
    person = make_person(time_zone="America/Los_Angeles")
    save(DigestTime(person_id=person.id, hour=20, weekday=6))
    make_notice(person, created_at=utc("2026-10-28 10:00"), digest="weekly")
    # Sunday, 1 November 2026, on which the clocks went back.
    assert send(utc("2026-11-02 03:59")) == []
    assert send(utc("2026-11-02 04:00")) == [person.id]
    make_notice(person, created_at=utc("2026-11-02 05:00"), digest="weekly")
    assert send(utc("2026-11-09 03:59")) == []
    assert send(utc("2026-11-09 04:00")) == [person.id]


def test_twice_is_once_and_what_has_left_waits_no_more(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    make_notice(person, created_at=utc("2026-11-23 10:00"), digest="daily")
    now = utc("2026-11-23 23:10")
    for _ in range(2):
        with unit_of_work():
            services.send_digest(person, now=now)
    run_jobs()
    assert len(outbox) == 1
    assert waiting() == 0
    # What is put later on that day, and an hour later chosen, wait for the next day.
    make_notice(person, created_at=utc("2026-11-23 23:20"), digest="daily")
    with unit_of_work():
        db.session.get_one(DigestTime, person.id).hour = 9
    assert send(utc("2026-11-24 00:30")) == []
    assert send(utc("2026-11-25 00:00")) == [person.id]


def test_after_the_worker_has_slept_for_days_one_leaves(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    for day in range(10, 20):
        make_notice(person, created_at=utc(f"2026-11-{day} 10:00"), digest="daily")
    now = utc("2026-11-24 03:40")
    assert send(now) == [person.id]
    assert send(now + timedelta(hours=1)) == []
    run_jobs()
    (mail,) = outbox
    assert mail.subject == "10 new notifications on Ieum"


def test_two_workers_at_once_send_one(app_of_its_own):
    now = utc("2026-11-23 23:10")
    with app_of_its_own.app_context():
        person_id = make_person(time_zone="Asia/Seoul").id
        make_notice(db.session.get_one(Person, person_id), created_at=utc("2026-11-23 10:00"))
        with unit_of_work():
            db.session.scalars(select(Notice)).one().digest = "daily"
    together = threading.Barrier(2)

    def work():
        with app_of_its_own.app_context():
            assert services.people_due(now) == [person_id]
            together.wait()
            with unit_of_work():
                services.send_digest(db.session.get_one(Person, person_id), now=now)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app_of_its_own.app_context():
        mails = select(func.count()).where(Job.kind == "notifications.mail")
        assert db.session.scalar(mails) == 1
        assert db.session.scalars(select(DigestTime.last_daily_at)).one() == utc("2026-11-23 23:00")


def test_what_was_read_meanwhile_is_left_out(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    read, unread = (
        make_notice(person, created_at=utc("2026-11-23 10:00"), digest="daily") for _ in range(2)
    )
    with unit_of_work():
        services.mark_read(read, now=utc("2026-11-23 12:00"))
    send(utc("2026-11-23 23:10"))
    run_jobs()
    (mail,) = outbox
    assert unread.context["number"] in mail.body
    assert read.context["number"] not in mail.body


def test_when_all_was_read_none_leaves(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    notice = make_notice(person, created_at=utc("2026-11-23 10:00"), digest="daily")
    with unit_of_work():
        services.mark_all_read(person, up_to=notice.id, now=utc("2026-11-23 12:00"))
    assert send(utc("2026-11-23 23:10")) == []
    assert waiting() == 0


def test_who_cannot_sign_in_any_more_gets_none(app):
    person = make_person(time_zone="Asia/Seoul", state="disabled")
    make_notice(person, created_at=utc("2026-11-23 10:00"), digest="daily")
    now = utc("2026-11-23 23:10")
    assert send(now) == []
    with unit_of_work():
        services.send_digest(person, now=now)
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_the_daily_and_the_weekly_one_of_an_hour_are_one_mail(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    numbers = [
        make_notice(person, created_at=utc("2026-11-20 10:00"), digest=how).context["number"]
        for how in ("weekly", "daily")
    ]
    monday = utc("2026-11-22 23:00")
    send(monday)
    run_jobs()
    (mail,) = outbox
    assert all(number in mail.body for number in numbers)
    row = db.session.get_one(DigestTime, person.id)
    assert (row.last_daily_at, row.last_weekly_at) == (monday, monday)


def test_the_daily_one_leaves_what_waits_for_the_week(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    weekly, daily = (
        make_notice(person, created_at=utc("2026-11-23 10:00"), digest=how)
        for how in ("weekly", "daily")
    )
    send(utc("2026-11-23 23:10"))  # Tuesday
    run_jobs()
    (mail,) = outbox
    assert daily.context["number"] in mail.body
    assert weekly.context["number"] not in mail.body
    db.session.expire_all()
    assert weekly.digest == "weekly"


@pytest.mark.parametrize(
    "language, title, address",
    [
        ("ko", "Urban Transport (한)", "/ko/certificates/7"),
        ("en", "Urban Transport", "/en/certificates/7"),
        ("zh", "Urban Transport (中)", "/zh/certificates/7"),
    ],
)
def test_it_says_what_the_inbox_says_in_the_readers_language_and_leads_there(
    app, run_jobs, outbox, *, language, title, address
):
    person = make_person(time_zone="Asia/Seoul", preferred_language=language)
    make_notice(
        person,
        created_at=utc("2026-11-23 10:00"),
        digest="daily",
        endpoint="certificates.show_certificate",
        values={"certificate_id": 7},
    )
    send(utc("2026-11-23 23:10"))
    run_jobs()
    (mail,) = outbox
    html = mail.alternatives[0][0]
    for part in (mail.body, html):
        assert f"“{title}”" in part
        assert app.config["BASE_URL"] + address in part
    assert f'lang="{"zh-Hans" if language == "zh" else language}"' in html
    assert "<p>" not in mail.body


def test_it_is_grouped_by_course_or_board_the_oldest_first(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    groups = ("TST-2", "TST-1", "", "TST-2")
    numbers = [
        make_notice(
            person, created_at=utc("2026-11-23 10:00"), digest="daily", group=group
        ).context["number"]
        for group in groups
    ]
    send(utc("2026-11-23 23:10"))
    run_jobs()
    (mail,) = outbox
    said = re.findall(
        r"^TST-\d$|^Not about one course$|BGCF-2026-TST1-1-\d+", mail.body, re.MULTILINE
    )
    assert said == [
        "TST-2",
        numbers[0],
        numbers[3],
        "TST-1",
        numbers[1],
        "Not about one course",
        numbers[2],
    ]
    html = mail.alternatives[0][0]
    assert re.findall(r"<h2><bdi>(.*?)</bdi></h2>", html) == [
        "TST-2",
        "TST-1",
        "Not about one course",
    ]


def test_of_very_many_it_names_the_newest_and_counts_the_others(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul")
    numbers = [
        make_notice(person, created_at=utc("2026-11-23 10:00"), digest="daily").context["number"]
        for _ in range(MOST_IN_A_DIGEST + 2)
    ]
    send(utc("2026-11-23 23:10"))
    run_jobs()
    (mail,) = outbox
    assert mail.subject == f"{MOST_IN_A_DIGEST + 2} new notifications on Ieum"
    assert re.findall(r"BGCF-2026-TST1-1-\d+", mail.body) == numbers[2:]
    assert "2 older notifications stand on the site." in mail.body
    assert waiting() == 0


def test_what_names_hold_is_no_markup_and_a_page_that_is_gone_no_link(app, run_jobs, outbox):
    person = make_person(time_zone="Asia/Seoul", full_name="<b>Bold</b>")
    make_notice(
        person,
        created_at=utc("2026-11-23 10:00"),
        digest="daily",
        group="<i>TST</i>",
        context={"course_title": words("<script>x</script>").to_json(), "number": "<b>1</b>"},
        endpoint="boards.no_longer_there",
    )
    send(utc("2026-11-23 23:10"))
    run_jobs()
    (mail,) = outbox
    html = mail.alternatives[0][0]
    assert not re.search(r"<script|<i>|<b>", html)
    assert "&lt;script&gt;x" in html
    assert "<script>x</script>" in mail.body
    assert "<b>1</b>" in mail.body


def test_it_costs_the_same_however_much_waits(app, count_statements):
    def cost(many):
        person = make_person(time_zone="Asia/Seoul")
        for n in range(many):
            make_notice(
                person, created_at=utc("2026-11-23 10:00"), digest="daily", group=f"TST-{n}"
            )
        with count_statements() as statements, unit_of_work():
            services.send_digest(person, now=utc("2026-11-23 23:10"))
        return len(statements)

    assert cost(1) == cost(20)


def test_the_worker_sends_them_by_itself(app, run_jobs, outbox):
    person = make_person()
    make_notice(person, created_at=clock.now() - timedelta(days=2), digest="daily")
    for _ in range(2):
        enqueue_periodic()
        run_jobs()
    (mail,) = outbox
    assert mail.to == [person.email]
    assert mail.subject == "1 new notification on Ieum"
