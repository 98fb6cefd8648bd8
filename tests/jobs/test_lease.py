"""Long work keeps its job as long as it says that it is alive, and no longer."""

from datetime import timedelta

import pytest
import time_machine

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.jobs.queue import due_jobs, enqueue, job, keep_lease, run_job

HALF_A_LEASE = timedelta(seconds=31)

begun: list[bool] = []
could_be_taken: list[bool] = []


@job("test.long")
def work_long(is_kept: bool) -> None:
    """Work for two minutes, while another worker looks around."""
    begun.append(is_kept)
    if len(begun) > 1:
        return  # taken over
    (job_id,) = db.session.scalars(db.select(Job.id)).all()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(4):
            traveller.shift(HALF_A_LEASE)
            if is_kept:
                keep_lease()
            could_be_taken.append(job_id in due_jobs())
            run_job(job_id)


@pytest.fixture(autouse=True)
def nothing_done(app):
    begun.clear()
    could_be_taken.clear()


def ask(is_kept: bool) -> int:
    with unit_of_work():
        return enqueue("test.long", is_kept=is_kept).id


def test_a_job_kept_alive_is_not_taken_by_another_worker(app):
    assert run_job(ask(is_kept=True)) is True
    assert could_be_taken == [False] * 4
    assert begun == [True]


def test_a_job_not_kept_alive_is_taken_when_its_lease_ends(app):
    run_job(ask(is_kept=False))
    assert could_be_taken[:2] == [False, True]
    assert begun == [False, False]


def test_keeping_writes_only_now_and_then(app, count_statements):
    counts: list[int] = []

    @job("test.busy")
    def work_busily() -> None:
        with time_machine.travel(clock.now(), tick=False) as traveller:
            for seconds in (0, 19, 2, 0):
                traveller.shift(timedelta(seconds=seconds))
                with count_statements() as statements:
                    keep_lease()
                counts.append(len(statements))

    with unit_of_work():
        job_id = enqueue("test.busy").id
    assert run_job(job_id) is True
    assert counts == [0, 0, 1, 0]


def test_a_lease_that_another_worker_has_taken_stays_with_it(app):
    leases: list[object] = []

    @job("test.late")
    def work_late() -> None:
        with unit_of_work():
            row = db.session.get_one(Job, job_id)
            row.attempts, taken_until = row.attempts + 1, row.leased_until
        with time_machine.travel(clock.now() + HALF_A_LEASE, tick=False):
            keep_lease()
        leases.append(db.session.get_one(Job, job_id).leased_until == taken_until)

    with unit_of_work():
        job_id = enqueue("test.late").id
    run_job(job_id)
    assert leases == [True]


def test_outside_of_a_job_there_is_nothing_to_keep(app, count_statements):
    with count_statements() as statements:
        keep_lease()
    assert not statements
