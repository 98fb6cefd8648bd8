"""Ask for work (`enqueue`), say how it is done (`@job`), and do what is due (`run_due_jobs`)."""

import logging
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import or_, select, update

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import after_commit, unit_of_work
from lms.jobs import wake
from lms.jobs.models import Job, JobState

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
KEEP_EVERY = timedelta(seconds=20)
RETRY_AFTER = (1, 5, 15, 60, 240)  # minutes; then the job is left as failed, for staff to see
MOST_ATTEMPTS = len(RETRY_AFTER) + 1

Work = TypeVar("Work", bound=Callable[..., Any])

_work: dict[str, Callable[..., Any]] = {}
_given_up: dict[str, Callable[..., object]] = {}


@dataclass
class _Held:
    """The job this thread is doing, the number of the try, and when its lease was last written."""

    job_id: int
    attempt: int
    kept_at: datetime


_held: ContextVar[_Held | None] = ContextVar("held_job", default=None)


def init_app(app: Flask) -> None:
    """Open the queue that wakes the worker."""
    wake.init_app(app, run_job)


def job(kind: str, *, when_given_up: Callable[..., object] | None = None) -> Callable[[Work], Work]:
    """Register a function as the way to do jobs of this kind. It must bear being run twice.

    `when_given_up` is called with the same values once no further try is made, in the unit of
    work that records it.
    """

    def register(work: Work) -> Work:
        _work[kind] = work
        if when_given_up is not None:
            _given_up[kind] = when_given_up
        return work

    return register


def enqueue(
    kind: str, *, key: str | None = None, run_after: datetime | None = None, **payload: Any
) -> Job:
    """Write a job in the open unit of work and wake the worker once that has committed.

    With a `key`, asking again returns the job that is already there.
    """
    if key is not None:
        present = db.session.scalar(select(Job).where(Job.key == key))
        if present is not None:
            return present
    now = clock.now()
    row = Job(
        kind=kind,
        key=key,
        payload=payload,
        state=JobState.QUEUED,
        run_after=run_after or now,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    job_id = row.id
    after_commit(lambda: wake.wake_worker(job_id))
    return row


def run_job(job_id: int) -> bool:
    """Lease one job, do it, and record how it ended; False when it was not to be had."""
    taken = _lease(job_id)
    if taken is None:
        return False
    kind, payload, held = taken
    if held.attempt > MOST_ATTEMPTS:
        # Each worker that took it died of it, and so could not say that it had failed.
        _put_back(job_id, "every worker that did this job ended in the middle of it")
        return False
    token = _held.set(held)
    try:
        _work[kind](**payload)
    except Exception:
        log.exception("job %s (%s) failed", job_id, kind)
        _put_back(job_id, traceback.format_exc(limit=20))
        db.session.remove()
        return False
    finally:
        _held.reset(token)
    with unit_of_work():
        row = db.session.get_one(Job, job_id)
        row.state = JobState.DONE
        row.finished_at = clock.now()
        row.leased_until = None
        # The key is free again, and what the job carried (a link, an address) is not kept.
        row.key = None
        row.payload = {}
        row.last_error = ""
    return True


def keep_lease() -> None:
    """Say that the job being done is still alive, so that no other worker takes it over.

    For work of more than a minute, called as often as it gets on: it writes every twenty seconds
    at most, in a unit of work of its own, so never inside another. A lease that another worker
    has taken meanwhile stays with that one. Outside of a job it does nothing.
    """
    held, now = _held.get(), clock.now()
    if held is None or now - held.kept_at < KEEP_EVERY:
        return
    with unit_of_work():
        db.session.execute(
            update(Job)
            .where(Job.id == held.job_id, Job.state == JobState.RUNNING)
            .where(Job.attempts == held.attempt)
            .values(leased_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )
    held.kept_at = now


def _lease(job_id: int) -> tuple[str, dict[str, Any], _Held] | None:
    now = clock.now()
    with unit_of_work():
        taken = db.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.run_after <= now)
            .where(_is_free(now))
            .values(state=JobState.RUNNING, leased_until=now + LEASE, attempts=Job.attempts + 1)
            .returning(Job.kind, Job.payload, Job.attempts)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    if taken is None:
        return None
    return taken.kind, taken.payload, _Held(job_id, taken.attempts, kept_at=now)


def _is_free(now: datetime) -> Any:
    left_by_a_dead_worker = (Job.state == JobState.RUNNING) & (Job.leased_until < now)
    return or_(Job.state == JobState.QUEUED, left_by_a_dead_worker)


def _put_back(job_id: int, error: str) -> None:
    db.session.rollback()
    with unit_of_work():
        row = db.session.get_one(Job, job_id)
        row.last_error = error
        row.leased_until = None
        if row.attempts >= MOST_ATTEMPTS:
            row.state = JobState.FAILED
            row.key = None  # whoever asks for the same again asks for a job of its own
            if row.kind in _given_up:
                _given_up[row.kind](**row.payload)
        else:
            row.state = JobState.QUEUED
            row.run_after = clock.now() + timedelta(minutes=RETRY_AFTER[row.attempts - 1])


def due_jobs(limit: int = 100) -> list[int]:
    """Return the ids of jobs that are due and that no living worker holds, oldest first."""
    now = clock.now()
    ids = db.session.scalars(
        select(Job.id)
        .where(Job.run_after <= now, _is_free(now))
        .order_by(Job.run_after, Job.id)
        .limit(limit)
    ).all()
    db.session.rollback()
    return list(ids)


def run_due_jobs() -> int:
    """Do every job that is due, those they ask for included; return how many were done."""
    done = 0
    while ids := due_jobs():
        finished = sum(run_job(job_id) for job_id in ids)
        done += finished
        if not finished:
            break
    return done
