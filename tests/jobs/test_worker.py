"""Jobs are done once the cause has committed, whatever is lost or killed on the way."""

from datetime import timedelta

import pytest
import time_machine

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job, JobState
from lms.jobs.queue import LEASE, MOST_ATTEMPTS, enqueue, job, run_due_jobs, run_job
from lms.jobs.wake import JSONSerializer

done: list[str] = []


@job("test.append")
def append(word: str) -> None:
    done.append(word)


@job("test.fail")
def fail() -> None:
    raise RuntimeError("the printer is on fire")


@pytest.fixture(autouse=True)
def nothing_done(app):
    done.clear()


def ask(kind="test.append", **payload) -> int:
    with unit_of_work():
        return enqueue(kind, **payload).id


def test_what_a_job_carried_is_not_kept_after_it(app):
    job_id = ask(word="secret link")
    run_due_jobs()
    row = db.session.get(Job, job_id)
    assert (done, row.state, row.payload) == (["secret link"], JobState.DONE, {})


def test_a_failed_job_is_tried_again_later_and_at_last_left_for_staff(app):
    job_id = ask("test.fail")
    assert run_due_jobs() == 0
    assert db.session.get(Job, job_id).state == JobState.QUEUED
    for _ in range(5):
        with time_machine.travel(db.session.get(Job, job_id).run_after + timedelta(seconds=1)):
            run_due_jobs()
    row = db.session.get(Job, job_id)
    assert (row.state, row.attempts) == (JobState.FAILED, 6)
    assert "on fire" in row.last_error


def test_a_job_of_a_dead_worker_is_taken_over_when_its_lease_ends(app):
    job_id = ask(word="again")
    with unit_of_work():
        row = db.session.get(Job, job_id)
        row.state, row.leased_until = JobState.RUNNING, clock.now() + LEASE
    assert run_due_jobs() == 0
    with time_machine.travel(clock.now() + LEASE + timedelta(seconds=1)):
        assert run_due_jobs() == 1
    assert done == ["again"]


def test_a_job_that_ends_its_workers_is_given_up(app):
    job_id = ask(word="never")
    with unit_of_work():
        row = db.session.get(Job, job_id)
        row.state, row.leased_until = JobState.RUNNING, clock.now() - LEASE
        row.attempts = MOST_ATTEMPTS
    assert run_due_jobs() == 0
    assert db.session.get(Job, job_id).state == JobState.FAILED
    assert done == []


def test_a_job_that_is_being_done_cannot_be_taken_twice(app):
    job_id = ask(word="once")
    assert run_job(job_id) is True
    assert run_job(job_id) is False
    assert done == ["once"]


def test_messages_of_the_queue_cannot_carry_code():
    with pytest.raises(ValueError, match=r"JSON|utf|decode"):
        JSONSerializer().deserialize(b"\x80\x05cos\nsystem\n.")
