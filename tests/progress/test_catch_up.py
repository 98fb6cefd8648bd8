"""Making up for a session with its recording: exactly what was missed, in real time, in seven
days, with three answers; then it counts, up to the cap."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from lms.progress import play_token
from lms.progress.models import CatchUp, EnrolmentProgress
from lms.progress.queries.catch_up import catching_up, made_up_by
from lms.progress.services.catch_up import answer_questions, record_watch
from lms.seminars.models import Attendance, AttendanceStatus, Presence, Sitting
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.progress import Study, join, make_outline
from tests.factories.recordings import (
    RIGHT,
    caption,
    judged,
    make_recorded_sitting,
    record,
    stay,
)
from tests.factories.seminars import make_held_lesson, make_sitting
from tests.forms import fill_in, token_on

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ALL_RIGHT = dict.fromkeys((1, 2, 3), RIGHT)


@pytest.fixture
def study(app) -> Study:
    return join(make_run(make_outline(1)), make_person())


@pytest.fixture
def sitting(study) -> Sitting:
    """A session of two hours of which the person missed the first hour, and its recording."""
    held = make_recorded_sitting(study.run)
    stay(held, study.enrolment, 60, 120)
    judged(held, study.enrolment, "partial", credited_minutes=60, present_seconds=3600)
    return record(held, published_at=clock.now() - HOUR)


def known_of(study, sitting):
    found = catching_up(study.person.id, sitting.id)
    assert found is not None
    return found


def watch(study, sitting, *intervals, now=None, opened_at=None):
    """Let somebody have played these seconds, with all the time in the world."""
    now = now or clock.now()
    with unit_of_work():
        return record_watch(
            known_of(study, sitting),
            list(intervals),
            intervals[-1][1],
            opened_at=opened_at or now - 6 * HOUR,
            now=now,
        )


def answer(study, sitting, choices=None, now=None):
    with unit_of_work():
        return answer_questions(
            known_of(study, sitting), choices or ALL_RIGHT, now=now or clock.now()
        )


def attendance(study, sitting) -> Attendance:
    db.session.expire_all()
    return db.session.scalars(
        select(Attendance).where(
            Attendance.sitting_id == sitting.id,
            Attendance.enrolment_id == study.enrolment.id,
        )
    ).one()


def status(study, sitting):
    return attendance(study, sitting).status


@pytest.fixture
def long_ago(sitting):
    """The recording has been out for two days, so nobody is held up by real time."""
    sitting.recording_published_at = clock.now() - 48 * HOUR
    save(sitting)


# --- what makes it up ------------------------------------------------------------------


def test_what_was_missed_and_three_answers_make_up_for_a_session(study, sitting, long_ago):
    standing = watch(study, sitting, (0, 3600))
    assert (standing.watched_seconds, standing.is_watched) == (3600, True)
    assert not standing.is_complete
    assert status(study, sitting) == "partial"
    answered = answer(study, sitting)
    assert (answered.wrong, answered.standing.is_complete) == ((), True)
    verdict = attendance(study, sitting)
    assert verdict.status == AttendanceStatus.MADE_UP
    assert "catch_up" in verdict.evidence.split()
    (change,) = history_of(("attendance", verdict.id))
    assert (change.old, change.new, change.actor_id) == ("partial", "made_up", None)


def test_answers_may_come_first(study, sitting, long_ago):
    assert not answer(study, sitting).standing.is_complete
    assert watch(study, sitting, (0, 3600)).is_complete
    assert status(study, sitting) == "made_up"


def test_nine_tenths_of_what_was_missed_are_enough_and_a_second_less_is_not(
    study, sitting, long_ago
):
    answer(study, sitting)
    assert not watch(study, sitting, (0, 3239)).is_complete
    assert status(study, sitting) == "partial"
    assert watch(study, sitting, (3239, 3240)).is_complete
    assert status(study, sitting) == "made_up"


def test_what_was_not_missed_makes_up_for_nothing(study, sitting, long_ago):
    answer(study, sitting)
    standing = watch(study, sitting, (3600, 7200))
    assert (standing.watched_seconds, standing.is_watched) == (0, False)
    assert status(study, sitting) == "partial"


def test_wrong_answers_are_named_counted_and_tried_again(study, sitting, long_ago):
    watch(study, sitting, (0, 3600))
    assert answer(study, sitting, {1: RIGHT, 2: 0, 3: 2}).wrong == (2, 3)
    assert status(study, sitting) == "partial"
    with pytest.raises(Invalid, match="Choose one"):
        answer(study, sitting, {1: RIGHT, 2: 7, 3: RIGHT})
    assert answer(study, sitting).standing.is_complete
    # Once right they stay right, whatever comes after.
    assert answer(study, sitting, {1: 0, 2: 0, 3: 0}).wrong == ()
    assert db.session.scalars(select(CatchUp)).one().tries == 2


def test_sent_again_it_changes_nothing(study, sitting, long_ago):
    answer(study, sitting)
    first = watch(study, sitting, (0, 1800))
    assert watch(study, sitting, (0, 1800), (900, 1800)) == first
    assert watch(study, sitting, (0, 3600)).is_complete
    assert watch(study, sitting, (0, 3600)).is_complete
    assert len(history_of(("attendance", attendance(study, sitting).id))) == 1


def test_it_counts_in_full_also_after_attendance_is_final(study, sitting, long_ago):
    sitting.state = "attendance_final"
    save(sitting)
    make_more_live_hours(study)
    answer(study, sitting)
    watch(study, sitting, (0, 3600))
    db.session.expire_all()
    assert db.session.get_one(EnrolmentProgress, study.enrolment.id).earned_minutes == 120


def make_more_live_hours(study):
    for _number in range(5):
        make_held_lesson(db.session.get_one(CourseRun, study.run.id))


# --- nothing can be forged -------------------------------------------------------------


def test_a_jump_is_believed_no_further_than_real_time_allows(study, sitting):
    """The page was opened ten minutes ago: 15 minutes can have been watched, and some slack."""
    now = clock.now()
    standing = watch(study, sitting, (0, 3600), now=now, opened_at=now - 10 * MINUTE)
    assert standing.watched_seconds == 905


def test_nobody_has_watched_before_it_was_published(study, sitting):
    sitting.recording_published_at = clock.now() - 2 * MINUTE
    save(sitting)
    assert watch(study, sitting, (0, 3600)).watched_seconds == 185


@pytest.mark.parametrize("beat", [(-5, 10), (10, 10), (7190, 7201)])
def test_seconds_the_recording_does_not_have_are_refused(study, sitting, beat):
    with pytest.raises(Invalid):
        watch(study, sitting, beat)


def test_a_token_of_a_lesson_or_of_somebody_else_opens_nothing(study, sitting, signed_in_as):
    browser = signed_in_as(study.person)
    early = clock.now() - 5 * HOUR
    tokens = {
        "of a lesson": play_token.make_token(study.enrolment.id, sitting.id, early),
        "of another": play_token.make_token(
            study.enrolment.id + 1, sitting.id, early, play_token.SITTING
        ),
        "of another sitting": play_token.make_token(
            study.enrolment.id, sitting.id + 1, early, play_token.SITTING
        ),
    }
    for token in tokens.values():
        assert beat_by(browser, sitting, token).status_code == 422
    own = play_token.make_token(study.enrolment.id, sitting.id, early, play_token.SITTING)
    assert beat_by(browser, sitting, own).status_code == 200


def beat_by(browser, sitting, token, interval=(0, 60)):
    return browser.post(
        f"/api/v1/sessions/{sitting.id}/catch-up",
        json={"token": token, "intervals": [list(interval)], "position": interval[1]},
        headers={"X-CSRFToken": token_on(browser, "/en/account")},
    )


def test_what_was_watched_of_an_earlier_recording_says_nothing_of_this_one(
    study, sitting, long_ago
):
    answer(study, sitting)
    watch(study, sitting, (0, 1800))
    with time_machine.travel(clock.now() + HOUR, tick=False):
        sitting.recording_published_at = clock.now()
        save(sitting)
        with time_machine.travel(clock.now() + 2 * HOUR, tick=False):
            standing = watch(study, sitting, (1800, 3600))
            assert (standing.watched_seconds, standing.is_complete) == (1800, False)
            assert standing.is_answered


# --- seven days ------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["America/Guayaquil", "Pacific/Auckland"])
def test_the_last_second_of_the_seventh_day_where_the_city_is_counts(study, sitting, zone):
    make_affiliation(study.person, make_city(time_zone=zone))
    sitting.recording_published_at = clock.now().replace(microsecond=0) - 48 * HOUR
    save(sitting)
    until = known_of(study, sitting).make_up().until
    answer(study, sitting)
    with pytest.raises(Conflict, match="seven days"):
        watch(study, sitting, (0, 3600), now=until + timedelta(seconds=1))
    assert status(study, sitting) == "partial"
    assert watch(study, sitting, (0, 3600), now=until).is_complete


def test_too_late_it_is_watched_and_the_page_says_that_it_no_longer_counts(
    study, sitting, signed_in_as
):
    sitting.recording_published_at = clock.now() - timedelta(days=9)
    save(sitting)
    page = page_of(signed_in_as(study.person), sitting)
    assert "it no longer counts" in page
    assert "<video" in page
    assert "data-watch=" not in page
    assert "question_1" not in page


# --- who and when not ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "words_of_it"),
    [("present", "counts in full"), ("excused", "counts in full"), ("made_up", "counts in full")],
)
def test_who_has_it_makes_nothing_up(study, sitting, long_ago, verdict, words_of_it):
    row = attendance(study, sitting)
    row.status = verdict
    save(row)
    with pytest.raises(Conflict, match=words_of_it):
        watch(study, sitting, (0, 3600))
    assert status(study, sitting) == verdict


def test_who_attended_the_other_slot_makes_nothing_up(study, sitting, long_ago):
    other = make_sitting(study.run, lesson_id=sitting.lesson_id, state="attendance_provisional")
    judged(other, study.enrolment, "present")
    with pytest.raises(Conflict, match="at another time"):
        watch(study, sitting, (0, 3600))


def test_without_its_questions_nothing_is_made_up_and_the_page_says_so(study, signed_in_as):
    held = make_recorded_sitting(study.run)
    judged(held, study.enrolment)
    record(held, published_at=clock.now() - HOUR, questions=2)
    with pytest.raises(Conflict, match="three questions"):
        watch(study, held, (0, 3600))
    assert "the three questions it takes have not been written" in page_of(
        signed_in_as(study.person), held
    )


@pytest.mark.parametrize("values", [{"recording_published_at": None}, {"allows_make_up": False}])
def test_what_is_withdrawn_or_was_never_offered_is_not_recorded(study, sitting, values):
    for name, value in values.items():
        setattr(sitting, name, value)
    save(sitting)
    with pytest.raises(Conflict):
        watch(study, sitting, (0, 60))
    assert db.session.scalars(select(CatchUp)).all() == []


def test_after_the_run_nothing_is_recorded(study, sitting, long_ago):
    run = db.session.get_one(CourseRun, study.run.id)
    run.state = "archived"
    save(run)
    with pytest.raises(Conflict, match="run is over"):
        watch(study, sitting, (0, 60))
    run.state = "judging"
    save(run)
    assert watch(study, sitting, (0, 60)).watched_seconds == 60


# --- the page --------------------------------------------------------------------------


def page_of(browser, sitting, query=""):
    answer = browser.get(f"/en/sessions/{sitting.id}/catch-up{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_page_shows_the_parts_until_when_and_how_much_of_it_counts(
    study, sitting, signed_in_as
):
    """Of four live hours 1.2 may be made up; the missed hour fits, with 12 minutes to spare."""
    make_held_lesson(db.session.get_one(CourseRun, study.run.id))
    save(
        Presence(
            sitting_id=sitting.id,
            enrolment_id=study.enrolment.id,
            source="link",
            device="telephone",
            joined_at=sitting.starts_at + 10 * MINUTE,
            left_at=sitting.starts_at + 20 * MINUTE,
        )
    )
    caption(sitting)
    page = page_of(signed_in_as(study.person), sitting)
    assert page.count("data-part>") == 2
    assert ">0:00–10:00</a>" in page
    assert ">20:00–1:00:00</a>" in page
    assert "data-parts='[[0, 600], [1200, 3600]]'" in page
    assert 'data-length="3000"' in page
    assert "Counts until" in page
    assert "Busan" in page
    assert "At the beginning." in page
    assert "An hour later." not in page, "that was said while they were there"
    assert "at most 1.2 hours can be made up; you have made up 0 hours" in page
    assert "would still count" not in page
    assert "recorded only with JavaScript" in page
    assert "480p#t=0,600" in page, "without a script the browser stops after the part"
    assert "480p#t=1200,3600" in page_of(signed_in_as(study.person), sitting, "?part=2")


def test_the_cap_is_told_before_it_cuts(study, sitting, signed_in_as):
    assert made_up_by(study.enrolment.id).most == 36, "three tenths of the only live lesson"
    page = page_of(signed_in_as(study.person), sitting)
    assert "Of this session 0.6 hours would still count." in page


def test_answers_come_back_beside_their_questions_with_all_that_was_chosen(
    study, sitting, signed_in_as
):
    browser = signed_in_as(study.person)
    place = f"/en/sessions/{sitting.id}/catch-up"
    wrong = {"question_1": RIGHT, "question_2": 0, "question_3": RIGHT}
    answer = fill_in(browser, place, send_to=f"{place}/answers", **wrong)
    assert answer.status_code == 422
    assert answer.text.count("That is not the right answer. You may try again.") == 2
    assert answer.text.count("checked") >= 3
    missing = fill_in(browser, place, send_to=f"{place}/answers", question_1=RIGHT)
    assert missing.status_code == 422
    right = {f"question_{number}": RIGHT for number in (1, 2, 3)}
    assert fill_in(browser, place, send_to=f"{place}/answers", **right).status_code == 303
    assert "All three are right" in page_of(browser, sitting)


def test_before_there_is_a_recording_the_page_says_so(study, signed_in_as):
    held = make_recorded_sitting(study.run)
    judged(held, study.enrolment)
    assert "The recording is not here yet" in page_of(signed_in_as(study.person), held)
    elsewhere = make_recorded_sitting(
        study.run,
        recording_address="https://video.example/1",
        recording_published_at=clock.now(),
    )
    assert "cannot be made up with it" in page_of(signed_in_as(study.person), elsewhere)


def test_it_is_there_for_those_in_the_run_once_the_session_is_over(study, sitting, signed_in_as):
    address = f"/en/sessions/{sitting.id}/catch-up"
    assert signed_in_as(make_person()).get(address).status_code == 404
    assert signed_in_as(make_person("staff")).get(address).status_code == 404
    to_come = make_sitting(study.run)
    early = signed_in_as(study.person).get(f"/en/sessions/{to_come.id}/catch-up")
    assert early.status_code == 404


def test_the_page_takes_the_same_statements_for_any_number_of_parts(
    study, sitting, signed_in_as, count_statements
):
    browser = signed_in_as(study.person)

    def cost():
        with count_statements() as statements:
            page_of(browser, sitting)
        return len(statements)

    cost()
    few = cost()
    for minute in range(1, 50, 4):
        stay(sitting, study.enrolment, minute, minute + 1, f"device {minute}")
    for language in ("ko", "en", "vi"):
        caption(sitting, language)
    assert cost() == few <= 8


def test_an_ordinary_beat_costs_six_statements(study, sitting, signed_in_as, count_statements):
    browser = signed_in_as(study.person)
    token = play_token.make_token(
        study.enrolment.id, sitting.id, clock.now() - HOUR, play_token.SITTING
    )
    for first in (0, 60):
        beat_by(browser, sitting, token, (first, first + 60))
    csrf, address = token_on(browser, "/en/account"), f"/api/v1/sessions/{sitting.id}/catch-up"
    with count_statements() as statements:
        answer = browser.post(
            address,
            json={"token": token, "intervals": [[120, 180]], "position": 180},
            headers={"X-CSRFToken": csrf},
        )
    assert answer.json == {"watched_seconds": 180, "is_watched": False, "is_complete": False}
    assert len(statements) <= 6


# --- two at once -----------------------------------------------------------------------


def test_two_tabs_complete_it_once(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        study = join(make_run(make_outline(1)), make_person())
        held = make_recorded_sitting(study.run)
        judged(held, study.enrolment)
        record(held, published_at=clock.now() - 48 * HOUR, renditions=("480p",))
        answer(study, held)
        person_id, sitting_id = study.person.id, held.id
        db.session.remove()
    together = threading.Barrier(2)
    failures = []

    def tab(first, last):
        with app.app_context():
            try:
                known = catching_up(person_id, sitting_id)
                together.wait()
                now = clock.now()
                with unit_of_work():
                    record_watch(known, [(first, last)], last, opened_at=now - 6 * HOUR, now=now)
            except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
                failures.append(error)
            finally:
                db.session.remove()

    tabs = [threading.Thread(target=tab, args=span) for span in ((0, 3600), (3600, 7200))]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert failures == []
    with app.app_context():
        row = db.session.scalars(select(CatchUp)).one()
        assert row.intervals == [[0, 7200]]
        assert row.completed_at is not None
        verdict = db.session.scalars(select(Attendance)).one()
        assert verdict.status == "made_up"
        assert len(history_of(("attendance", verdict.id))) == 1
        db.session.remove()
