"""Working days of the foundation, on Busan's calendar."""

from collections.abc import Container
from datetime import date, datetime, timedelta

from lms.enrolment.rules import busan_day, end_of_day

SATURDAY = 5


def after_working_days(moment: datetime, count: int, holidays: Container[date]) -> datetime:
    """Return the end of the count-th working day in Busan after the moment's day there."""
    day, left = busan_day(moment), count
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in holidays:
            left -= 1
    return end_of_day(day)
