"""Records that only grow, hours that only come from finished lessons, one completion."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core import audit, clock, events
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course
from lms.enrolment.events import PersonEnrolled
from lms.progress import rules, services
from lms.progress.events import CourseCompleted
from lms.progress.models import CourseCompletion, EnrolmentProgress, LessonProgress
from tests.factories.accounts import make_person
from tests.factories.courses import make_module
from tests.factories.enrolment import make_enrolment
from tests.factories.lessons import make_lesson
from tests.factories.progress import Study, finish, join, make_study, watch_all

NOW = clock.now().replace(microsecond=0)


@pytest.fixture
def study(app) -> Study:
    return make_study(lessons=5)


@pytest.fixture
def heard(monkeypatch) -> list[CourseCompleted]:
    """What was announced of completions."""
    announced: list[CourseCompleted] = []
    monkeypatch.setitem(events._handlers, CourseCompleted, (announced.append,))
    return announced


def beat(study: Study, *played, at: float, position: int = 0, lesson=None):
    with unit_of_work():
        return services.record_watch(
            study.enrolment,
            lesson or study.lessons[0],
            played,
            position,
            opened_at=NOW,
            now=NOW + timedelta(seconds=at),
        )


def record(study: Study, lesson=None) -> LessonProgress:
    lesson = lesson or study.lessons[0]
    return db.session.scalars(
        select(LessonProgress).where(
            LessonProgress.enrolment_id == study.enrolment.id,
            LessonProgress.lesson_id == lesson.id,
        )
    ).one()


def roll_up(study: Study) -> EnrolmentProgress:
    return db.session.get_one(EnrolmentProgress, study.enrolment.id)


# --- watching --------------------------------------------------------------------------


def test_beats_are_merged_and_the_position_is_kept(study: Study):
    beat(study, (0, 15), at=15, position=15)
    standing = beat(study, (10, 30), at=31, position=30)
    row = record(study)
    assert (row.intervals, row.watched_seconds, row.last_position) == ([[0, 30]], 30, 30)
    assert (standing.watched_seconds, standing.is_complete) == (30, False)
    assert (roll_up(study).last_lesson_id, roll_up(study).earned_minutes) == (row.lesson_id, 0)


def test_a_page_opened_in_the_future_gives_no_time(study: Study):
    with unit_of_work():
        services.record_watch(
            study.enrolment,
            study.lessons[0],
            [(0, 100)],
            0,
            opened_at=NOW + timedelta(days=1),
            now=NOW,
        )
    assert record(study).watched_seconds == rules.SLACK_SECONDS


def test_a_page_opened_earlier_gives_no_time_twice(study: Study):
    """Only the first beat of a lesson counts from the opening of its page."""
    beat(study, (0, 10), at=10)
    with unit_of_work():
        services.record_watch(
            study.enrolment,
            study.lessons[0],
            [(0, 100)],
            0,
            opened_at=NOW - timedelta(days=1),
            now=NOW + timedelta(seconds=10),
        )
    assert record(study).watched_seconds == 10 * 1.5 + rules.SLACK_SECONDS


@pytest.mark.parametrize("played", [(-1, 5), (5, 5), (9, 3), (0, 101), (10**30, 10**31)])
def test_seconds_the_recording_does_not_have_are_refused_and_lose_nothing(study: Study, played):
    beat(study, (0, 15), at=15, position=15)
    with pytest.raises(Invalid):
        beat(study, (20, 25), played, at=60)
    with pytest.raises(Invalid):
        beat(study, at=60, position=101)
    assert (record(study).intervals, record(study).last_position) == ([[0, 15]], 15)


def test_the_first_beat_starts_the_enrolment(study: Study):
    beat(study, (0, 15), at=15)
    beat(study, (15, 30), at=30)
    changes = [event.new for event in audit.history_of(("enrolment", study.enrolment.id))]
    assert (study.enrolment.state, changes) == ("started", ["started"])


def test_nothing_is_recorded_after_leaving_or_after_the_run(study: Study):
    beat(study, (0, 15), at=15)
    study.enrolment.state = "dropped_out"
    db.session.commit()
    with pytest.raises(NotFound):
        beat(study, (15, 30), at=30)
    study.enrolment.state = "started"
    study.run.state = "judging"
    db.session.commit()
    with pytest.raises(Conflict):
        beat(study, (15, 30), at=30)
    assert record(study).watched_seconds == 15


def test_an_ordinary_beat_is_one_read_and_one_write(study: Study, count_statements):
    beat(study, (0, 15), at=15)
    lesson = Row(study.lessons[0].id, "recorded", 100)
    enrolment = Row(study.enrolment.id)
    with count_statements() as statements, unit_of_work():
        services.record_watch(
            enrolment, lesson, [(15, 30)], 30, opened_at=NOW, now=NOW + timedelta(seconds=30)
        )
    assert [statement.split()[0] for statement in statements] == ["SELECT", "UPDATE"]


class Row:
    def __init__(self, id_: int, kind: str = "", duration_seconds: int = 0) -> None:
        self.id, self.kind, self.duration_seconds = id_, kind, duration_seconds


# --- lessons ---------------------------------------------------------------------------


def test_a_lesson_is_complete_when_watched_and_answered_in_either_order(study: Study):
    first, second = study.lessons[:2]
    assert not watch_all(study, first).is_complete
    assert answer(study, first, 0).is_complete
    assert not answer(study, second, 0).is_complete
    assert watch_all(study, second).is_complete
    assert (roll_up(study).lessons_done, roll_up(study).earned_minutes) == (2, 60)


def test_wrong_answers_are_free_and_a_right_one_stays_right(study: Study):
    lesson = study.lessons[0]
    watch_all(study, lesson)
    assert not answer(study, lesson, 1).is_answered
    assert not answer(study, lesson, 1).is_complete
    assert answer(study, lesson, 0).is_complete
    assert answer(study, lesson, 1).is_complete
    assert record(study, lesson).tries == 3


def test_a_choice_that_is_not_there_is_refused(study: Study):
    for choice in (-1, 2):
        with pytest.raises(Invalid):
            answer(study, study.lessons[0], choice)
    silent = make_lesson(make_module_of(study), question=False)
    with pytest.raises(NotFound):
        answer(study, silent, 0)


def test_a_reading_is_ticked_and_earns_no_hours(study: Study):
    reading = make_lesson(
        make_module_of(study), kind="reading", duration_seconds=0, recognised_minutes=0
    )
    for _again in range(2):
        with unit_of_work():
            assert services.mark_read(study.enrolment, reading, now=NOW).is_complete
    assert (roll_up(study).lessons_done, roll_up(study).earned_minutes) == (1, 0)
    with pytest.raises(Conflict), unit_of_work():
        services.mark_read(study.enrolment, study.lessons[0], now=NOW)


def test_a_recording_without_a_question_is_complete_when_watched(study: Study):
    silent = make_lesson(make_module_of(study), question=False)
    assert watch_all(study, silent).is_complete


def make_module_of(study: Study):
    return make_module(db.session.get_one(Course, study.run.course_id), position=99)


def answer(study: Study, lesson, choice: int):
    with unit_of_work():
        return services.answer_question(study.enrolment, lesson, choice, now=NOW)


# --- the course ------------------------------------------------------------------------


def test_the_roll_up_opens_with_what_the_run_requires(app):
    study = make_study(lessons=3)
    for _again in range(2):
        with unit_of_work():
            services.open_progress(
                PersonEnrolled(study.enrolment.id, study.run.id, study.person.id, NOW)
            )
    row = roll_up(study)
    assert (row.lessons_total, row.required_minutes, row.lessons_done) == (3, 90, 0)


def test_the_course_is_completed_once_at_four_fifths_of_its_hours(study: Study, heard):
    for lesson in study.lessons[:3]:
        assert not finish(study, lesson, now=NOW).course_is_complete
    assert heard == []
    assert finish(study, study.lessons[3], now=NOW).course_is_complete
    completion = db.session.scalars(select(CourseCompletion)).one()
    assert heard == [
        CourseCompleted(study.enrolment.id, study.run.id, study.person.id, completion.id, NOW)
    ]
    assert (completion.result, completion.rule_version) == ("completion", rules.RULE_VERSION)
    assert completion.figures == {
        "earned_minutes": 120,
        "required_minutes": 150,
        "percent_required": 80,
        "rate": "80.0",
        "lessons_done": 4,
        "lessons_total": 5,
    }
    assert (study.enrolment.state, study.enrolment.ended_at) == ("completed", NOW)

    assert finish(study, study.lessons[4], now=NOW).course_is_complete
    assert len(heard) == 1
    assert roll_up(study).earned_minutes == 150
    assert completion.figures["earned_minutes"] == 120, "judged by the figures of that moment"


def test_a_handler_that_fails_undoes_the_completion_and_its_last_fact(study: Study, monkeypatch):
    def fail(_event: CourseCompleted) -> None:
        raise RuntimeError("no certificate")

    for lesson in study.lessons[:3]:
        finish(study, lesson)
    last = study.lessons[3]
    watch_all(study, last)
    monkeypatch.setitem(events._handlers, CourseCompleted, (fail,))
    with pytest.raises(RuntimeError):
        answer(study, last, 0)
    assert count(CourseCompletion) == 0
    assert record(study, last).answered_at is None
    assert (study.enrolment.state, roll_up(study).lessons_done) == ("started", 3)


def test_hours_count_and_clicks_do_not(study: Study, heard):
    module = make_module_of(study)
    for position in range(1, 21):
        reading = make_lesson(
            module, kind="reading", duration_seconds=0, recognised_minutes=0, position=position
        )
        with unit_of_work():
            services.mark_read(study.enrolment, reading, now=NOW)
    assert (roll_up(study).lessons_done, heard) == (20, [])


def test_leaving_and_coming_back_keeps_everything(study: Study):
    finish(study, study.lessons[0])
    beat(study, (0, 20), at=20, position=20, lesson=study.lessons[1])
    study.enrolment.state = "dropped_out"
    db.session.commit()
    study.enrolment.state = "started"
    db.session.commit()
    with unit_of_work():
        services.open_progress(
            PersonEnrolled(study.enrolment.id, study.run.id, study.person.id, NOW)
        )
    assert (roll_up(study).lessons_done, roll_up(study).earned_minutes) == (1, 30)
    assert record(study, study.lessons[1]).intervals == [[0, 20]]


def test_others_in_the_run_are_not_touched(study: Study):
    other = join(study.run, make_person())
    finish(study, study.lessons[0])
    assert (roll_up(other).lessons_done, roll_up(other).last_activity_at) == (0, None)


def test_an_enrolment_older_than_its_roll_up_gets_one(study: Study):
    enrolment = make_enrolment(study.run, make_person())
    with unit_of_work():
        services.answer_question(enrolment, study.lessons[0], 0, now=NOW)
    assert db.session.get_one(EnrolmentProgress, enrolment.id).required_minutes == 150


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))
