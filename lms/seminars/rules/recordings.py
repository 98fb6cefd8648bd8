"""Recordings of sittings: who may watch one, what of it somebody missed, until when that can be
made up (DOMAIN 3.1 rule 5, 3.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from lms.core.intervals import Interval, merge, newly_watched, seconds_in
from lms.enrolment.rules import end_of_day
from lms.seminars.models import AttendanceStatus, RecordingPolicy
from lms.seminars.rules.attendance import Held, Stay

MAKE_UP_DAYS = 7
QUESTIONS = 3  # asked of those who make it up

A_SECOND = timedelta(seconds=1)
SHOWN_TO_TRAINEES = frozenset({RecordingPolicy.TRAINEES, RecordingPolicy.PUBLIC})
# What can be made up: who was there, or is excused, has it.
MISSED = frozenset({AttendanceStatus.PARTIAL, AttendanceStatus.ABSENT})


class Recorded(Protocol):
    """A sitting, as far as it says for whom its recording is and how long it is there."""

    @property
    def recording_policy(self) -> RecordingPolicy: ...
    @property
    def recording_published_at(self) -> datetime | None: ...
    @property
    def recording_until(self) -> date | None: ...


# --- watching it -----------------------------------------------------------------------


def is_published(sitting: Recorded, now: datetime) -> bool:
    """Tell whether the recording is out: from its publication to the end of its last day."""
    until = sitting.recording_until
    return (
        sitting.recording_policy in SHOWN_TO_TRAINEES
        and sitting.recording_published_at is not None
        and (until is None or now <= end_of_day(until))
    )


def may_watch(
    sitting: Recorded, now: datetime, *, manages: bool, holds: bool, is_concerned: bool
) -> bool:
    """Tell whether somebody may watch the recording of a sitting.

    Those who manage the run see it from the moment it is there. What is recorded for those who
    teach, who holds the sitting sees too; everything else waits until it is published.
    """
    policy = sitting.recording_policy
    if policy == RecordingPolicy.NONE:
        return False
    if manages or (holds and policy == RecordingPolicy.INTERNAL):
        return True
    return is_published(sitting, now) and (is_concerned or policy == RecordingPolicy.PUBLIC)


# --- publishing it ---------------------------------------------------------------------


class Obstacle(StrEnum):
    """What keeps a recording from being published."""

    NOT_RECORDED = "not_recorded"
    FOR_TEACHERS = "for_teachers"
    NOTHING_THERE = "nothing_there"
    UNDER_WAY = "under_way"
    NO_CONSENT = "no_consent"


def obstacle_to_publishing(
    policy: RecordingPolicy, *, is_there: bool, is_under_way: bool, all_consent: bool
) -> Obstacle | None:
    """Return what keeps a recording from being published; None when it may be."""
    if policy == RecordingPolicy.NONE:
        return Obstacle.NOT_RECORDED
    if policy == RecordingPolicy.INTERNAL:
        return Obstacle.FOR_TEACHERS
    if is_under_way:
        return Obstacle.UNDER_WAY
    if not is_there:
        return Obstacle.NOTHING_THERE
    return None if all_consent else Obstacle.NO_CONSENT


def begin_of_recording(starts_at: datetime, at: time, zone: str) -> datetime:
    """Return the moment of a time of day, on the clock of a zone, that is nearest to the start."""
    day = starts_at.astimezone(ZoneInfo(zone)).date()
    around = (
        datetime.combine(day + timedelta(days=days), at, ZoneInfo(zone)) for days in (-1, 0, 1)
    )
    return min(around, key=lambda moment: abs(moment - starts_at)).astimezone(UTC)


# --- making it up ----------------------------------------------------------------------


def make_up_until(published_at: datetime, zone: str) -> datetime:
    """Return the last moment to make up for a sitting: the end of the seventh day where the
    trainee's city is, and never less than 168 hours."""
    city = ZoneInfo(zone)
    last_day = published_at.astimezone(city).date() + timedelta(days=MAKE_UP_DAYS)
    end = datetime.combine(last_day, time(23, 59, 59), city).astimezone(UTC)
    # Where clocks go forward in these days, the day may end before the hours are over.
    return max(end, published_at + timedelta(days=MAKE_UP_DAYS))


def missed_of_recording(
    sitting: Held, stays: Iterable[Stay], *, begins_at: datetime, seconds: int
) -> list[Interval]:
    """Return in seconds of its recording what of a sitting somebody was not there for.

    It is all but the breaks and the stays on all devices, as far as it was recorded.
    """
    begin = sitting.starts_at
    whole = (0, (sitting.ends_at - begin) // A_SECOND)
    there = (((joined - begin) // A_SECOND, (left - begin) // A_SECOND) for joined, left in stays)
    breaks = ((first * 60, last * 60) for first, last in sitting.breaks)
    known = merge((start, end) for start, end in (*there, *breaks) if start < end)
    lag = (begins_at - begin) // A_SECOND
    shifted = ((start - lag, end - lag) for start, end in newly_watched([whole], known))
    recorded = ((max(start, 0), min(end, seconds)) for start, end in shifted)
    return [(start, end) for start, end in recorded if start < end]


def seconds_not_recorded(sitting: Held, *, begins_at: datetime, seconds: int) -> int:
    """Return how much of a sitting, without its breaks, is not in its recording."""
    span = (begins_at, begins_at + seconds * A_SECOND)
    length = (sitting.ends_at - sitting.starts_at) // A_SECOND
    return seconds_in(
        missed_of_recording(sitting, [span], begins_at=sitting.starts_at, seconds=length)
    )


class Bar(StrEnum):
    """Why watching a recording makes up for nothing."""

    NOT_COUNTED = "not_counted"
    IN_FULL = "in_full"
    IN_FULL_ELSEWHERE = "in_full_elsewhere"
    NOT_OFFERED = "not_offered"
    NO_QUESTIONS = "no_questions"
    NOT_RECORDED = "not_recorded"
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class MakeUp:
    """What decides whether somebody may make up for a sitting with its published recording.

    `missed` is in seconds of the recording. `is_elsewhere` tells that another sitting of the
    lesson has left them nothing to make up.
    """

    status: AttendanceStatus | None
    is_elsewhere: bool
    is_offered: bool
    questions: int
    missed: Sequence[Interval]
    until: datetime


def bar_to_making_up(facts: MakeUp, now: datetime) -> Bar | None:
    """Return why somebody cannot make up for a sitting now; None when they can."""
    bars = (
        (facts.status is None, Bar.NOT_COUNTED),
        (facts.status not in MISSED, Bar.IN_FULL),
        (facts.is_elsewhere, Bar.IN_FULL_ELSEWHERE),
        (not facts.is_offered, Bar.NOT_OFFERED),
        (facts.questions < QUESTIONS, Bar.NO_QUESTIONS),
        (not facts.missed, Bar.NOT_RECORDED),
        (now > facts.until, Bar.TOO_LATE),
    )
    return next((bar for is_there, bar in bars if is_there), None)
