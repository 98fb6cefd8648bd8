"""One seat, forty people, one instant; and one person who clicks many times."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.core import clock
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.enrolment import services
from lms.enrolment.models import CourseRun, Enrolment
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run

PEOPLE = 40


@pytest.fixture
def site(app_of_its_own: Flask) -> Iterator[Flask]:
    """An application on a database of its own, with real transactions."""
    with app_of_its_own.app_context():
        yield app_of_its_own
        db.session.remove()


def enrol_at_once(app: Flask, run_id: int, person_ids: list[int]) -> list[str]:
    """Let these people enrol in the same instant; return how it went for each."""
    barrier = Barrier(len(person_ids))

    def one(person_id: int) -> str:
        with app.test_request_context("/en/"):
            person = db.session.get_one(Person, person_id)
            run = db.session.get_one(CourseRun, run_id)
            barrier.wait(30)
            try:
                with unit_of_work():
                    services.enrol(person, run, now=clock.now())
            except Conflict:
                return "full"
            finally:
                db.session.remove()
            return "in"

    with ThreadPoolExecutor(len(person_ids)) as pool:
        return list(pool.map(one, person_ids))


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_forty_people_and_one_seat(site):
    people = [make_person().id for _ in range(PEOPLE)]
    run_id = make_run(capacity=1).id
    db.session.rollback()
    outcome = enrol_at_once(site, run_id, people)
    assert sorted(outcome) == ["full"] * (PEOPLE - 1) + ["in"]
    assert count(Enrolment) == count(StatusEvent) == 1
    assert db.session.get_one(CourseRun, run_id).seats_taken == 1


def test_one_person_who_clicks_eight_times(site):
    person_id, run_id = make_person().id, make_run(capacity=3).id
    db.session.rollback()
    assert enrol_at_once(site, run_id, [person_id] * 8) == ["in"] * 8
    assert count(Enrolment) == count(StatusEvent) == 1
    assert db.session.get_one(CourseRun, run_id).seats_taken == 1


def test_the_database_itself_holds_the_line(site):
    """Should code ever forget the lock, the check constraint still refuses the second seat."""
    run = make_run(capacity=1, seats_taken=1)
    run.seats_taken = 2
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
