"""What counts as watched, completed and earned (DOMAIN 3.1). Pure: facts in, verdict out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.core.intervals import Interval, cut, merge, newly_watched, seconds_in
from lms.core.rates import shown
from lms.progress.models import Grant

# Kept with every decision. Change it whenever a number or a sentence below changes.
RULE_VERSION = "2026-3"

WATCHED_PERCENT = 90
PARTICIPATION_PERCENT = 50
FASTEST_RATE = 1.5

# Of all the minutes required, and of those of sessions held at a time (rules 1 and 5).
EXCUSED_PERCENT = 10
MADE_UP_PERCENT = 30
MADE_UP_AFTER_OUTAGE_PERCENT = 50

# Given once per lesson: a player's clock and ours never start in the same instant.
SLACK_SECONDS = 5


class Outcome(StrEnum):
    """How a course run ends for a trainee (DOMAIN 3.1 rule 7)."""

    COMPLETION = "completion"
    PARTICIPATION = "participation"
    NONE = "none"


# --- watching --------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """The record of one person in one recorded session.

    `allowance` is how many more seconds real time has left room for, as of `allowance_at`.
    """

    intervals: tuple[Interval, ...] = ()
    allowance: float = 0.0
    allowance_at: datetime | None = None

    @property
    def seconds(self) -> int:
        """Return the distinct seconds watched."""
        return seconds_in(self.intervals)


def watch(
    record: Watched, sent: Iterable[Interval], *, duration: int, opened_at: datetime, now: datetime
) -> Watched:
    """Return the record with what a player says it played, as far as real time allows it.

    The allowance grows with the clock at the fastest rate that counts, up to one whole viewing,
    so a player that was offline is believed and a forged jump is not. Seconds already known cost
    nothing: a repeated or overlapping beat, from any device, changes nothing.
    """
    allowance = _allowance(record, duration=duration, opened_at=opened_at, now=now)
    fresh = cut(newly_watched(sent, record.intervals), int(allowance))
    return Watched(
        intervals=tuple(merge([*record.intervals, *fresh])),
        allowance=allowance - seconds_in(fresh),
        allowance_at=max(now, record.allowance_at or now),
    )


def _allowance(record: Watched, *, duration: int, opened_at: datetime, now: datetime) -> float:
    if record.allowance_at is None:
        given, since = float(SLACK_SECONDS), opened_at
    else:
        given, since = record.allowance, record.allowance_at
    elapsed = max(0.0, (now - since).total_seconds())
    return min(given + elapsed * FASTEST_RATE, float(duration))


def is_watched(seconds: int, duration: int) -> bool:
    """Tell whether enough distinct seconds were watched (rule 4)."""
    return duration > 0 and seconds * 100 >= duration * WATCHED_PERCENT


def seconds_watched(wanted: Sequence[Interval], intervals: Sequence[Interval]) -> int:
    """Return how many seconds of what is to be watched are among those that were."""
    return seconds_in(wanted) - seconds_in(newly_watched(wanted, intervals))


def lesson_is_complete(*, is_studied: bool, has_question: bool, is_answered: bool) -> bool:
    """Tell whether a lesson is done: studied, and its check question answered right (rule 4)."""
    return is_studied and (is_answered or not has_question)


def resume_position(position: int, duration: int) -> int | None:
    """Return where to offer to go on; None near either end, where there is nothing to skip."""
    worthwhile = 30 if duration >= 120 else 5
    return position if worthwhile < position and position * 100 < duration * 95 else None


# --- the course ------------------------------------------------------------------------


def earned_minutes(
    alone: int,
    held: int,
    excused: int,
    made_up: int,
    *,
    required: int,
    live: int,
    is_outage_certified: bool,
) -> int:
    """Return the recognised minutes earned, by studying alone and in sessions held at a time.

    The sum of what is excused counts up to its share of the required minutes, what is made up up
    to its share of the `live` ones: the recognised minutes of all sessions held at a time.
    """
    return (
        alone
        + held
        + min(excused, required * EXCUSED_PERCENT // 100)
        + min(made_up, most_made_up(live, is_outage_certified=is_outage_certified))
    )


def most_made_up(live: int, *, is_outage_certified: bool) -> int:
    """Return how many minutes may be made up of the `live` ones (rule 5)."""
    percent = MADE_UP_AFTER_OUTAGE_PERCENT if is_outage_certified else MADE_UP_PERCENT
    return live * percent // 100


@dataclass(frozen=True)
class LessonFacts:
    """A lesson of a course, and what one person has done in it.

    One `is_held` at a time earns what was attended and granted, others their minutes when done.
    Who `has_contributed` what a discussion asks for has its minutes as if attended whole: never
    those and what attendance says, but the higher, under no cap.
    """

    is_held: bool
    recognised_minutes: int
    is_complete: bool
    attended_minutes: int = 0
    granted_minutes: int = 0
    granted_as: Grant | None = None
    has_contributed: bool = False

    @property
    def minutes_alone(self) -> int:
        """Return the recognised minutes earned by studying alone."""
        return self.recognised_minutes if self.is_complete and not self.is_held else 0

    @property
    def minutes_held(self) -> int:
        """Return the minutes earned by attending, or by a contribution where that is more."""
        contributed = self.recognised_minutes if self.is_held and self.has_contributed else 0
        return max(self.attended_minutes, contributed)

    def minutes_granted(self, grant: Grant) -> int:
        """Return the minutes that count without having been attended, of one kind.

        Nothing of a session is left to grant to who has contributed its task.
        """
        is_granted = self.granted_as == grant and not self.has_contributed
        return self.granted_minutes if is_granted else 0


def is_held_in_full(recognised: int, attended: int, granted: int) -> bool:
    """Tell whether nothing of a session that counts for hours is left, by its attendance alone."""
    return 0 < recognised <= attended + granted


@dataclass(frozen=True)
class Counts:
    """What a person has done of what a course asks, as the roll-up keeps it."""

    lessons_total: int
    required_minutes: int
    lessons_done: int
    earned_minutes: int


def count(lessons: Sequence[LessonFacts], *, is_outage_certified: bool) -> Counts:
    """Return the sums of a course: the one place where a person's hours come from."""
    required = sum(lesson.recognised_minutes for lesson in lessons)
    return Counts(
        lessons_total=len(lessons),
        required_minutes=required,
        lessons_done=sum(lesson.is_complete for lesson in lessons),
        earned_minutes=earned_minutes(
            sum(lesson.minutes_alone for lesson in lessons),
            sum(lesson.minutes_held for lesson in lessons),
            sum(lesson.minutes_granted(Grant.EXCUSED) for lesson in lessons),
            sum(lesson.minutes_granted(Grant.MADE_UP) for lesson in lessons),
            required=required,
            live=sum(lesson.recognised_minutes for lesson in lessons if lesson.is_held),
            is_outage_certified=is_outage_certified,
        ),
    )


@dataclass(frozen=True)
class Figures:
    """What a course run is judged by: recognised minutes earned and required."""

    earned_minutes: int
    required_minutes: int
    percent_required: int

    @property
    def rate(self) -> Fraction:
        """Return the earned share of the required minutes in percent, exactly."""
        if self.required_minutes <= 0:
            return Fraction(0)
        return Fraction(self.earned_minutes * 100, self.required_minutes)

    @property
    def percent(self) -> Decimal:
        """Return the rate as it may be shown."""
        return shown(self.rate)

    @property
    def minutes_for_completion(self) -> int:
        """Return the smallest number of earned minutes that reaches completion."""
        return -(-self.required_minutes * self.percent_required // 100)


def outcome(figures: Figures) -> Outcome:
    """Judge a run by hours, never by clicks, on the unrounded rate (rules 2 and 7)."""
    if figures.required_minutes <= 0:
        return Outcome.NONE
    if figures.rate >= figures.percent_required:
        return Outcome.COMPLETION
    if figures.rate >= PARTICIPATION_PERCENT:
        return Outcome.PARTICIPATION
    return Outcome.NONE
