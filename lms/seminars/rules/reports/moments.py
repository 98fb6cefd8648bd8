"""Times as platforms write them: without a zone, and with day and month in any order."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from lms.seminars.rules.reports.report import Refusal, ReportRefused

_LONGEST = 60
_HALF = r"오전|오후|上午|下午|[ap]\.?\s?m\.?"
_MOMENT = re.compile(
    r"(\d{1,4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,4})\s?[.日일]?"
    r"(?:\s*,\s*|\s*t\s*|\s+|(?<=[日일]))"
    rf"(?:({_HALF})\s*)?"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d{1,9})?)?"
    rf"\s*({_HALF})?"
    r"\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_AFTERNOON = ("오후", "下午")

# A report is of this sitting when its days are: the zone chosen may be off by most of a day.
_NEAR = timedelta(days=1)


class Order(StrEnum):
    """Which number of a date is which."""

    YEAR_MONTH_DAY = "ymd"
    MONTH_DAY_YEAR = "mdy"
    DAY_MONTH_YEAR = "dmy"


class Stamp(NamedTuple):
    """A moment as it is written: three numbers of a date whose order is open, a time of day."""

    numbers: tuple[int, int, int]
    clock: time
    zone: tzinfo | None


def read_stamp(text: str) -> Stamp | None:
    """Return what a text says of day and time; None when it is no such text."""
    if len(text) > _LONGEST:
        return None
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    first, second, third, before, hour, minute, seconds, after, zone = found.groups()
    try:
        clock = time(_hour(int(hour), before or after or ""), int(minute), int(seconds or 0))
        return Stamp((int(first), int(second), int(third)), clock, _zone(zone))
    except ValueError:
        return None


def _hour(hour: int, half: str) -> int:
    """Return the hour of the day; some exports write 14 PM and 0 AM. Raises ValueError."""
    if not half:
        return hour
    is_afternoon = half in _AFTERNOON or half[0] in "pP"
    if hour > 12 and not is_afternoon:
        raise ValueError("there is no such hour in a morning")
    if hour > 12:
        return hour
    return hour % 12 + (12 if is_afternoon else 0)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text.casefold() in {"z", "utc", "gmt"}:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def day_of(stamp: Stamp, order: Order) -> date | None:
    """Return the day a stamp means in an order; None when there is no such day."""
    return _day(stamp.numbers, order)


@lru_cache(1024)  # thousands of lines of a report name the same day
def _day(numbers: tuple[int, int, int], order: Order) -> date | None:
    first, second, third = numbers
    if first > 31:
        order = Order.YEAR_MONTH_DAY
    year, month, day = {
        Order.YEAR_MONTH_DAY: (first, second, third),
        Order.MONTH_DAY_YEAR: (third, first, second),
        Order.DAY_MONTH_YEAR: (third, second, first),
    }[order]
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def moment_of(stamp: Stamp, order: Order, zone: tzinfo) -> datetime | None:
    """Return the moment a stamp means; one without an offset is on the clock of `zone`."""
    day = day_of(stamp, order)
    if day is None or not 1 < day.year < 9999:
        return None
    return datetime.combine(day, stamp.clock, stamp.zone or zone).astimezone(UTC)


class DaysNear:
    """The days a report of a sitting can speak of, on the clock of a zone."""

    def __init__(self, starts_at: datetime, ends_at: datetime, zone: tzinfo) -> None:
        self._first = starts_at.astimezone(zone).date() - _NEAR
        self._last = ends_at.astimezone(zone).date() + _NEAR

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self._first <= day <= self._last


def settle_order(stamps: Iterable[Stamp], near: DaysNear) -> Order:
    """Return the order in which the dates of a report are the sitting's own.

    Raises ReportRefused: with OTHER_DAY when they are in no order, with AMBIGUOUS_DATES when
    several fit and mean different days. Which is right is never guessed.
    """
    counts = Counter(stamp._replace(clock=time()) for stamp in stamps)
    fits = {order: sum(counts[s] for s in counts if day_of(s, order) in near) for order in Order}
    best = max(fits.values())
    if best == 0:
        raise ReportRefused(Refusal.OTHER_DAY)
    winners = [order for order in Order if fits[order] == best]
    readings = {
        tuple(day if (day := day_of(stamp, order)) in near else None for stamp in counts)
        for order in winners
    }
    if len(readings) > 1:
        raise ReportRefused(Refusal.AMBIGUOUS_DATES)
    return winners[0]
