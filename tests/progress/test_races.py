"""Two tabs, two devices, a double click: many requests of one person at the same instant."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core import clock, events
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.unit_of_work import in_light_unit_of_work
from lms.enrolment.models import Enrolment
from lms.lessons.models import Lesson
from lms.progress import services
from lms.progress.events import CourseCompleted
from lms.progress.models import CourseCompletion, EnrolmentProgress, LessonProgress
from tests.factories.accounts import make_person
from tests.factories.progress import Study, finish, join, make_study, watch_all

NOW = clock.now()


@pytest.fixture
def site(app_of_its_own: Flask) -> Iterator[Flask]:
    """An application on a database of its own, with real transactions."""
    with app_of_its_own.app_context():
        yield app_of_its_own
        db.session.remove()


@pytest.fixture
def heard(monkeypatch) -> list[CourseCompleted]:
    announced: list[CourseCompleted] = []
    monkeypatch.setitem(events._handlers, CourseCompleted, (announced.append,))
    return announced


def at_once(app: Flask, count: int, act: Callable[[int], object]) -> list[object]:
    """Run `act` in that many threads that start together; return what each returned or raised.

    As beats do: what decides something is undone and done again in a transaction that lasts.
    """
    barrier = Barrier(count)

    def one(number: int) -> object:
        with app.app_context():
            try:
                barrier.wait(30)
                return in_light_unit_of_work(lambda: act(number))
            except Exception as error:  # noqa: BLE001 - what went wrong is what the test looks at
                return error
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def ids(study: Study) -> tuple[int, list[int]]:
    return study.enrolment.id, [lesson.id for lesson in study.lessons]


def enrolment_and_lesson(enrolment_id: int, lesson_id: int) -> tuple[Enrolment, Lesson]:
    return db.session.get_one(Enrolment, enrolment_id), db.session.get_one(Lesson, lesson_id)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_fifty_first_beats_at_once_make_one_truthful_record(site: Flask):
    enrolment_id, (lesson_id,) = ids(make_study())

    def beat(number: int) -> object:
        return services.record_watch(
            *enrolment_and_lesson(enrolment_id, lesson_id),
            [(2 * number, 2 * number + 2)],
            0,
            opened_at=NOW - timedelta(seconds=50),
            now=NOW,
        )

    results = at_once(site, 50, beat)
    assert [r for r in results if isinstance(r, Exception)] == []
    row = db.session.scalars(select(LessonProgress)).one()
    assert row.watched_seconds == 80, "50 s at 1.5 and the slack, however many send"
    assert count(EnrolmentProgress) == 1


def test_fifty_copies_of_one_beat_count_once(site: Flask):
    enrolment_id, (lesson_id,) = ids(make_study())

    def beat(_number: int) -> object:
        return services.record_watch(
            *enrolment_and_lesson(enrolment_id, lesson_id),
            [(0, 15)],
            15,
            opened_at=NOW - timedelta(seconds=15),
            now=NOW,
        )

    results = at_once(site, 50, beat)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert db.session.scalars(select(LessonProgress.intervals)).one() == [[0, 15]]


def test_twenty_completions_of_the_last_lesson_are_one_completion(site: Flask, heard):
    study = make_study(lessons=2)
    finish(study, study.lessons[0])
    watch_all(study, study.lessons[1])
    enrolment_id, (_first, last) = ids(study)

    def answer(_number: int) -> object:
        return services.answer_question(*enrolment_and_lesson(enrolment_id, last), 0, now=NOW)

    results = at_once(site, 20, answer)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert all(standing.course_is_complete for standing in results)
    assert_completed_once(heard)


def test_the_last_lessons_finished_side_by_side_are_one_completion(site: Flask, heard):
    """Two different lessons may each be the one that reaches the rule."""
    study = make_study(lessons=20, completion_percent=50)
    for lesson in study.lessons:
        watch_all(study, lesson)
    enrolment_id, lesson_ids = ids(study)

    def answer(number: int) -> object:
        return services.answer_question(
            *enrolment_and_lesson(enrolment_id, lesson_ids[number]), 0, now=NOW
        )

    results = at_once(site, 20, answer)
    assert [r for r in results if isinstance(r, Exception)] == []
    roll_up = db.session.scalars(select(EnrolmentProgress)).one()
    assert (roll_up.lessons_done, roll_up.earned_minutes) == (20, 600)
    assert_completed_once(heard)


def test_people_who_finish_a_run_together_do_not_wait_for_ever(site: Flask, heard):
    first = make_study()
    studies = [first, *(join(first.run, make_person()) for _ in range(19))]
    for study in studies:
        watch_all(study, study.lessons[0])
    pairs = [(study.enrolment.id, study.lessons[0].id) for study in studies]

    def answer(number: int) -> object:
        return services.answer_question(*enrolment_and_lesson(*pairs[number]), 0, now=NOW)

    results = at_once(site, 20, answer)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert (count(CourseCompletion), len(heard)) == (20, 20)


def assert_completed_once(heard: list[CourseCompleted]) -> None:
    assert (count(CourseCompletion), len(heard)) == (1, 1)
    assert db.session.scalars(select(Enrolment.state)).one() == "completed"
    completions = select(StatusEvent).where(StatusEvent.new == "completed")
    assert len(db.session.scalars(completions).all()) == 1
