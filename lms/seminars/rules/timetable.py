"""A timetable on somebody's clock: local days and times, and the stretches of days it shows.

Pages, mails, programmes, tables and calendars take local times from `on_clock`, so they agree.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lms.i18n.times import BUSAN

A_DAY = timedelta(days=1)
A_WEEK = timedelta(weeks=1)
LIST_LENGTH = timedelta(weeks=8)

# What an address may ask for; past it lies nothing, and near the ends days cannot be reckoned.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class LocalTimes:
    """A span on one clock: both moments are aware, in that zone."""

    starts_at: datetime
    ends_at: datetime

    @property
    def first_day(self) -> date:
        """Return the day it begins there."""
        return self.starts_at.date()

    @property
    def first_time(self) -> time:
        """Return the time it begins there."""
        return self.starts_at.time()

    @property
    def last_day(self) -> date:
        """Return the day it ends there."""
        return self.ends_at.date()

    @property
    def last_time(self) -> time:
        """Return the time it ends there."""
        return self.ends_at.time()

    @property
    def offset(self) -> timedelta:
        """Return how far the clock is ahead of UTC when it begins."""
        return self.starts_at.utcoffset() or timedelta()

    @property
    def last_offset(self) -> timedelta:
        """Return how far the clock is ahead of UTC when it ends: clocks may change meanwhile."""
        return self.ends_at.utcoffset() or timedelta()

    @property
    def is_overnight(self) -> bool:
        """Tell whether it ends on a later day than it begins."""
        return self.last_day != self.first_day


def on_clock(starts_at: datetime, ends_at: datetime, zone: str) -> LocalTimes:
    """Return a span on the clock of a zone, as it will be shown there at that time of the year."""
    there = ZoneInfo(zone)
    return LocalTimes(starts_at.astimezone(there), ends_at.astimezone(there))


@dataclass(frozen=True)
class TwoClocks:
    """A span on a reader's clock, and on Busan's beside it where that is another one."""

    here: LocalTimes
    busan: LocalTimes | None

    @property
    def names_both_days(self) -> bool:
        """Tell whether it begins on another day in Busan: then each side names its weekday."""
        return self.busan is not None and self.busan.first_day != self.here.first_day


def on_two_clocks(starts_at: datetime, ends_at: datetime, zone: str) -> TwoClocks:
    """Return a span on the clock of a zone, and on Busan's unless that is the zone."""
    here = on_clock(starts_at, ends_at, zone)
    return TwoClocks(here, None if zone == BUSAN else on_clock(starts_at, ends_at, BUSAN))


def day_on_clock(moment: datetime, zone: str) -> date:
    """Return which day it is in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


# --- stretches of days -----------------------------------------------------------------


class View(StrEnum):
    """How a timetable is laid out."""

    LIST = "list"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """The days a timetable shows, both ends included, and where those before and after begin.

    A month is shown in whole weeks; `month` is its first day.
    """

    view: View
    first_day: date
    last_day: date
    previous: date
    following: date
    month: date

    @property
    def days(self) -> list[date]:
        """Return its days in order."""
        length = (self.last_day - self.first_day).days + 1
        return [self.first_day + number * A_DAY for number in range(length)]

    @property
    def weeks(self) -> list[list[date]]:
        """Return its days by weeks."""
        days = self.days
        return [days[at : at + 7] for at in range(0, len(days), 7)]

    def has(self, day: date) -> bool:
        """Tell whether it shows a day."""
        return self.first_day <= day <= self.last_day


def period_of(view: View, day: date) -> Period:
    """Return the days a layout shows around a day: eight weeks from it, its week, its month."""
    first_of_month = day.replace(day=1)
    if view == View.LIST:
        after = day + LIST_LENGTH
        return Period(view, day, after - A_DAY, day - LIST_LENGTH, after, first_of_month)
    if view == View.WEEK:
        monday = _monday(day)
        return Period(
            view, monday, monday + 6 * A_DAY, monday - A_WEEK, monday + A_WEEK, first_of_month
        )
    last_of_month = day.replace(day=monthrange(day.year, day.month)[1])
    return Period(
        view,
        _monday(first_of_month),
        _monday(last_of_month) + 6 * A_DAY,
        (first_of_month - A_DAY).replace(day=1),
        last_of_month + A_DAY,
        first_of_month,
    )


def _monday(day: date) -> date:
    return day - day.weekday() * A_DAY


def window(first_day: date, last_day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments at which days begin and end on the clock of a zone."""
    there = ZoneInfo(zone)
    begin = datetime.combine(first_day, time(), there)
    end = datetime.combine(last_day + A_DAY, time(), there)
    return begin.astimezone(UTC), end.astimezone(UTC)


def read_day(text: str) -> date | None:
    """Return the day an address names; None for anything else, and for days out of all reason."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def read_view(text: str) -> View:
    """Return the layout an address names; a list for anything else."""
    return View(text) if text in set(View) else View.LIST
