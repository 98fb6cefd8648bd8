"""What those concerned do not know yet of a sitting, and which reminders are worth sending."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from lms.seminars.models import ReminderKind, SittingState
from lms.seminars.rules.sittings import Change

REMINDED_BEFORE: Mapping[ReminderKind, timedelta] = {
    ReminderKind.DAY: timedelta(days=1),
    ReminderKind.HOUR: timedelta(hours=1),
}


class Told(Protocol):
    """A sitting as it is now, and as those concerned were last told of it."""

    @property
    def state(self) -> SittingState: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def sequence(self) -> int: ...
    @property
    def told_sequence(self) -> int: ...
    @property
    def told_state(self) -> SittingState | None: ...
    @property
    def told_starts_at(self) -> datetime | None: ...
    @property
    def told_ends_at(self) -> datetime | None: ...


_NEWS_OF_STATE = {
    SittingState.CANCELLED: Change.CANCELLED,
    SittingState.POSTPONED: Change.POSTPONED,
}


def news_of(sitting: Told) -> Change | None:
    """Return what those concerned must hear: what is new since they were last told.

    Of several changes in a row only what has become of them is news. None when they know it all,
    and once the sitting is over.
    """
    if sitting.told_sequence == sitting.sequence:
        return None
    if sitting.state != SittingState.SCHEDULED:
        return _NEWS_OF_STATE.get(sitting.state)
    if sitting.told_state is None:
        return Change.SCHEDULED
    is_where_it_was = (sitting.told_starts_at, sitting.told_ends_at) == (
        sitting.starts_at,
        sitting.ends_at,
    )
    if sitting.told_state == SittingState.SCHEDULED and is_where_it_was:
        return Change.DETAILS
    return Change.MOVED


def reminders_ahead(starts_at: datetime, now: datetime) -> list[tuple[ReminderKind, datetime]]:
    """Return the reminders of a sitting whose time has not passed yet, each with its time."""
    times = [(kind, starts_at - before) for kind, before in REMINDED_BEFORE.items()]
    return [(kind, at) for kind, at in times if at > now]


def is_worth_reminding(
    kind: ReminderKind,
    state: SittingState,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether a reminder still helps: one that comes late does so until the end, but that of
    the day before not when that of the hour is due as well."""
    if state != SittingState.SCHEDULED or now >= ends_at:
        return False
    is_last_hour = now >= starts_at - REMINDED_BEFORE[ReminderKind.HOUR]
    return kind == ReminderKind.HOUR or not is_last_hour
