"""Jobs that are done again and again: `lms.wiring` says which, and after how many hours."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.jobs.queue import enqueue

_pauses: dict[str, timedelta] = {}
_not_before: dict[str, datetime] = {}  # what this process knows, so that it need not ask


def plan(hours: Mapping[str, int]) -> None:
    """Put the table in force: kind of job → hours from one to the next."""
    _pauses.clear()
    _not_before.clear()
    _pauses.update({kind: timedelta(hours=count) for kind, count in hours.items()})


def enqueue_periodic() -> None:
    """Ask for every job of the table whose pause is over; one that is still waiting is enough."""
    now = clock.now()
    for kind, pause in _pauses.items():
        if kind in _not_before and now < _not_before[kind]:
            continue
        newest = db.session.scalar(select(func.max(Job.created_at)).where(Job.kind == kind))
        if newest is None or newest + pause <= now:
            with unit_of_work():
                enqueue(kind, key=kind)
            newest = now
        db.session.rollback()
        _not_before[kind] = newest + pause
