"""The states of a sitting, its net time, and what clashes with what."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from lms.lessons.models import LessonKind
from lms.seminars.models import RoomKind, SittingState

OPENS_BEFORE = timedelta(minutes=15)
# Somebody talks on, somebody says goodbye: counting begins a little after the end.
CLOSES_AFTER = timedelta(minutes=5)

LONGEST = timedelta(hours=12)

# From each state, the states a sitting may be taken to (DOMAIN 2.8). What is only planned nobody
# has heard of: it is changed or removed, never cancelled.
STEPS: Mapping[SittingState, frozenset[SittingState]] = {
    SittingState.PLANNED: frozenset({SittingState.SCHEDULED}),
    SittingState.SCHEDULED: frozenset(
        {SittingState.POSTPONED, SittingState.CANCELLED, SittingState.ENDED}
    ),
    SittingState.POSTPONED: frozenset({SittingState.SCHEDULED, SittingState.CANCELLED}),
    SittingState.CANCELLED: frozenset(),
    SittingState.ENDED: frozenset({SittingState.PROVISIONAL}),
    SittingState.PROVISIONAL: frozenset({SittingState.FINAL}),
    SittingState.FINAL: frozenset(),
}

# Not yet held, so its time can still change.
TO_COME = frozenset({SittingState.PLANNED, SittingState.SCHEDULED, SittingState.POSTPONED})
HELD = frozenset({SittingState.ENDED, SittingState.PROVISIONAL, SittingState.FINAL})
# People have been told of it: whatever changes they must hear of.
ANNOUNCED = frozenset({SittingState.SCHEDULED, SittingState.POSTPONED})


def is_announced(state: SittingState) -> bool:
    """Tell whether those concerned know of it: then it stays on their timetables, cancelled too."""
    return state != SittingState.PLANNED


class Phase(StrEnum):
    """Where a sitting stands at a moment: its state, and what the clock adds to it."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    OPEN = "open"
    LIVE = "live"
    ENDED = "ended"
    PROVISIONAL = "attendance_provisional"
    FINAL = "attendance_final"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


def phase(state: SittingState, starts_at: datetime, ends_at: datetime, now: datetime) -> Phase:
    """Return where a sitting stands: a scheduled one opens 15 minutes before it starts."""
    if state != SittingState.SCHEDULED or now < starts_at - OPENS_BEFORE:
        return Phase(state)
    if now < starts_at:
        return Phase.OPEN
    return Phase.LIVE if now < ends_at else Phase.ENDED


def may_enter(state: SittingState, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Tell whether the room may be entered: from 15 minutes before until it ends."""
    return phase(state, starts_at, ends_at, now) in {Phase.OPEN, Phase.LIVE}


class SchedulingFault(StrEnum):
    """What keeps a sitting from being scheduled."""

    NO_PLACE = "no_place"
    NO_INSTRUCTOR = "no_instructor"
    NOT_CONFIRMED = "not_confirmed"
    OVER = "over"


def fault_of_scheduling(
    kind: LessonKind,
    room_kind: RoomKind,
    *,
    instructors: int,
    confirmed: int,
    is_over: bool,
) -> SchedulingFault | None:
    """Return what is missing: scheduled means a place, and an instructor who has confirmed.

    Ceremonies have no instructor.
    """
    if is_over:
        return SchedulingFault.OVER
    if room_kind == RoomKind.NONE:
        return SchedulingFault.NO_PLACE
    if kind in {LessonKind.CEREMONY, LessonKind.BREAK}:
        return None
    if instructors == 0:
        return SchedulingFault.NO_INSTRUCTOR
    return None if confirmed else SchedulingFault.NOT_CONFIRMED


def gross_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Return the minutes from start to end."""
    return int((ends_at - starts_at).total_seconds()) // 60


def net_minutes(starts_at: datetime, ends_at: datetime, breaks: Sequence[Sequence[int]]) -> int:
    """Return the minutes without breaks."""
    return gross_minutes(starts_at, ends_at) - sum(end - start for start, end in breaks)


def breaks_fit(breaks: Sequence[Sequence[int]], minutes: int) -> bool:
    """Tell whether breaks lie inside a sitting, in order, and leave something of it."""
    at = 0
    for start, end in breaks:
        if not at <= start < end <= minutes:
            return False
        at = end
    return sum(end - start for start, end in breaks) < minutes


Span = tuple[int, datetime, datetime]


def clashes(spans: Iterable[Span]) -> dict[int, list[int]]:
    """Return, for each key whose span overlaps another's, the keys it overlaps.

    One that ends when another starts does not clash with it.
    """
    found: dict[int, list[int]] = {}
    before: list[Span] = []
    for key, start, end in sorted(spans, key=lambda span: (span[1], span[0])):
        before = [span for span in before if span[2] > start]
        for other, _start, _end in before:
            found.setdefault(key, []).append(other)
            found.setdefault(other, []).append(key)
        before.append((key, start, end))
    return found


class Change(StrEnum):
    """What those concerned are told about a sitting."""

    SCHEDULED = "scheduled"
    MOVED = "moved"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    DETAILS = "details"  # title, place or room; the time stands
