"""When a session suits the cities it is for (DOMAIN 3.3), each on its own clock.

Every place is asked about every quarter of an hour: zones differ from Busan's by quarters, and
what is judged begins on the hour. A slot is as good for a place as its worst quarter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

from lms.core.text import TextInLanguages

QUARTER = timedelta(minutes=15)
BETWEEN_STARTS = timedelta(minutes=30)
A_DAY = timedelta(days=1)
MOST_BEST = 3

THURSDAY, FRIDAY, SATURDAY, SUNDAY = 3, 4, 5, 6
USUAL_WEEKEND = frozenset({SATURDAY, SUNDAY})
# Where offices rest on other days. The United Arab Emirates moved to Saturday and Sunday in 2022;
# in Iran public offices are closed on Thursdays too.
WEEKENDS: Mapping[str, frozenset[int]] = {
    "IR": frozenset({THURSDAY, FRIDAY}),
    "NP": frozenset({SATURDAY}),
    **dict.fromkeys(
        ("BD", "DZ", "EG", "IQ", "JO", "KW", "LY", "MV", "OM", "QA", "SA"),
        frozenset({FRIDAY, SATURDAY}),
    ),
}

# Where offices empty for the Friday prayer, and where only some people leave for it.
PRAYER_CUSTOMARY = frozenset({"AE", "BD", "ID", "IR", "MA", "MY", "PK", "TR"})
PRAYER_OF_SOME = frozenset({"KZ"})

# The Mekong countries and western Indonesia rest at noon: more than a lunch at one's desk.
ZONE_OF_NOON_REST = timedelta(hours=7)


class Grade(IntEnum):
    GREEN = 0
    AMBER = 1
    RED = 2


class Reason(StrEnum):
    OFFICE_HOURS = "office_hours"
    EARLY = "early"
    LUNCH = "lunch"
    NOON_REST = "noon_rest"
    EVENING = "evening"
    NIGHT = "night"
    SOME_PRAY = "some_pray"
    FRIDAY_PRAYER = "friday_prayer"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


# By the hour it begins at, on the local clock.
BANDS: Sequence[tuple[int, Grade, Reason]] = (
    (0, Grade.RED, Reason.NIGHT),
    (8, Grade.AMBER, Reason.EARLY),
    (9, Grade.GREEN, Reason.OFFICE_HOURS),
    (12, Grade.AMBER, Reason.LUNCH),
    (13, Grade.GREEN, Reason.OFFICE_HOURS),
    (17, Grade.AMBER, Reason.EVENING),
    (20, Grade.RED, Reason.NIGHT),
)


@dataclass(frozen=True)
class Place:
    """Where people of a session are; `key` is whatever the caller knows it by."""

    key: str
    time_zone: str
    region: str


@dataclass(frozen=True)
class DaysOff:
    """What the calendars of regions say beyond weekends, by region and local day.

    A day that is worked is no weekend either: some regions make up for a bridge on a Saturday.
    """

    holidays: Mapping[tuple[str, date], TextInLanguages] = field(default_factory=dict)
    worked: frozenset[tuple[str, date]] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """How good a moment is, and why it is no better; the name when it is a holiday."""

    grade: Grade
    reason: Reason
    holiday: TextInLanguages | None = None


@dataclass(frozen=True)
class Fit:
    """How a slot suits one place, with its beginning and end on the clock there."""

    place: Place
    starts_at: datetime
    ends_at: datetime
    verdict: Verdict

    @property
    def grade(self) -> Grade:
        """Return the grade of the worst part."""
        return self.verdict.grade


@dataclass(frozen=True)
class Slot:
    """A time a session could have: the fits of the host, then of the cities in the order asked."""

    host: Fit
    fits: tuple[Fit, ...]

    @property
    def starts_at(self) -> datetime:
        """Return the beginning, in UTC as every moment."""
        return self.host.starts_at.astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """Return the end, in UTC."""
        return self.host.ends_at.astimezone(UTC)

    @property
    def everywhere(self) -> tuple[Fit, ...]:
        """Return the fits of all places, the host's first."""
        return (self.host, *self.fits)

    @property
    def good(self) -> int:
        """Return for how many places it is green."""
        return _count(self.everywhere, Grade.GREEN)

    @property
    def fair(self) -> int:
        """Return for how many places it is amber."""
        return _count(self.everywhere, Grade.AMBER)

    @property
    def poor(self) -> int:
        """Return for how many places it is red."""
        return _count(self.everywhere, Grade.RED)


@dataclass(frozen=True)
class Pair:
    """Two slots of one session held twice, and who comes to which; `left_out` can to neither."""

    first: Slot
    second: Slot
    of_first: tuple[Place, ...]
    of_second: tuple[Place, ...]
    left_out: tuple[Place, ...]


@dataclass(frozen=True)
class Advice:
    """All slots of a day, the best of them, and a pair where that leaves fewer people out."""

    slots: tuple[Slot, ...]
    best: tuple[Slot, ...]
    pair: Pair | None


def advise(
    host: Place, cities: Sequence[Place], day: date, minutes: int, days_off: DaysOff
) -> Advice:
    """Return how a session of a length suits the host and the cities at each half hour of a day.

    The day is the host's. The host sits in every session, so is judged in every slot. The best
    slots keep out as few places as can be, are green for most, spare the noon rest, and lie in the
    host's office hours; the earlier comes first. Where even they keep somebody out, two slots are
    proposed if fewer are left out of both.
    """
    slots = _slots(host, cities, day, timedelta(minutes=minutes), days_off)
    ranked = sorted(slots, key=_rank)
    fewest = ranked[0].poor
    best = [slot for slot in ranked if slot.poor == fewest][:MOST_BEST]
    return Advice(tuple(slots), tuple(best), _pair(slots, fewest) if fewest else None)


def weekend_of(region: str) -> frozenset[int]:
    """Return the days of the week on which a region's offices are closed, Monday being 0."""
    return WEEKENDS.get(region, USUAL_WEEKEND)


# --- one place -------------------------------------------------------------------------


def judge(place: Place, moment: datetime, days_off: DaysOff) -> Verdict:
    """Return how good a moment is at a place. What lasts all day is named before the hour."""
    local = moment.astimezone(ZoneInfo(place.time_zone))
    verdicts = (
        _of_the_day(place.region, local.date(), days_off),
        _of_friday(place.region, local),
        _of_the_hour(local),
    )
    return max((verdict for verdict in verdicts if verdict), key=lambda verdict: verdict.grade)


def _of_the_day(region: str, day: date, days_off: DaysOff) -> Verdict | None:
    if (region, day) in days_off.worked:
        return None
    name = days_off.holidays.get((region, day))
    if name is not None:
        return Verdict(Grade.RED, Reason.HOLIDAY, name)
    if day.weekday() in weekend_of(region):
        return Verdict(Grade.RED, Reason.WEEKEND)
    return None


def _of_friday(region: str, local: datetime) -> Verdict | None:
    if local.weekday() != FRIDAY or local.hour not in (12, 13):
        return None
    if region in PRAYER_CUSTOMARY:
        return Verdict(Grade.RED, Reason.FRIDAY_PRAYER)
    if region in PRAYER_OF_SOME:
        return Verdict(Grade.AMBER, Reason.SOME_PRAY)
    return None


def _of_the_hour(local: datetime) -> Verdict:
    _begins, grade, reason = next(band for band in reversed(BANDS) if band[0] <= local.hour)
    if reason is Reason.LUNCH and local.utcoffset() == ZONE_OF_NOON_REST:
        reason = Reason.NOON_REST
    return Verdict(grade, reason)


def _fits(
    place: Place, starts: Sequence[datetime], length: timedelta, days_off: DaysOff
) -> list[Fit]:
    """Return how slots suit a place; what many slots share is judged once."""
    first, last = starts[0], starts[-1] + length
    quarters = -(-(last - first) // QUARTER)
    verdicts = [judge(place, first + at * QUARTER, days_off) for at in range(quarters)]
    zone = ZoneInfo(place.time_zone)
    fits = []
    for start in starts:
        begin, end = (start - first) // QUARTER, -(-(start + length - first) // QUARTER)
        worst = max(verdicts[begin:end], key=lambda verdict: verdict.grade)
        fits.append(Fit(place, start.astimezone(zone), (start + length).astimezone(zone), worst))
    return fits


# --- all places ------------------------------------------------------------------------


def _slots(
    host: Place, cities: Sequence[Place], day: date, length: timedelta, days_off: DaysOff
) -> list[Slot]:
    midnight = datetime.combine(day, time(), ZoneInfo(host.time_zone)).astimezone(UTC)
    starts = [midnight + number * BETWEEN_STARTS for number in range(A_DAY // BETWEEN_STARTS)]
    rows = zip(*(_fits(place, starts, length, days_off) for place in (host, *cities)), strict=True)
    return [Slot(row[0], row[1:]) for row in rows]


def _rank(slot: Slot) -> tuple[int, int, int, bool, datetime]:
    return (
        slot.poor,
        -slot.good,
        _rests(slot.fits),
        not _in_office_hours(slot),
        slot.starts_at,
    )


def _count(fits: Sequence[Fit], grade: Grade) -> int:
    return sum(fit.grade is grade for fit in fits)


def _rests(fits: Sequence[Fit]) -> int:
    return sum(fit.verdict.reason is Reason.NOON_REST for fit in fits)


def _in_office_hours(slot: Slot) -> bool:
    opens, closes = (slot.host.starts_at.replace(hour=hour, minute=0) for hour in (9, 18))
    return opens <= slot.host.starts_at and slot.host.ends_at <= closes


def _pair(slots: Sequence[Slot], fewest: int) -> Pair | None:
    """Return the two slots that leave out fewest people; None when one slot does as well."""
    held_apart = [
        (first, second)
        for first, second in combinations(slots, 2)
        if first.ends_at <= second.starts_at
    ]
    if not held_apart:
        return None
    first, second = min(held_apart, key=lambda pair: _rank_together(*pair))
    return _as_pair(first, second) if _rank_together(first, second)[0] < fewest else None


def _rank_together(first: Slot, second: Slot) -> tuple[int, int, int, int]:
    """Return what a pair is chosen by: the host comes to both, a city to the better one."""
    host = max(first.host.grade, second.host.grade)
    fits = [_better(*both) for both in zip(first.fits, second.fits, strict=True)]
    grades = [host, *(fit.grade for fit in fits)]
    spared = first.host.grade + second.host.grade  # of two amber hours one may be a green one
    return (grades.count(Grade.RED), -grades.count(Grade.GREEN), _rests(fits), spared)


def _better(first: Fit, second: Fit) -> Fit:
    return second if second.grade < first.grade else first


def _as_pair(first: Slot, second: Slot) -> Pair:
    chosen = [_better(*both) for both in zip(first.fits, second.fits, strict=True)]
    come = [fit for fit in chosen if fit.grade is not Grade.RED]
    return Pair(
        first,
        second,
        of_first=tuple(fit.place for fit in come if fit in first.fits),
        of_second=tuple(fit.place for fit in come if fit not in first.fits),
        left_out=tuple(fit.place for fit in chosen if fit.grade is Grade.RED),
    )
