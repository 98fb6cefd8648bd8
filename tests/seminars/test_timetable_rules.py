"""Local days and times, and the stretches of days a timetable shows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.i18n.times import offset
from lms.seminars.rules.timetable import (
    View,
    day_on_clock,
    on_clock,
    on_two_clocks,
    period_of,
    read_day,
    read_view,
    window,
)
from tests.seminars.golden_times import GOLDEN, ZONES, Golden

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def ids(golden: Golden) -> str:
    return f"{golden.zone} {golden.starts}"


@pytest.mark.parametrize("golden", GOLDEN, ids=ids)
def test_what_a_clock_shows(golden: Golden):
    times = on_clock(golden.starts_at, golden.ends_at, golden.zone)
    assert (times.first_day, f"{times.first_time:%H:%M}") == (golden.first_day, golden.first_time)
    assert (times.last_day, f"{times.last_time:%H:%M}") == (golden.last_day, golden.last_time)
    assert offset(times.starts_at) == golden.offset
    assert offset(times.ends_at) == (golden.last_offset or golden.offset)
    assert times.is_overnight == (golden.first_day != golden.last_day)
    assert times.offset == golden.starts_at.astimezone(times.starts_at.tzinfo).utcoffset()


def test_busan_is_named_once_and_days_on_both_sides_where_they_differ():
    monday = (datetime(2026, 11, 9, 0, tzinfo=UTC), datetime(2026, 11, 9, 2, tzinfo=UTC))
    assert on_two_clocks(*monday, "Asia/Seoul").busan is None
    assert on_two_clocks(*monday, "America/Guayaquil").names_both_days
    assert not on_two_clocks(*monday, "Asia/Tehran").names_both_days
    assert day_on_clock(monday[0], "America/Guayaquil") == date(2026, 11, 8)
    assert day_on_clock(monday[0], "Asia/Seoul") == date(2026, 11, 9)


def test_a_week_begins_on_monday_and_a_month_is_shown_in_whole_weeks():
    week = period_of(View.WEEK, date(2026, 11, 4))
    assert (week.first_day, week.last_day) == (date(2026, 11, 2), date(2026, 11, 8))
    assert (week.previous, week.following) == (date(2026, 10, 26), date(2026, 11, 9))
    month = period_of(View.MONTH, date(2026, 2, 18))
    assert (month.first_day, month.last_day) == (date(2026, 1, 26), date(2026, 3, 1))
    assert (month.previous, month.following) == (date(2026, 1, 1), date(2026, 3, 1))
    assert [len(days) for days in month.weeks] == [7] * 5


@given(DAYS, st.sampled_from(View))
def test_going_on_and_back_misses_no_day(day: date, view: View):
    here = period_of(view, day)
    assert here.has(day)
    assert here.days[0] == here.first_day
    assert here.days[-1] == here.last_day
    following = period_of(view, here.following)
    assert following.first_day <= here.last_day + timedelta(days=1)
    assert following.previous <= here.days[-1]
    assert period_of(view, following.previous).has(day if view == View.LIST else following.previous)
    assert period_of(view, here.previous).last_day >= here.first_day - timedelta(days=1)


@given(DAYS, st.sampled_from(ZONES))
def test_a_window_holds_just_the_moments_of_its_days(day: date, zone: str):
    begin, end = window(day, day, zone)
    assert day_on_clock(begin, zone) == day
    assert day_on_clock(end - timedelta(microseconds=1), zone) == day
    assert day_on_clock(end, zone) > day
    assert day_on_clock(begin - timedelta(microseconds=1), zone) < day


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1x"]
)
def test_a_day_nobody_can_show_is_no_day(text: str):
    assert read_day(text) is None


def test_what_an_address_says_of_days_and_layouts():
    assert read_day("2026-11-04") == date(2026, 11, 4)
    assert read_view("week") == View.WEEK
    assert read_view("year") == View.LIST
