"""When a question has waited so long that those responsible are told."""

from datetime import datetime, timedelta

WAITS_FOR = timedelta(days=5)
# What has been left longer than that is no news; the job may also have stood still for a while.
LOOKS_BACK = timedelta(days=120)


def asked_before(now: datetime) -> datetime:
    """Return the moment before which a question was asked that has waited long enough."""
    return now - WAITS_FOR


def last_written_after(now: datetime) -> datetime:
    """Return the moment since which somebody must have written for it still to matter."""
    return now - LOOKS_BACK
