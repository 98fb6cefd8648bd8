"""The demonstration's sessions held at a time, as people find them on the day it was loaded."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from lms.accounts import login, services
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course
from lms.demo import loader, turnout
from lms.demo.people import DOMAIN, FOCAL_POINT, GRADUATE, INSTRUCTOR, STAFF, TRAINEE
from lms.enrolment.models import CourseRun, Enrolment
from lms.jobs.queue import run_due_jobs
from lms.lessons.models import Lesson
from lms.notifications.models import Notice
from lms.progress.models import EnrolmentProgress
from lms.seminars.models import (
    Attendance,
    AttendanceReport,
    Evaluation,
    EvaluationTurn,
    Guest,
    Presence,
    ReportLine,
    Sitting,
)
from lms.seminars.rules.sittings import Phase, phase
from tests.demo.conftest import PASSWORD, count, make_site

# A Wednesday with no holiday near it; half past two in the afternoon in Busan.
LOADED = datetime(2027, 3, 24, 5, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def loaded_then(tmp_path_factory):
    app = make_site(tmp_path_factory.mktemp("then"))
    with app.app_context():
        loader.load_demo(PASSWORD, LOADED)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def a_minute_later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LOADED + MINUTE)


@pytest.fixture
def site(loaded_then):
    with loaded_then.app_context():
        yield loaded_then
        db.session.remove()


@pytest.fixture
def browser_of(site):
    def sign_in(account):
        browser = site.test_client()
        with unit_of_work():
            token = services.start_session(
                person_by_email(account.email), user_agent="", address="", now=clock.now()
            )
        browser.set_cookie(login.cookie_name(), token)
        return browser

    return sign_in


def get(browser, path):
    """Return the answer to a request in a context of its own, as in service."""
    with browser.application.app_context():
        return browser.get(path)


def read(browser, path):
    """Return what a page says, without its marks."""
    answer = get(browser, path)
    assert answer.status_code == 200, path
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def named(english, slot=""):
    """Return the sitting of this name, its own or that of its lesson."""
    rows = db.session.execute(
        select(Sitting, Lesson.title).outerjoin(Lesson, Lesson.id == Sitting.lesson_id)
    )
    (found,) = [
        sitting
        for sitting, title in rows
        if (sitting.title or title).texts["en"] == english and sitting.slot_name == slot
    ]
    return found


def run_of(code):
    wanted = select(CourseRun).join(CourseRun.course).where(Course.code == code)
    return db.session.scalars(wanted).one()


def statuses(sitting):
    rows = db.session.scalars(select(Attendance.status).where(Attendance.sitting_id == sitting.id))
    return Counter(map(str, rows))


# --- the timetable ---------------------------------------------------------------------


def test_the_timetable_has_something_in_every_state(site):
    sittings = db.session.scalars(select(Sitting).order_by(Sitting.starts_at)).all()
    now = clock.now()

    assert Counter(phase(s.state, s.starts_at, s.ends_at, now) for s in sittings) == {
        Phase.FINAL: 6,
        Phase.PROVISIONAL: 2,
        Phase.LIVE: 1,
        Phase.SCHEDULED: 5,
        Phase.CANCELLED: 1,
    }
    assert all(
        re.fullmatch(r"https://meet\.example/demo-[a-z0-9-]+|", sitting.room_address)
        for sitting in sittings
    ), "rooms that cannot exist"
    assert all(sitting.sequence == sitting.told_sequence for sitting in sittings)


def test_one_session_is_held_just_now_and_the_trainee_can_enter_it(site, browser_of):
    clinic = named("City diagnosis clinic (groups by city)")
    assert clinic.starts_at <= LOADED - 30 * MINUTE
    assert clinic.ends_at >= LOADED + 2 * 60 * MINUTE

    trainee = browser_of(TRAINEE)
    assert "Live now" in read(trainee, "/en/my-learning")
    page = read(trainee, f"/en/sessions/{clinic.id}")
    assert "Enter the room" in page
    assert "Interpreter · Mongolian · simultaneous · Channel 3" in page
    there = select(Presence).where(Presence.sitting_id == clinic.id)
    stays = db.session.scalars(there).all()
    assert len(stays) == len(turnout.COME_NOW), "one stay each: no beat was missed"
    assert {stay.left_at for stay in stays} == {LOADED}


def test_a_session_was_moved_one_was_cancelled_and_two_have_a_second_slot(site, browser_of):
    page = read(browser_of(TRAINEE), f"/en/runs/{run_of('DEM-201').id}/timetable")

    assert "Moved from Thu, 25 Mar 14:00–16:00 (Busan 15:00–17:00)" in page
    assert "marathon" in page
    assert "Cancelled" in page
    assert "Slot: Americas" in page
    assert page.count("Attending one of them counts, once.") == 4
    assert "Recorded lectures 1 and 2: in your own time until Sun, 14 Mar" in page


def test_the_afternoon_in_busan_is_the_day_before_in_guayaquil(site, browser_of):
    path = f"/en/runs/{run_of('DEM-201').id}/timetable?zone=America/Guayaquil"
    page = read(browser_of(TRAINEE), path)

    assert "08:00–10:00 UTC−5 Busan 22:00–00:00 (+1 day)" in page
    assert "Wed, 24 Mar 21:00–22:00 UTC−5 Busan Thu, 25 Mar 11:00–12:00 Question hour" in page


# --- attendance ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "english, slot, expected",
    [
        # One was absent until a correction was approved, another's still waits.
        ("Urban growth and traffic policy", "", {"present": 13, "absent": 1}),
        ("Detectors, network, centre (1)", "Asia", {"present": 11, "absent": 3}),
        ("Detectors, network, centre (1)", "Americas", {"present": 3, "absent": 11}),
        (
            "Detectors, network, centre (2)",
            "",
            {"present": 11, "partial": 1, "absent": 1, "excused": 1},
        ),
        ("Bus information: from GPS to the stop", "", {"present": 11, "partial": 2, "made_up": 1}),
        (
            "Practice: check one bus-line data file of your city",
            "",
            {"present": 13, "absent": 1},
        ),
        (
            "Visit to the traffic information centre, joined live by Busan",
            "",
            {"present": 12, "absent": 2},
        ),
    ],
)
def test_attendance_was_counted_from_all_kinds_of_evidence(site, english, slot, expected):
    assert statuses(named(english, slot)) == expected


def test_the_trainee_s_hours_are_those_attended_and_studied(site, browser_of):
    page = read(browser_of(TRAINEE), f"/en/runs/{run_of('DEM-201').id}")

    # 2 + 2 + 1 h in full, 50 of 120 min in part, and two recordings of 12 min.
    assert "6.2 hours of 20 hours (31.1%)" in page
    assert "Attended: 0.8 of 2 hours" in page
    assert page.count("Provisional, not counted yet: 2 of 2 hours") == 2


def test_who_came_by_the_second_slot_has_the_hours_once(site):
    first, second = (named("Detectors, network, centre (1)", slot) for slot in ("Asia", "Americas"))
    assert first.lesson_id == second.lesson_id
    both = Counter(
        db.session.scalars(
            select(Attendance.enrolment_id).where(
                Attendance.sitting_id.in_([first.id, second.id]), Attendance.status == "present"
            )
        )
    )
    assert set(both.values()) == {1}, "everybody came to one of them"
    assert len(both) == 14


def test_one_name_of_a_report_is_nobody_s_until_somebody_says_whose(site, browser_of):
    visit = named("Visit to the traffic information centre, joined live by Busan")
    report_id = db.session.scalar(
        select(AttendanceReport.id).where(AttendanceReport.sitting_id == visit.id)
    )
    page = read(browser_of(STAFF), f"/en/manage/reports/{report_id}")

    assert "1 name is nobody's yet" in page
    assert "iPhone" in page
    assert "Transport office Surabaya CONTOH as said before" in page
    assert count(ReportLine, ReportLine.matched_by == "nobody") == 1


def test_a_field_visit_and_practice_have_head_counts(site, browser_of):
    staff = browser_of(STAFF)
    visit = named("Visit to the traffic information centre, joined live by Busan")
    page = read(staff, f"/en/manage/sessions/{visit.id}/head-count")
    assert "1 missing 3 of 4 LE VAN VI DU follows by taxi" in page
    assert page.index("bus from the department") < page.index("bus back")
    practice = named("Practice: check one bus-line data file of your city")
    assert "All here 4 of 4" in read(staff, f"/en/manage/sessions/{practice.id}/head-count")


def test_the_focal_point_has_certified_an_outage(site, browser_of):
    sitting = named("Detectors, network, centre (2)")
    page = read(browser_of(FOCAL_POINT), f"/en/sessions/{sitting.id}/outages")
    assert "ZAGVARYN JISHEE" in page
    assert "Outage certified" in page


def test_what_was_missed_of_a_recorded_session_can_be_made_up(site, browser_of):
    trainee = browser_of(TRAINEE)
    sitting = named("Bus information: from GPS to the stop")
    assert "Catch up with the recording" in read(trainee, f"/en/sessions/{sitting.id}")
    page = read(trainee, f"/en/sessions/{sitting.id}/catch-up")

    # Published yesterday morning: to the end of the seventh day in Ulaanbaatar.
    assert "Counts until Tue, 30 March 2027 23:59 (UTC+8)" in page
    assert "0:00–2:33" in page
    assert "Three questions" in page
    assert "Why does a position message from the bus carry a time of its own?" in page
    assert "The bus knows where it is." in page, "captions"
    video = f"/media/sessions/{sitting.id}/480p"
    assert get(trainee, video).status_code == 200
    assert get(site.test_client(), video).status_code == 404


def test_somebody_has_made_up_what_she_slept_through(site, browser_of):
    person = person_by_email(f"class17@{DOMAIN}")
    minutes = db.session.scalar(
        select(EnrolmentProgress.earned_minutes)
        .join(Enrolment, Enrolment.id == EnrolmentProgress.enrolment_id)
        .where(Enrolment.person_id == person.id, Enrolment.run_id == run_of("DEM-201").id)
    )
    # The second slot, the recording in the place of a session, and three recorded lectures.
    assert minutes == 120 + 120 + 3 * 12
    page = read(browser_of(STAFF), f"/en/manage/runs/{run_of('DEM-201').id}/attendance")
    assert "made up" in page[page.index("MARIA INVENTADA") : page.index("NGUYEN VAN A")]


# --- what people said and were told ----------------------------------------------------


def test_enough_have_evaluated_for_means_to_be_shown(site, browser_of):
    sitting = named("Bus information: from GPS to the stop")
    page = read(browser_of(INSTRUCTOR), f"/en/manage/sessions/{sitting.id}/evaluations")

    assert "7 people have answered." in page
    assert "The content 4.6" in page
    assert count(Evaluation) == count(EvaluationTurn) == 13


def test_inboxes_hold_what_is_new_and_what_was_read(site):
    def told(account, *more):
        person = person_by_email(account.email)
        rows = db.session.scalars(
            select(Notice.kind).where(Notice.person_id == person.id, *more).order_by(Notice.id)
        )
        return [kind.removeprefix("seminars.") for kind in rows]

    assert told(TRAINEE, Notice.read_at.is_(None)) == [
        "recording_published",
        "attendance_provisional",
        "session_cancelled",
        "reminder",
    ]
    assert told(TRAINEE, Notice.read_at.is_not(None)).count("attendance_provisional") == 5
    assert "session_moved" in told(GRADUATE)
    graduate = person_by_email(GRADUATE.email)
    of_graduate = select(Notice.created_at).where(Notice.person_id == graduate.id)
    times = db.session.scalars(of_graduate.order_by(Notice.id)).all()
    assert times == sorted(times)
    assert times[-1] <= LOADED


def test_the_public_seminar_takes_guests(site):
    seminar = named("Seminar 1: heart and vascular care")
    visitor = site.test_client()

    assert timedelta(days=9) < seminar.starts_at - LOADED < timedelta(days=13)
    assert "Seminar 1: heart and vascular care" in read(visitor, "/en/seminars")
    page = read(visitor, f"/en/sessions/{seminar.id}")
    assert "77 places are left." in page
    assert "meet.example" not in get(visitor, f"/en/sessions/{seminar.id}").text
    guests = db.session.scalars(select(Guest)).all()
    assert len(guests) == 3
    assert all(guest.email.endswith(f"@{DOMAIN}") for guest in guests)


@pytest.mark.parametrize("language", ["ko", "zh"])
def test_every_title_can_be_read_in_every_language_of_the_pages(site, browser_of, language):
    script = {"ko": "[가-힣]", "zh": "[一-鿿]"}[language]
    for sitting, title in db.session.execute(
        select(Sitting, Lesson.title).outerjoin(Lesson, Lesson.id == Sitting.lesson_id)
    ):
        assert re.search(script, (sitting.title or title).texts[language])


# --- what comes after ------------------------------------------------------------------


def test_the_session_held_just_now_is_counted_when_it_is_over(tmp_path, monkeypatch):
    app = make_site(tmp_path)
    with app.app_context():
        loader.load_demo(PASSWORD, LOADED)
        sitting = named("City diagnosis clinic (groups by city)")
        assert not statuses(sitting)
        after = sitting.ends_at + 6 * MINUTE
        monkeypatch.setattr(clock, "now", lambda: after)

        run_due_jobs()

        db.session.expire_all()
        assert sitting.state == "attendance_provisional"
        assert statuses(sitting) == {"partial": 8, "absent": 6}
        told = select(Notice.person_id).where(Notice.created_at == after)
        everybody = select(Enrolment.person_id).where(Enrolment.run_id == sitting.run_id)
        assert set(db.session.scalars(told)) == set(db.session.scalars(everybody))
        assert count(Person, Person.is_demo.is_(False)) == 0
        db.session.remove()
        db.engine.dispose()
