"""Days off: what staff have entered, on top of what the library knows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.seminars.holidays import public_holidays
from lms.seminars.models import Holiday
from lms.seminars.rules.slots import A_DAY, DaysOff


@dataclass(frozen=True)
class ListedHoliday:
    """A line of the list: of the library without an id, or entered by staff.

    `is_worked` says that people work on it: by the line itself, or by one staff entered for it.
    """

    id: int | None
    first_on: date
    last_on: date
    name: TextInLanguages
    is_worked: bool


def holidays_of_year(region: str, year: int) -> list[ListedHoliday]:
    """Return the days off of a region that touch a year, in order; one statement."""
    entered = _entered([region], date(year, 1, 1), date(year, 12, 31))
    worked = {day for row in entered if row.is_working_day for day in _days(row)}
    lines = [
        ListedHoliday(None, each.on, each.on, each.name, each.on in worked)
        for each in public_holidays(region, year)
    ]
    lines += [
        ListedHoliday(row.id, row.first_on, row.last_on, row.name, row.is_working_day)
        for row in entered
    ]
    return sorted(lines, key=lambda line: (line.first_on, line.id or 0))


def days_off(regions: Collection[str], first: date, last: date) -> DaysOff:
    """Return the days off of regions between two days; one statement.

    What staff have entered takes the place of what the library says of the same day.
    """
    entered = _entered(regions, first, last)
    days: dict[tuple[str, date], TextInLanguages] = {
        (region, each.on): each.name
        for region in regions
        for year in range(first.year, last.year + 1)
        for each in public_holidays(region, year)
    }
    for row in entered:
        if not row.is_working_day:
            days |= {(row.region, day): row.name for day in _days(row)}
    worked = {(row.region, day) for row in entered if row.is_working_day for day in _days(row)}
    return DaysOff(days, frozenset(worked))


def holiday_by_id(holiday_id: int) -> Holiday | None:
    """Return what staff have entered, None when it is gone."""
    return db.session.get(Holiday, holiday_id)


def holiday_on(region: str, first_on: date, last_on: date, is_working_day: bool) -> Holiday | None:
    """Return what staff have entered for exactly these days."""
    return db.session.scalar(
        select(Holiday)
        .where(Holiday.region == region, Holiday.is_working_day == is_working_day)
        .where(Holiday.first_on == first_on, Holiday.last_on == last_on)
    )


def _entered(regions: Collection[str], first: date, last: date) -> list[Holiday]:
    return list(
        db.session.scalars(
            select(Holiday)
            .where(Holiday.region.in_(regions))
            .where(Holiday.first_on <= last, Holiday.last_on >= first)
            .order_by(Holiday.first_on, Holiday.id)
        )
    )


def _days(row: Holiday) -> Iterator[date]:
    length = (row.last_on - row.first_on).days + 1
    return (row.first_on + number * A_DAY for number in range(length))
