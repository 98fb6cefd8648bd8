"""Days that pass for a run within seconds.

The site runs on the machine's clock, which no test can move. So it is the run that comes towards
the present: its sessions, who was in them and what the worker is to do about them, all by as much.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import after_commit
from lms.jobs.models import Job, JobState
from lms.jobs.wake import wake_worker
from lms.seminars.models import Presence, Sitting
from lms.seminars.rules.presence import LONGEST_SILENCE
from tests.site import Site

OF_SITTING = (
    "starts_at", "ends_at", "previous_starts_at", "previous_ends_at", "told_starts_at",
    "told_ends_at", "notified_at", "final_due_at", "recording_starts_at", "recording_published_at",
)  # fmt: skip
OF_PRESENCE = ("joined_at", "left_at")


def let_pass(site: Site, run_id: int, time: timedelta, *, beating: Collection[int] = ()) -> None:
    """Let time pass for a run; the worker does what has become due meanwhile.

    The pages of the enrolments that are `beating` stay open all that time.
    """
    site.saved(lambda: _let_pass(run_id, time, frozenset(beating)))


def until(site: Site, sitting_id: int, *, minutes: float = 0) -> timedelta:
    """Return the time to a moment so many minutes after the start of a sitting."""

    def ask() -> timedelta:
        begins = db.session.get_one(Sitting, sitting_id).starts_at
        return begins + timedelta(minutes=minutes) - clock.now()

    return site.read(ask)


def _let_pass(run_id: int, time: timedelta, beating: frozenset[int]) -> None:
    now = clock.now()
    sittings = db.session.scalars(select(Sitting).where(Sitting.run_id == run_id)).all()
    ids = {sitting.id for sitting in sittings}
    for sitting in sittings:
        _move(sitting, OF_SITTING, time)
    for stay in db.session.scalars(select(Presence).where(Presence.sitting_id.in_(ids))):
        goes_on = stay.enrolment_id in beating and _is_open(stay, now)
        _move(stay, OF_PRESENCE, time)
        if goes_on:
            stay.left_at = now
    for job in db.session.scalars(select(Job).where(Job.state == JobState.QUEUED)):
        if job.payload.get("sitting_id") in ids:
            _move(job, ("run_after",), time)
            if job.run_after <= now:
                _wake(job.id)


def _is_open(stay: Presence, now: datetime) -> bool:
    return now - (stay.left_at or stay.joined_at) <= LONGEST_SILENCE


def _move(row: object, columns: Collection[str], time: timedelta) -> None:
    for column in columns:
        moment = getattr(row, column)
        if moment is not None:
            setattr(row, column, moment - time)


def _wake(job_id: int) -> None:
    after_commit(lambda: wake_worker(job_id))
