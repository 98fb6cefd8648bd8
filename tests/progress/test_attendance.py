"""Sessions held at a time among a person's hours: what is attended counts, what is granted only
up to its cap, and every page says the same."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from lms.core import clock, events
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from lms.progress import rules, services
from lms.progress.events import CourseCompleted
from lms.progress.models import CourseCompletion, EnrolmentProgress, Grant, LessonProgress
from lms.progress.queries import outline, studied_run
from lms.progress.services.attendance import allow_more_made_up, take_attendance
from lms.seminars.events import AttendanceSettled, OutageCertified
from lms.seminars.models import OutageCertificate
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.certificates import make_foundation
from tests.factories.enrolment import make_run
from tests.factories.progress import Study, finish, join, make_outline
from tests.factories.seminars import make_attendance, make_held_lesson, make_sitting
from tests.forms import token_on

NOW = clock.now().replace(microsecond=0)
HOUR = 60


@pytest.fixture
def study(app) -> Study:
    """A course of one hour alone and five sessions of one hour each; 80 % completes it."""
    run = make_run(make_outline(2))
    for _number in range(5):
        make_held_lesson(run, recognised_minutes=HOUR)
    return join(run, make_person())


@pytest.fixture
def heard(monkeypatch) -> list[CourseCompleted]:
    announced: list[CourseCompleted] = []
    monkeypatch.setitem(events._handlers, CourseCompleted, (announced.append,))
    return announced


def settled(study: Study, number: int, attended: int = 0, **values) -> AttendanceSettled:
    granted = {"excused": 0, "made_up": 0, **values}
    lesson = study.lessons[2 + number]
    in_full = values.get("in_full", attended + granted["excused"] + granted["made_up"] >= HOUR)
    return AttendanceSettled(
        study.enrolment.id,
        lesson.id,
        attended=attended,
        at=NOW,
        **{**granted, "in_full": in_full},
    )


def settle(study: Study, number: int, attended: int = 0, **values) -> None:
    with unit_of_work():
        take_attendance(settled(study, number, attended, **values))


def roll_up(study: Study) -> EnrolmentProgress:
    db.session.expire_all()
    return db.session.get_one(EnrolmentProgress, study.enrolment.id)


def record(study: Study, number: int) -> LessonProgress:
    db.session.expire_all()
    wanted = select(LessonProgress).where(LessonProgress.lesson_id == study.lessons[2 + number].id)
    return db.session.scalars(wanted).one()


def figures_of_the_page(study: Study) -> rules.Figures:
    run = studied_run(study.person.id, study.run.id)
    assert run is not None
    return outline(run).figures


def test_a_session_counts_by_what_was_attended_and_is_done_when_nothing_is_left(study: Study):
    settle(study, 0, 60)
    settle(study, 1, 40)
    assert (roll_up(study).earned_minutes, roll_up(study).lessons_done) == (100, 1)
    assert record(study, 0).completed_at == NOW
    assert record(study, 1).completed_at is None
    settle(study, 1, 40)  # announced again, it is the same
    assert roll_up(study).earned_minutes == 100
    assert figures_of_the_page(study).earned_minutes == 100


def test_attending_begins_the_course_missing_does_not(study: Study):
    settle(study, 0, 0)
    settle(study, 1, 0, excused=60)
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "enrolled"
    settle(study, 2, 10)
    db.session.expire_all()
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "started"


def test_a_correction_takes_back_what_it_no_longer_says(study: Study):
    settle(study, 0, 60)
    settle(study, 0, 30)
    assert (roll_up(study).earned_minutes, roll_up(study).lessons_done) == (30, 0)
    assert record(study, 0).completed_at is None
    settle(study, 0, 30, excused=30)
    assert (record(study, 0).granted_as, record(study, 0).granted_minutes) == (Grant.EXCUSED, 30)
    settle(study, 0, 0)
    assert (record(study, 0).granted_as, record(study, 0).granted_minutes) == (None, 0)
    assert roll_up(study).earned_minutes == 0


def test_excuses_count_up_to_a_tenth_and_what_is_made_up_to_three_tenths(study: Study):
    settle(study, 0, 0, excused=60)
    assert roll_up(study).earned_minutes == 36, "a tenth of six hours"
    settle(study, 1, 0, made_up=60)
    settle(study, 2, 0, made_up=60)
    assert roll_up(study).earned_minutes == 36 + 90, "three tenths of five hours"
    settle(study, 3, 50, made_up=10)
    assert roll_up(study).earned_minutes == 36 + 90 + 50, "what was attended is under no cap"
    assert roll_up(study).lessons_done == 4
    assert figures_of_the_page(study).earned_minutes == 176


def test_a_certified_outage_lets_more_count_at_once(study: Study):
    for number in range(3):
        settle(study, number, 0, made_up=60)
    assert roll_up(study).earned_minutes == 90
    sitting = make_sitting(study.run, study.lessons[2])
    save(
        OutageCertificate(
            sitting_id=sitting.id,
            enrolment_id=study.enrolment.id,
            reason="Power cut",
            certified_by_id=make_person().id,
            certified_at=NOW,
        )
    )
    with unit_of_work():
        allow_more_made_up(OutageCertified(study.enrolment.id, NOW))
    assert roll_up(study).earned_minutes == 150, "half of five hours"
    assert figures_of_the_page(study).earned_minutes == 150


def test_attendance_completes_the_course_once(study: Study, heard):
    finish(study, study.lessons[0])
    finish(study, study.lessons[1])
    for number in range(3):
        settle(study, number, 60)
    assert not heard
    settle(study, 3, 48)  # 4.8 of 6 hours
    settle(study, 3, 48)
    settle(study, 4, 60)
    assert len(heard) == 1
    completion = db.session.scalars(select(CourseCompletion)).one()
    assert completion.rule_version == rules.RULE_VERSION
    assert completion.figures["earned_minutes"] == 288
    assert completion.figures["rate"] == "80.0"
    settle(study, 4, 0)  # lower by a correction: what was decided stands
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "completed"
    assert roll_up(study).earned_minutes == 288


@pytest.mark.parametrize(
    "run_state, completes", [("judging", True), ("completed", True), ("cancelled", False)]
)
def test_attendance_becomes_final_after_the_last_day_too(study: Study, heard, run_state, completes):
    study.run.state = run_state
    db.session.commit()
    for number in range(5):
        settle(study, number, 60)
    assert bool(heard) == completes
    assert roll_up(study).earned_minutes == 300


def test_who_has_left_keeps_a_record_but_completes_nothing(study: Study, heard):
    study.enrolment.state = "dropped_out"
    db.session.commit()
    for number in range(5):
        settle(study, number, 60)
    assert (roll_up(study).earned_minutes, heard) == (300, [])
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "dropped_out"


def test_a_ceremony_is_ticked_for_who_was_there(study: Study):
    ceremony = make_held_lesson(study.run, kind="ceremony", recognised_minutes=0)
    study.lessons.append(ceremony)
    settle(study, 5, 0, in_full=False)
    assert record(study, 5).completed_at is None
    settle(study, 5, 0, in_full=True)
    assert record(study, 5).completed_at == NOW
    assert roll_up(study).earned_minutes == 0


def test_watching_the_recording_of_a_session_completes_nothing(study: Study):
    lesson = make_held_lesson(study.run, duration_seconds=100)
    with unit_of_work():
        standing = services.record_watch(
            study.enrolment,
            lesson,
            [(0, 100)],
            100,
            opened_at=NOW - timedelta(hours=1),
            now=NOW,
        )
    assert (standing.is_watched, standing.is_complete, standing.earned_minutes) == (True, False, 0)


# --- on the pages ----------------------------------------------------------------------


def text_of(page) -> str:
    assert page.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_the_page_of_a_run_shows_a_part_and_what_is_provisional(study: Study, signed_in_as):
    settle(study, 0, 60)
    settle(study, 1, 40)
    settle(study, 2, 0, excused=60)
    settle(study, 3, 20, made_up=40)
    sitting = make_sitting(study.run, study.lessons[6], state="attendance_provisional")
    make_attendance(sitting, study.enrolment, status="partial", credited_minutes=30)
    browser = signed_in_as(study.person)
    text = text_of(browser.get(f"/en/runs/{study.run.id}"))
    assert "Attended: 0.6 of 1 hour" in text
    assert "Provisional, not counted yet: 0.5 of 1 hour" in text
    assert text.count("Excused") == 1
    assert text.count("Made up") == 1
    # 60 + 40 + 20 attended, 36 of 60 excused, 40 made up
    assert "3.2 hours of 6 hours (54.4%)" in text
    assert "3.2 hours of 6 hours (54.4%)" in text_of(browser.get("/en/my-learning"))


def test_staff_read_the_same_hours_everywhere(study: Study, signed_in_as):
    settle(study, 0, 60)
    settle(study, 1, 40, made_up=20)
    staff = signed_in_as(make_person("staff"))
    record_page = text_of(staff.get(f"/en/manage/enrolments/{study.enrolment.id}"))
    assert "2 hours of 6 hours recognised" in record_page
    assert "0.6 of 1 hour · made up: 0.3 hours" in record_page
    assert " 2 / 6 " in text_of(staff.get(f"/en/manage/runs/{study.run.id}"))
    page = f"/en/manage/runs/{study.run.id}/export"
    file = staff.post(
        page, data={"reason": "Report to the council", "csrf_token": token_on(staff, page)}
    )
    assert ",2.0,6.0,33.3," in file.text


def test_the_page_of_a_run_costs_the_same_however_many_sessions(
    study: Study, signed_in_as, count_statements
):
    browser = signed_in_as(study.person)
    for number in range(2, 7):
        sitting = make_sitting(study.run, study.lessons[number], state="attendance_provisional")
        make_attendance(sitting, study.enrolment)
    browser.get(f"/en/runs/{study.run.id}")
    with count_statements() as statements:
        browser.get(f"/en/runs/{study.run.id}")
    assert len(statements) <= 8


@pytest.mark.parametrize("excuses, completes", [(1, False), (2, True)])
def test_caps_hold_to_the_certificate(app, signed_in_as, run_jobs, excuses, completes):
    """24 hours, of which 19 are attended: with an excused hour it is completed (DOMAIN 3.1, A)."""
    make_foundation()
    run = make_run(make_outline(0))
    for _number in range(24):
        make_held_lesson(run, recognised_minutes=HOUR)
    study = join(run, make_person(full_name="BAT"))
    study.lessons = [None, None, *study.lessons]
    for number in range(18):
        settle(study, number, 60)
    settle(study, 18, 60 if completes else 0)
    for number in range(19, 19 + excuses):
        settle(study, number, 0, excused=60)
    browser = signed_in_as(study.person)
    page = text_of(browser.get("/en/certificates"))
    assert ("BGCF-" in page) == completes
    earned = roll_up(study).earned_minutes
    assert earned == (19 * 60 + 120 if completes else 18 * 60 + 60)
