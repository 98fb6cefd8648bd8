"""Reminders: a day and an hour before, once each, with the way in, on the clock of that moment."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from lms.accounts.services import change_person
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.jobs.queue import enqueue
from lms.notifications.models import Notice
from lms.seminars.models import Reminder, ReminderKind, Sitting, SittingPerson
from lms.seminars.services import reminders
from lms.seminars.services import sittings as services
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_guest, make_holder, make_sitting
from tests.factories.speakers import make_invitation
from tests.seminars.golden_times import MONDAY, WEDNESDAY

START = datetime(2026, 11, 4, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def time():
    with time_machine.travel(START - 3 * DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run(app):
    return make_run()


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def at(app, time, run_jobs, outbox):
    """Go to a moment, do what is due, and return the reminders that left by it."""

    def go(moment):
        time.move_to(moment)
        before = len(outbox)
        run_jobs()
        return [mail for mail in outbox[before:] if is_reminder(mail)]

    return go


def is_reminder(mail):
    return "This is to remind you" in mail.body


def enrolled(run, **values):
    person = make_person(**{"time_zone": "Asia/Vientiane", **values})
    make_enrolment(run, person)
    return person


def announced(run, staff, **values):
    """A session announced by its services, so with its reminders planned."""
    defaults = {"starts_at": START, "title": words("Signals"), "state": "planned"}
    sitting = make_sitting(run, **{**defaults, **values})
    make_holder(sitting, make_person(state="disabled"))
    with unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    return sitting


def move(sitting, staff, starts_at):
    with unit_of_work():
        services.change_sitting(
            sitting,
            {"starts_at": starts_at, "ends_at": starts_at + 2 * HOUR},
            revision=sitting.revision,
            reason="Flood",
            actor=staff,
            now=clock.now(),
        )


def set_zone(person, zone):
    with unit_of_work():
        change_person(person, time_zone=zone, actor_id=person.id, now=clock.now())


def addresses(mails):
    return sorted(mail.to[0] for mail in mails)


def link_in(mail):
    return re.search(r"http://[^/]+(/\w+/join/\S+)", mail.body)[1]


def test_everybody_is_reminded_twice_with_a_way_in_of_their_own(run, staff, at, client):
    sitting = announced(
        run, staff, preparation=words("Bring a map."), dial_in="+82 51 000", room_passcode="1234"
    )
    student, teacher = enrolled(run), make_person("instructor")
    make_holder(sitting, teacher)
    speaker, _token = make_invitation(sitting_lesson(sitting), state="answered")
    save(SittingPerson(sitting_id=sitting.id, role="instructor", speaker_id=speaker.id))
    guest = make_guest(sitting)
    make_enrolment(run, make_person(), state="withdrawn")
    everybody = sorted([student.email, teacher.email, speaker.email, guest.email])

    assert at(START - DAY - MINUTE) == []
    day = at(START - DAY)
    assert addresses(day) == everybody
    assert at(START - HOUR - MINUTE) == []
    hour = at(START - HOUR)
    assert addresses(hour) == everybody
    assert at(START + HOUR) == []

    names = {person.email: person.full_name for person in (student, teacher)}
    names |= {speaker.email: speaker.name, guest.email: guest.name}
    with time_machine.travel(START - 10 * MINUTE):
        for mail in (*day, *hour):
            assert "What to prepare: Bring a map." in mail.body
            assert "Busan: Wed, 4 Nov 15:00–17:00 (UTC+9)" in mail.body
            assert names[mail.to[0]] in client.get(link_in(mail)).text, "no sign-in is asked for"
            is_student = mail.to == [student.email]
            assert ("+82 51 000" in mail.body) == is_student
            assert ("+82 51 000" in mail.alternatives[0][0]) == is_student
            assert ("Give your place to somebody else" in mail.body) == (mail.to == [guest.email])
            has_account = mail.to[0] in {student.email, teacher.email}
            assert (f"/en/sessions/{sitting.id}" in mail.body) == has_account
            assert "1234" not in mail.body
    assert len({link_in(mail) for mail in day}) == 4


def sitting_lesson(sitting):
    db.session.refresh(sitting, ["lesson"])
    return sitting.lesson


def test_nothing_that_lets_anybody_in_stays_in_the_inbox_or_the_queue(run, staff, at):
    announced(run, staff, dial_in="+82 51 000")
    student = enrolled(run)
    (mail,) = at(START - DAY)
    notice = db.session.scalars(
        select(Notice).where(Notice.person_id == student.id, Notice.kind == "seminars.reminder")
    ).one()
    token = link_in(mail).rpartition("/")[2]
    kept = repr(notice.context) + repr([job.payload for job in db.session.scalars(select(Job))])
    assert token not in kept
    assert "82 51" not in kept


def test_the_subject_names_the_readers_own_day(run, staff, at):
    enrolled(run, time_zone="Asia/Vientiane")
    enrolled(run, time_zone="America/Los_Angeles")
    announced(run, staff)
    assert {mail.subject for mail in at(START - DAY)} == {
        "Tomorrow, Wed, 4 Nov 13:00 (UTC+7): Signals",
        "Tomorrow, Tue, 3 Nov 22:00 (UTC−8): Signals",
    }
    assert {mail.subject for mail in at(START - HOUR)} == {
        "Today, Wed, 4 Nov 13:00 (UTC+7): Signals",
        "Today, Tue, 3 Nov 22:00 (UTC−8): Signals",
    }


def test_it_says_tomorrow_only_when_it_is(run, staff, at):
    """Half an hour after midnight, on the day after clocks went forward in Los Angeles."""
    starts_at = datetime(2027, 3, 15, 7, 30, tzinfo=UTC)
    enrolled(run, time_zone="America/Los_Angeles")
    announced(run, staff, starts_at=starts_at)
    (day,) = at(starts_at - DAY)
    assert day.subject == "Mon, 15 Mar 00:30 (UTC−7): Signals"
    (hour,) = at(starts_at - HOUR)
    assert hour.subject == "Tomorrow, Mon, 15 Mar 00:30 (UTC−7): Signals"


@pytest.mark.parametrize("lines", [WEDNESDAY, MONDAY], ids=["Wednesday", "Monday"])
def test_reminders_say_what_clocks_show(run, staff, at, lines):
    starts_at = lines[0].starts_at
    zones = {enrolled(run, time_zone=line.zone).email: line for line in lines}
    announced(run, staff, starts_at=starts_at)
    mails = at(starts_at - DAY)
    assert len(mails) == len(lines)
    for mail in mails:
        line = zones[mail.to[0]]
        day = f"{line.first_day:%a, %-d %b}"
        assert f"{day} {line.span} ({line.offsets})" in mail.body
        assert f"{day} {line.first_time} ({line.offset}): " in mail.subject


def test_who_enrolled_in_between_gets_the_one_of_the_hour(run, staff, at):
    announced(run, staff)
    first = enrolled(run)
    assert addresses(at(START - DAY)) == [first.email]
    late = enrolled(run)
    assert addresses(at(START - HOUR)) == sorted([first.email, late.email])


def test_who_left_is_not_reminded(run, staff, at):
    announced(run, staff)
    person = make_person()
    enrolment = make_enrolment(run, person)
    assert addresses(at(START - DAY)) == [person.email]
    enrolment.state = "dropped_out"
    save(enrolment)
    assert at(START - HOUR) == []


def test_a_move_takes_the_reminders_along(run, staff, at):
    sitting = announced(run, staff)
    enrolled(run)
    assert len(at(START - DAY)) == 1
    move(sitting, staff, START + DAY)
    assert at(START - HOUR) == []
    assert at(START) != [], "a day before the new time, though they were reminded of the old"
    assert len(at(START + DAY - HOUR)) == 1


@pytest.mark.parametrize("step", [services.postpone, services.cancel])
def test_what_does_not_take_place_is_not_reminded_of(run, staff, at, step):
    sitting = announced(run, staff)
    enrolled(run)
    with unit_of_work():
        step(sitting, reason="Flood", actor=staff, now=clock.now())
    assert at(START - DAY) == []
    assert at(START - HOUR) == []


def test_of_a_cancelled_run_nobody_is_reminded(run, staff, at):
    announced(run, staff)
    enrolled(run)
    run.state = "cancelled"
    save(run)
    assert at(START - DAY) == []


def test_a_session_planned_for_the_same_day_is_reminded_of_once(run, staff, at, time):
    time.move_to(START - 5 * HOUR)
    announced(run, staff)
    enrolled(run)
    assert at(START - 5 * HOUR) == []
    assert len(at(START - HOUR)) == 1


def test_a_worker_that_was_down_sends_what_still_helps(run, staff, at):
    announced(run, staff)
    announced(run, staff, starts_at=START - 4 * HOUR)
    enrolled(run)
    (mail,) = at(START + 10 * MINUTE)
    assert mail.subject == "Today, Wed, 4 Nov 13:00 (UTC+7): Signals"


def test_a_session_at_a_place_has_no_link_but_a_meeting_point(run, staff, at):
    sitting = announced(
        run,
        staff,
        room_kind="venue",
        room_address="",
        venue=words("Busan station"),
        meeting_point="Gate 3",
    )
    enrolled(run)
    (mail,) = at(START - DAY)
    assert "Place: Busan station" in mail.body
    assert "Meeting point: Gate 3" in mail.body
    assert "/join/" not in mail.body
    assert f"/en/sessions/{sitting.id}" in mail.body


# --- another clock ---------------------------------------------------------------------


def test_who_changes_zone_after_a_reminder_gets_it_anew_once(run, staff, at, outbox):
    announced(run, staff)
    person, other = enrolled(run), enrolled(run)
    at(START - DAY)
    set_zone(person, "America/Los_Angeles")
    (mail,) = at(START - DAY + MINUTE)
    assert mail.to == [person.email]
    assert "made again for Los Angeles" in mail.body
    assert "Your time: Tue, 3 Nov 22:00–00:00 (+1 day) (UTC−8)" in mail.body
    assert mail.subject.startswith("Tomorrow, Tue, 3 Nov 22:00 (UTC−8)") or "Today" in mail.subject
    set_zone(person, "Asia/Vientiane")
    assert at(START - DAY + 2 * MINUTE) == [], "that mail they have"
    with unit_of_work():
        enqueue("seminars.remind_again", person_id=person.id)
        enqueue("seminars.remind_again", person_id=other.id)
    assert at(START - DAY + 3 * MINUTE) == []
    assert addresses(at(START - HOUR)) == sorted([person.email, other.email])


def test_who_changes_zone_before_is_reminded_on_the_new_clock_alone(run, staff, at):
    announced(run, staff)
    person = enrolled(run)
    set_zone(person, "Asia/Kathmandu")
    assert at(START - DAY - MINUTE) == []
    (mail,) = at(START - DAY)
    assert "Your time: Wed, 4 Nov 11:45–13:45 (UTC+5:45)" in mail.body
    assert "made again" not in mail.body


def test_what_is_no_other_zone_asks_for_nothing(run, staff, at):
    announced(run, staff)
    person = enrolled(run)
    at(START - DAY)
    with unit_of_work():
        change_person(
            person,
            full_name="Another Name",
            time_zone=person.time_zone,
            actor_id=person.id,
            now=clock.now(),
        )
    asked = select(func.count()).where(Job.kind == "seminars.remind_again")
    assert db.session.scalar(asked) == 0


def test_of_both_reminders_one_is_made_again_and_none_after_the_start(run, staff, at):
    announced(run, staff)
    person = enrolled(run)
    at(START - DAY)
    at(START - HOUR)
    set_zone(person, "Asia/Kathmandu")
    assert len(at(START - 30 * MINUTE)) == 1
    set_zone(person, "Asia/Tehran")
    assert at(START + MINUTE) == []


def test_nothing_is_made_again_for_who_left_or_what_was_called_off(run, staff, at):
    first, second = announced(run, staff), announced(make_run(), staff)
    person = make_person()
    enrolments = [make_enrolment(db.session.merge(run), person)]
    enrolments.append(save_enrolment(second, person))
    assert len(at(START - DAY)) == 2
    enrolments[0].state = "withdrawn"
    save(enrolments[0])
    with unit_of_work():
        services.cancel(second, reason="Flood", actor=staff, now=clock.now())
    set_zone(person, "Asia/Kathmandu")
    assert at(START - DAY + MINUTE) == []
    assert first.state == "scheduled"


def save_enrolment(sitting, person):
    db.session.refresh(sitting, ["run"])
    return make_enrolment(sitting.run, person)


# --- at most once ----------------------------------------------------------------------


def test_a_job_done_again_reminds_nobody_again(run, staff, at):
    sitting = announced(run, staff)
    enrolled(run)
    make_guest(sitting)
    speaker, _token = make_invitation(sitting_lesson(sitting), state="answered")
    save(SittingPerson(sitting_id=sitting.id, role="instructor", speaker_id=speaker.id))
    assert len(at(START - DAY)) == 3
    for sequence in (sitting.sequence, sitting.sequence - 1):
        with unit_of_work():
            enqueue("seminars.remind", sitting_id=sitting.id, sequence=sequence, reminder="day")
    assert at(START - DAY + MINUTE) == []


def test_two_workers_at_once_remind_once(app_of_its_own, time):
    time.move_to(START - DAY)
    with app_of_its_own.app_context():
        run = make_run()
        enrolled(run)
        sitting = make_sitting(run, starts_at=START, sequence=1)
        make_guest(sitting)
        sitting_id = sitting.id
    together = threading.Barrier(2)

    def remind():
        with app_of_its_own.app_context():
            together.wait()
            with unit_of_work():
                sitting = db.session.get_one(Sitting, sitting_id)
                reminders.remind(sitting, ReminderKind.DAY, sequence=1, now=clock.now())

    threads = [threading.Thread(target=remind) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app_of_its_own.app_context():
        mails = select(func.count()).where(Job.kind == "notifications.mail")
        assert db.session.scalar(mails) == 2
        assert db.session.scalar(select(func.count()).select_from(Reminder)) == 2


def test_a_reminder_costs_the_same_for_many(run, time, count_statements):
    def reminding(count):
        for _each in range(count):
            enrolled(run)
            make_guest(sitting)
        db.session.expire_all()
        with count_statements() as statements, unit_of_work():
            again = db.session.get_one(Sitting, sitting.id)
            reminders.remind(again, ReminderKind.DAY, sequence=0, now=clock.now())
        return [one for one in statements if not one.startswith("INSERT")]

    sitting = make_sitting(run, starts_at=START)
    time.move_to(START - DAY)
    few, many = reminding(1), reminding(20)
    assert len(many) == len(few) <= 8
    assert db.session.scalar(select(func.count()).select_from(Reminder)) == 42
