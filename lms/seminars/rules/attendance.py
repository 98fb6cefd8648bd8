"""What being in a sitting is worth (DOMAIN 2.13, 3.1 rules 1 and 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from lms.core.intervals import Interval, merge, newly_watched, seconds_in
from lms.core.rates import shown
from lms.seminars.models import AttendanceStatus, PresenceSource

PRESENT_PERCENT = 80
PUNCTUAL = timedelta(minutes=10)

# Who opened the door and closed it again was not there.
LEAST_SECONDS = 60

# A part of a sitting is credited in whole steps of so many minutes.
CREDIT_STEP = 10

# Decided by hand or by study, not by presence: what they add to what was attended has a cap.
GRANTED = frozenset({AttendanceStatus.EXCUSED, AttendanceStatus.MADE_UP})
IN_FULL = GRANTED | {AttendanceStatus.PRESENT}

# From a join to its leave, on one device.
Stay = tuple[datetime, datetime]


class Held(Protocol):
    """When a sitting is held; `breaks` are [from, to) pairs in minutes from its start."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def breaks(self) -> Sequence[Sequence[int]]: ...


# --- presence --------------------------------------------------------------------------


@dataclass(frozen=True)
class TimePresent:
    """How long somebody was in a sitting and how long it was, both without its breaks."""

    seconds: int
    net_seconds: int
    first_joined_at: datetime | None = None
    last_left_at: datetime | None = None

    @property
    def rate(self) -> Fraction:
        """Return the share of the sitting in percent, exactly."""
        return Fraction(self.seconds * 100, self.net_seconds) if self.net_seconds else Fraction(0)

    @property
    def percent(self) -> Decimal:
        """Return the share as it may be shown."""
        return shown(self.rate)

    @property
    def status(self) -> AttendanceStatus:
        """Return what presence alone makes of it, by the unrounded share."""
        if self.rate >= PRESENT_PERCENT:
            return AttendanceStatus.PRESENT
        if self.seconds >= LEAST_SECONDS:
            return AttendanceStatus.PARTIAL
        return AttendanceStatus.ABSENT

    def minutes_of(self, recognised_minutes: int) -> int:
        """Return how many of the recognised minutes of the sitting presence alone earns."""
        if self.status == AttendanceStatus.PRESENT:
            return recognised_minutes
        if self.status == AttendanceStatus.ABSENT:
            return 0
        earned = recognised_minutes * self.seconds // self.net_seconds
        return earned - earned % CREDIT_STEP


def net_seconds(sitting: Held) -> int:
    """Return how long a sitting is without its breaks."""
    return _length(sitting) - seconds_in(_breaks(sitting))


def time_present(sitting: Held, stays: Iterable[Stay]) -> TimePresent:
    """Return how long somebody was in a sitting, from their stays on all devices.

    Stays that overlap count once, and only between start and end. Breaks count for nobody, but
    who comes or goes in one has come or gone then. Moments are taken to the second.
    """
    begin = sitting.starts_at
    there = _inside(
        ((_second(joined, begin), _second(left, begin)) for joined, left in stays),
        _length(sitting),
    )
    return TimePresent(
        seconds=seconds_in(newly_watched(there, _breaks(sitting))),
        net_seconds=net_seconds(sitting),
        first_joined_at=begin + timedelta(seconds=there[0][0]) if there else None,
        last_left_at=begin + timedelta(seconds=there[-1][1]) if there else None,
    )


def _second(moment: datetime, begin: datetime) -> int:
    return (moment - begin) // timedelta(seconds=1)


def _length(sitting: Held) -> int:
    return _second(sitting.ends_at, sitting.starts_at)


def _breaks(sitting: Held) -> list[Interval]:
    return _inside(((a * 60, b * 60) for a, b in sitting.breaks), _length(sitting))


def _inside(intervals: Iterable[Interval], length: int) -> list[Interval]:
    """Return what lies within the sitting, merged; what ends before it begins is nothing."""
    cut_off = ((max(start, 0), min(end, length)) for start, end in intervals)
    return merge((start, end) for start, end in cut_off if start < end)


class Said(Protocol):
    """A piece of evidence, as far as it says where it comes from."""

    @property
    def source(self) -> PresenceSource: ...


def sources_of(evidence: Iterable[Said]) -> str:
    """Return where evidence comes from, each source once, as a verdict keeps it."""
    said = {each.source for each in evidence}
    return " ".join(source for source in PresenceSource if source in said)


# --- the verdict -----------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What presence in a sitting comes to; late and left early are marks beside the status."""

    status: AttendanceStatus
    is_late: bool
    left_early: bool
    credited_minutes: int


def judge(sitting: Held, present: TimePresent, recognised_minutes: int) -> Verdict:
    """Judge presence in a sitting (rule 3): the line is exact, a part is credited rounded down.

    Who came late or left early is still present above the line. Both are measured from the first
    counted minute and to the last: a break at either end is an opening or a farewell that nobody
    has to be at. Nobody absent is also late.
    """
    was_there = present.status != AttendanceStatus.ABSENT
    first, last = present.first_joined_at, present.last_left_at
    begin, end = _counted_span(sitting)
    return Verdict(
        status=present.status,
        is_late=was_there and first is not None and first - begin > PUNCTUAL,
        left_early=was_there and last is not None and end - last > PUNCTUAL,
        credited_minutes=present.minutes_of(recognised_minutes),
    )


def _counted_span(sitting: Held) -> Stay:
    """Return the first moment of a sitting that counts, and the last."""
    counted = newly_watched([(0, _length(sitting))], _breaks(sitting))
    first, last = (counted[0][0], counted[-1][1]) if counted else (0, 0)
    begin = sitting.starts_at
    return begin + timedelta(seconds=first), begin + timedelta(seconds=last)


def differing_verdict(
    sitting: Held, stays: Iterable[Stay], recognised_minutes: int, final: "Attended"
) -> Verdict | None:
    """Return what evidence comes to where it is not what is final: it may have come too late.

    What was excused or made up was decided on other grounds.
    """
    if final.status in GRANTED:
        return None
    verdict = judge(sitting, time_present(sitting, stays), recognised_minutes)
    is_same = (verdict.status, verdict.credited_minutes) == (final.status, final.minutes)
    return None if is_same else verdict


# --- what a lesson earns ---------------------------------------------------------------


@dataclass(frozen=True)
class Attended:
    """A verdict as it counts: `minutes` are those attended, whatever was decided beside them."""

    status: AttendanceStatus
    minutes: int


@dataclass(frozen=True)
class LessonCredit:
    """What somebody's sittings of one lesson earn: attended, and granted beside it.

    `in_full` tells whether nothing of the lesson is left to them.
    """

    attended: int = 0
    excused: int = 0
    made_up: int = 0
    in_full: bool = False


def credit_of_lesson(verdicts: Iterable[Attended], recognised_minutes: int) -> LessonCredit:
    """Return what the sittings of one lesson earn together: it counts once, and the best counts.

    Only what somebody missed counts as excused or made up: else half a session attended and then
    made up could come to less than the half, once the cap is reached. Of both it is made up, which
    leaves the smaller cap, that of excuses, for other lessons.
    """
    known = list(verdicts)
    statuses = {verdict.status for verdict in known}
    attended = max((verdict.minutes for verdict in known), default=0)
    missed = max(0, recognised_minutes - attended)
    is_made_up = AttendanceStatus.MADE_UP in statuses
    is_excused = AttendanceStatus.EXCUSED in statuses and not is_made_up
    return LessonCredit(
        attended=attended,
        excused=missed if is_excused else 0,
        made_up=missed if is_made_up else 0,
        in_full=bool(statuses & IN_FULL),
    )
