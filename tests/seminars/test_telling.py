"""Those concerned hear what has become of a session: once, in their language, on their clock."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import func, select

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunState
from lms.enrolment.services import change_run_state
from lms.jobs.models import Job
from lms.jobs.queue import enqueue
from lms.notifications.channels import render_mail
from lms.notifications.models import Notice
from lms.seminars.models import Sitting, SittingPerson
from lms.seminars.services import sittings as services
from lms.seminars.services.telling import tell_news
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_guest, make_held_lesson, make_holder, make_sitting
from tests.factories.speakers import make_invitation
from tests.seminars.golden_times import GOLDEN

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
START = datetime(2026, 11, 4, 6, tzinfo=UTC)
TWO_HOURS, DAY = timedelta(hours=2), timedelta(days=1)
TITLE = words("Signals")


@pytest.fixture(autouse=True)
def _two_days_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def run(app):
    return make_run()


@pytest.fixture
def staff(app):
    return make_person("staff")


def announced(run, **values):
    """A scheduled session that those concerned were told of."""
    told = {"told_state": "scheduled", "told_starts_at": START, "told_ends_at": START + TWO_HOURS}
    return make_sitting(run, starts_at=START, **{"title": TITLE, **told, **values})


def holds_without_account(sitting, **values):
    return save(SittingPerson(sitting_id=sitting.id, **{"role": "instructor", **values}))


def enrolled(run, **values):
    person = make_person(**{"time_zone": "Asia/Vientiane", **values})
    make_enrolment(run, person)
    return person


def change(sitting, staff, reason="The mayor is away", **values):
    if "starts_at" in values:
        values.setdefault("ends_at", values["starts_at"] + TWO_HOURS)
    with unit_of_work():
        assert services.change_sitting(
            sitting,
            values,
            revision=sitting.revision,
            reason=reason,
            actor=staff,
            now=clock.now(),
        )


def call_off(sitting, staff, step=services.cancel):
    with unit_of_work():
        step(sitting, reason="Flood", actor=staff, now=clock.now())


def notices_of(person):
    return db.session.scalars(select(Notice).where(Notice.person_id == person.id)).all()


def event_in(mail):
    ((name, text, mimetype),) = mail.attachments
    assert (name, mimetype) == ("session.ics", "text/calendar")
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def test_everybody_concerned_is_told_and_nobody_else(run, staff, run_jobs, outbox):
    lesson = make_held_lesson(run)
    with unit_of_work():
        sitting = services.plan_sitting(
            run,
            lesson,
            {
                "title": TITLE,
                "starts_at": START,
                "ends_at": START + TWO_HOURS,
                "room_kind": "link",
                "room_address": "https://meet.example/secret-room",
                "room_passcode": "open-sesame",
                "dial_in": "+82 51 000",
            },
            actor=staff,
            now=clock.now(),
        )
    student, teacher = enrolled(run), make_person("instructor")
    make_holder(sitting, teacher)
    speaker, _token = make_invitation(lesson, state="answered")
    holds_without_account(sitting, speaker_id=speaker.id)
    guest = make_guest(sitting)
    make_guest(sitting, cancelled_at=clock.now())
    make_enrolment(run, make_person(), state="withdrawn")
    make_enrolment(run, make_person(state="disabled"))
    revoked, _token = make_invitation(lesson, state="revoked")
    holds_without_account(sitting, speaker_id=revoked.id)
    holds_without_account(sitting, name="Interpreter Kim", role="moderator")
    run_jobs()
    assert outbox == [], "a plan is told to nobody"

    with unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    run_jobs()

    mails = {mail.to[0]: mail for mail in outbox}
    assert len(outbox) == 4
    assert mails.keys() == {student.email, teacher.email, speaker.email, guest.email}
    assert [len(notices_of(person)) for person in (student, teacher)] == [1, 1]
    (notice,) = notices_of(student)
    assert (notice.kind, notice.endpoint) == (
        "seminars.session_scheduled",
        "seminars.show_sitting",
    )
    page = f"/en/sessions/{sitting.id}"
    for mail in outbox:
        everything = mail.body + mail.alternatives[0][0] + mail.attachments[0][1]
        assert "Signals" in mail.subject
        assert not re.search("secret-room|open-sesame|82 51", everything)
        has_account = mail.to[0] in {student.email, teacher.email}
        assert (page in mail.body, "/en/join/" in mail.body) == (has_account, not has_account)
        event = event_in(mail)
        assert (event["sequence"], event["status"]) == (1, "CONFIRMED")
        assert event["dtstart"].dt == START


def test_a_new_time_is_told_with_the_old_one_each_on_three_lines(run, staff, run_jobs, outbox):
    person = enrolled(run)
    sitting = announced(run)
    # Monday nine in the morning in Busan, still Sunday in Los Angeles.
    change(sitting, staff, starts_at=datetime(2026, 11, 9, 0, tzinfo=UTC))
    person.time_zone = "America/Los_Angeles"
    db.session.commit()
    run_jobs()

    (mail,) = outbox
    assert mail.subject == "New time: Signals, Sun, 8 Nov 16:00 (UTC−8)"
    lines = mail.body.splitlines()
    at = lines.index("Your time: Sun, 8 Nov 16:00–18:00 (UTC−8)")
    assert lines[at + 1 : at + 3] == [
        "Busan: Mon, 9 Nov 09:00–11:00 (UTC+9)",
        "UTC: Mon, 9 Nov 00:00–02:00",
    ]
    old = lines.index("Not any more:")
    assert old > at
    assert lines[old + 1 : old + 4] == [
        "Your time: Tue, 3 Nov 22:00–00:00 (+1 day) (UTC−8)",
        "Busan: Wed, 4 Nov 15:00–17:00 (UTC+9)",
        "UTC: Wed, 4 Nov 06:00–08:00",
    ]
    assert "Reason: The mayor is away" in lines
    html = mail.alternatives[0][0]
    assert "<strong>Your time: Sun, 8 Nov 16:00–18:00 (UTC−8)</strong>" in html
    assert "<s>Busan: Wed, 4 Nov 15:00–17:00 (UTC+9)</s>" in html
    assert event_in(mail)["dtstart"].dt == sitting.starts_at
    assert event_in(mail)["sequence"] == 1


def test_each_reads_it_in_their_language(run, staff, run_jobs, outbox):
    for language in ("ko", "en", "zh"):
        enrolled(run, preferred_language=language)
    sitting = announced(run)
    change(sitting, staff, starts_at=START + DAY)
    run_jobs()
    days = {"ko": "11월 5일(목)", "en": "Thu, 5 Nov", "zh": "11月5日(周四)"}
    for mail, language in zip(outbox, ("ko", "en", "zh"), strict=True):
        assert TITLE.texts[language] in mail.body
        assert days[language] in mail.body
        assert f"/{language}/sessions/{sitting.id}" in mail.body


def test_of_several_changes_in_a_row_what_became_of_them_is_told(run, staff, run_jobs, outbox):
    person = enrolled(run)
    sitting = announced(run)
    change(sitting, staff, starts_at=START + DAY)
    change(sitting, staff, starts_at=START + 2 * DAY)
    change(sitting, staff, venue=words("Town hall"))
    run_jobs()
    (mail,) = outbox
    assert "New time" in mail.subject
    assert "Busan: Fri, 6 Nov 15:00–17:00" in mail.body
    assert "Busan: Wed, 4 Nov 15:00–17:00" in mail.body.partition("Not any more")[2]
    assert "Thu, 5 Nov" not in mail.body
    assert "Place: Town hall" in mail.body
    assert event_in(mail)["sequence"] == sitting.sequence == 3
    assert len(notices_of(person)) == 1

    change(sitting, staff, dial_in="+82 51 000")
    run_jobs()
    assert outbox[1].subject == "Changed: Signals, Fri, 6 Nov 13:00 (UTC+7)"
    assert "The time stands" in outbox[1].body
    assert "82 51" not in outbox[1].body
    assert "The mayor is away" not in outbox[1].body


def test_who_was_told_nothing_yet_hears_of_no_old_time(run, staff, run_jobs, outbox):
    enrolled(run)
    sitting = announced(run, state="planned", told_state=None, told_starts_at=None)
    make_holder(sitting, make_person())
    with unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    change(sitting, staff, starts_at=START + DAY)
    run_jobs()
    assert {mail.subject for mail in outbox} == {
        "Announced: Signals, Thu, 5 Nov 13:00 (UTC+7)",
        "Announced: Signals, Thu, 5 Nov 14:00 (UTC+8)",
    }


def test_postponed_then_held_at_its_first_time_after_all(run, staff, run_jobs, outbox):
    enrolled(run)
    sitting = announced(run)
    make_holder(sitting, make_person(state="disabled"))
    call_off(sitting, staff, services.postpone)
    run_jobs()
    with unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    run_jobs()
    postponed, again = outbox
    assert "Postponed" in postponed.subject
    assert "Your time: Wed, 4 Nov 13:00–15:00" in postponed.body
    assert "Reason: Flood" in postponed.body
    assert event_in(postponed)["status"] == "TENTATIVE"
    assert again.subject == "New time: Signals, Wed, 4 Nov 13:00 (UTC+7)"
    assert "Not any more" not in again.body


def test_a_new_time_given_while_postponed_is_told_beside_the_first(run, staff, run_jobs, outbox):
    enrolled(run)
    sitting = announced(run)
    make_holder(sitting, make_person(state="disabled"))
    make_guest(sitting)
    call_off(sitting, staff, services.postpone)
    change(sitting, staff, starts_at=START + 7 * DAY)
    run_jobs()
    (postponed, to_guest) = outbox
    assert "Wed, 4 Nov 13:00" in postponed.body
    assert "11 Nov" not in postponed.body, "a time that is not announced yet"
    assert "/join/" not in to_guest.body
    with unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    run_jobs()
    assert "Your time: Wed, 11 Nov 13:00–15:00" in outbox[2].body
    assert "Your time: Wed, 4 Nov 13:00–15:00" in outbox[2].body.partition("Not any more")[2]
    assert "/join/" in outbox[3].body


def test_a_cancelled_session_lets_nobody_in(run, staff, run_jobs, outbox):
    enrolled(run)
    sitting = announced(run)
    make_guest(sitting)
    change(sitting, staff, starts_at=START + DAY)  # cancelled before anybody heard of it
    call_off(sitting, staff)
    run_jobs()
    assert len(outbox) == 2
    for mail in outbox:
        assert mail.subject.startswith("Cancelled: Signals, Wed, 4 Nov")
        assert "Reason: Flood" in mail.body
        assert "/join/" not in mail.body
        assert event_in(mail)["status"] == "CANCELLED"


def test_with_its_run_everything_still_to_come_is_called_off(run, staff, run_jobs, outbox):
    enrolled(run)
    coming, plan = announced(run), make_sitting(run, state="planned")
    past = make_sitting(run, starts_at=START - 9 * DAY)
    with unit_of_work():
        change_run_state(
            run, RunState.CANCELLED, actor=staff, reason="Too few people", now=clock.now()
        )
    run_jobs()
    assert [(row.state) for row in (coming, plan, past)] == ["cancelled", "planned", "scheduled"]
    (mail,) = outbox
    assert mail.subject.startswith("Cancelled")
    assert "Too few people" in mail.body


def test_who_is_concerned_twice_is_told_once(run, staff, run_jobs, outbox):
    person = enrolled(run)
    sitting = announced(run)
    make_holder(sitting, person)
    make_holder(sitting, person, role="moderator")
    make_guest(sitting, email=person.email.upper())
    call_off(sitting, staff)
    run_jobs()
    assert [mail.to for mail in outbox] == [[person.email]]
    assert len(notices_of(person)) == 1


def test_a_job_done_again_tells_nothing_again(run, staff, run_jobs, outbox):
    enrolled(run)
    sitting = announced(run)
    make_guest(sitting)
    call_off(sitting, staff)
    run_jobs()
    with unit_of_work():
        enqueue("seminars.tell_change", sitting_id=sitting.id)
        enqueue("seminars.tell_change", sitting_id=999_999)
    run_jobs()
    assert len(outbox) == 2
    assert (
        db.session.scalars(select(Job).where(Job.state != "done", Job.run_after <= NOW)).all() == []
    )


def test_what_is_told_costs_the_same_for_many(run, staff, count_statements):
    def told_to(count):
        for _each in range(count):
            enrolled(run)
            make_guest(sitting)
        change(sitting, staff, starts_at=sitting.starts_at + DAY)
        db.session.expire_all()
        with count_statements() as statements, unit_of_work():
            tell_news(db.session.get_one(Sitting, sitting.id), now=clock.now())
        return [one for one in statements if not one.startswith("INSERT")]

    sitting = announced(run)
    few = told_to(1)
    many = told_to(20)
    assert len(many) == len(few) <= 8


def test_two_workers_at_once_tell_once(app_of_its_own):
    with app_of_its_own.app_context():
        run = make_run()
        enrolled(run)
        sitting = announced(run, sequence=1)
        make_guest(sitting)
        sitting_id = sitting.id
    together = threading.Barrier(2)

    def tell():
        with app_of_its_own.app_context():
            together.wait()
            with unit_of_work():
                tell_news(db.session.get_one(Sitting, sitting_id), now=NOW)

    threads = [threading.Thread(target=tell) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app_of_its_own.app_context():
        mails = select(func.count()).where(Job.kind == "notifications.mail")
        assert db.session.scalar(mails) == 2
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_notices_read_on_the_clock_and_in_the_language_of_the_moment(
    run, staff, run_jobs, signed_in_as
):
    person = enrolled(run)
    sitting = announced(run)
    change(sitting, staff, starts_at=START + DAY)
    run_jobs()
    call_off(sitting, staff, services.postpone)
    run_jobs()
    browser = signed_in_as(person)
    page = browser.get("/en/notifications").text
    assert "“Signals” has a new time" in page
    assert "“Signals” is postponed" in page
    assert "Thu, 5 November 2026 13:00–15:00 (UTC+7)" in page
    assert "Reason: Flood" in page
    person.time_zone = "Asia/Kathmandu"
    save(person)
    assert "11:45–13:45 (UTC+5:45)" in browser.get("/en/notifications").text
    assert "Signals (한)" in browser.get("/ko/notifications").text


def test_what_is_typed_is_no_markup_and_no_header(run, staff, run_jobs, outbox):
    enrolled(run)
    sitting = announced(run, title=words("<b>A</b>\r\nBcc: x@example.org"))
    change(sitting, staff, reason="<script>x</script>", starts_at=START + DAY)
    run_jobs()
    (mail,) = outbox
    assert "\n" not in mail.subject
    html = mail.alternatives[0][0]
    assert "<script>" not in html
    assert "<b>A" not in html


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: f"{golden.zone} {golden.starts}")
def test_mails_say_what_clocks_show(app, golden):
    mail = render_mail(
        "seminars.session_scheduled",
        to="a@example.org",
        language="en",
        context={
            "full_name": "A",
            "zone": golden.zone,
            "title": TITLE.to_json(),
            "course_title": TITLE.to_json(),
            "sitting_id": 1,
            "starts_at": golden.starts_at.isoformat(),
            "ends_at": golden.ends_at.isoformat(),
        },
    )
    day = f"{golden.first_day:%a, %-d %b}"
    whose = "Busan" if golden.zone == "Asia/Seoul" else "Your time"
    line = f"{whose}: {day} {golden.span} ({golden.offsets})"
    assert line in mail.body.splitlines()
    assert line in mail.alternatives[0][0]
    assert f"{day} {golden.first_time} ({golden.offset})" in mail.subject
    assert f"UTC: {golden.starts_at:%a, %-d %b %H:%M}–" in mail.body
