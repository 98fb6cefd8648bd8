"""The one source of the present moment, so that tests can move it, and of what clocks show."""

from datetime import UTC, datetime
from zoneinfo import reset_tzpath

# The zones of the locked package, not those of the machine: a server that was not brought up to
# date would tell people in Morocco or Vancouver an hour that is no longer theirs.
reset_tzpath(to=())


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
