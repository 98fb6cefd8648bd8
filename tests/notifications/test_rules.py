"""What a message says survives being kept as JSON; digests leave at their reader's hour, once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.text import TextInLanguages
from lms.notifications.models import How, Topic
from lms.notifications.rules import (
    USUAL,
    DigestHours,
    due_hour,
    kinds_of,
    last_hour,
    plain,
    revived,
    topic_of,
)

MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.none()
TEXTS = st.dictionaries(st.sampled_from(["ko", "en", "zh"]), st.text(min_size=1), min_size=1).map(
    lambda texts: TextInLanguages(next(iter(texts)), texts)
)
OTHERS = st.text() | st.integers() | st.booleans() | st.none() | st.lists(st.text())


@given(moment=MOMENTS, text=TEXTS, other=OTHERS)
def test_what_is_kept_as_json_comes_back(moment, text, other):
    context = {"starts_at": moment, "course_title": text, "other": other}
    assert revived(json.loads(json.dumps(plain(context)))) == context


def test_a_moment_is_told_in_utc_whatever_clock_it_was_worked_out_on():
    moment = datetime(2026, 11, 24, 5, tzinfo=timezone(timedelta(hours=9)))
    for said in (moment, moment.isoformat()):
        told = revived(plain({"until_at": said}))["until_at"]
        assert f"{told:%Y-%m-%d %H:%M %Z}" == "2026-11-23 20:00 UTC"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


LONG_AGO = utc("2025-01-01 00:00")

# Zone, the present moment, the last time 08:00 was there: each worked out by hand.
LAST_EIGHT = [
    ("Asia/Ulaanbaatar", "2026-11-24 00:00", "2026-11-24 00:00"),
    ("Asia/Ulaanbaatar", "2026-11-23 23:59", "2026-11-23 00:00"),
    ("Asia/Kathmandu", "2026-11-24 02:15", "2026-11-24 02:15"),
    ("Asia/Kathmandu", "2026-11-24 02:14", "2026-11-23 02:15"),
    # Los Angeles: clocks went forward on 8 March 2026 and back on 1 November 2026.
    ("America/Los_Angeles", "2026-03-07 18:00", "2026-03-07 16:00"),
    ("America/Los_Angeles", "2026-03-08 15:00", "2026-03-08 15:00"),
    ("America/Los_Angeles", "2026-03-08 14:59", "2026-03-07 16:00"),
    ("America/Los_Angeles", "2026-11-01 15:30", "2026-10-31 15:00"),
    ("America/Los_Angeles", "2026-11-01 16:00", "2026-11-01 16:00"),
    # Casablanca: an hour earlier during Ramadan, from 15 February to 22 March 2026.
    ("Africa/Casablanca", "2026-02-14 12:00", "2026-02-14 07:00"),
    ("Africa/Casablanca", "2026-02-16 07:30", "2026-02-15 08:00"),
    ("Africa/Casablanca", "2026-02-16 08:00", "2026-02-16 08:00"),
    ("Africa/Casablanca", "2026-03-23 07:00", "2026-03-23 07:00"),
]


@pytest.mark.parametrize("zone, now, expected", LAST_EIGHT)
def test_the_hour_is_that_of_the_readers_clock(zone, now, expected):
    assert last_hour(How.DAILY, DigestHours(zone, 8), utc(now)) == utc(expected)


@pytest.mark.parametrize(
    "weekday, now, expected",
    [
        (0, "2026-11-24 12:00", "2026-11-23 02:15"),
        (0, "2026-11-23 02:15", "2026-11-23 02:15"),
        (0, "2026-11-23 02:14", "2026-11-16 02:15"),
        (6, "2026-11-24 12:00", "2026-11-22 02:15"),
        (1, "2026-11-24 01:00", "2026-11-17 02:15"),
    ],
)
def test_the_day_of_a_week_is_that_of_the_readers_clock(weekday, now, expected):
    hours = DigestHours("Asia/Kathmandu", 8, weekday)
    assert last_hour(How.WEEKLY, hours, utc(now)) == utc(expected)


@pytest.mark.parametrize(
    "day, hour, expected",
    [
        ("2026-03-08", 2, "2026-03-08 10:00"),  # 02:00 is left out: it is 03:00 there then
        ("2026-11-01", 1, "2026-11-01 08:00"),  # 01:00 comes twice: the first of the two
    ],
)
def test_an_hour_left_out_or_shown_twice_comes_once(day, hour, expected):
    hours = DigestHours("America/Los_Angeles", hour)
    assert last_hour(How.DAILY, hours, utc(f"{day} 20:00")) == utc(expected)


@pytest.mark.parametrize(
    "zone",
    ["Asia/Ulaanbaatar", "Asia/Kathmandu", "America/Los_Angeles", "Africa/Casablanca"],
)
@pytest.mark.parametrize("hour", [0, 1, 2, 8, 23])
@pytest.mark.parametrize("start", ["2026-02-10 00:20", "2026-10-28 00:20"])
def test_whoever_looks_every_hour_finds_each_day_due_once(zone, hour, start):
    hours, served = DigestHours(zone, hour), []
    for step in range(24 * 45):
        now = utc(start) + timedelta(hours=step)
        found = due_hour(How.DAILY, hours, LONG_AGO, now)
        if found is not None:
            served.append(found)
            hours = replace(hours, last_daily_at=found)
            assert not served[1:] or now - found < timedelta(hours=1)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in served]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert len(days) in {45, 46}


def test_what_comes_after_the_hour_waits_for_the_next():
    hours = DigestHours("Asia/Seoul", 8)
    eight = utc("2026-11-23 23:00")
    arrived = eight + timedelta(minutes=1)
    assert due_hour(How.DAILY, hours, arrived, eight + timedelta(hours=23)) is None
    tomorrow = eight + timedelta(days=1)
    assert due_hour(How.DAILY, hours, arrived, tomorrow) == tomorrow


def test_after_days_in_which_nobody_worked_one_is_due():
    hours = DigestHours("Asia/Seoul", 22, last_daily_at=utc("2026-11-20 13:00"))
    late = utc("2026-11-24 18:00")  # 03:00 in Seoul
    found = due_hour(How.DAILY, hours, LONG_AGO, late)
    assert found == utc("2026-11-24 13:00")
    hours = replace(hours, last_daily_at=found)
    assert due_hour(How.DAILY, hours, LONG_AGO, late) is None
    # That it left after midnight does not cost the day that had begun its own.
    assert due_hour(How.DAILY, hours, LONG_AGO, utc("2026-11-25 13:00")) is not None


def test_a_changed_hour_zone_or_weekday_makes_no_second_one_of_the_same_day_or_week():
    morning = utc("2026-11-23 23:00")  # Tuesday, 08:00 in Seoul
    hours = DigestHours("Asia/Seoul", 8, 1, last_daily_at=morning, last_weekly_at=morning)
    evening = utc("2026-11-24 13:30")  # Tuesday, 22:30 in Seoul
    assert due_hour(How.DAILY, replace(hours, hour=20), LONG_AGO, evening) is None
    thursday = utc("2026-11-26 13:30")
    assert due_hour(How.WEEKLY, replace(hours, weekday=3), LONG_AGO, thursday) is None
    next_thursday = thursday + timedelta(days=7)
    assert due_hour(How.WEEKLY, replace(hours, weekday=3), LONG_AGO, next_thursday) is not None
    flown = replace(hours, zone="Asia/Kathmandu")
    assert due_hour(How.DAILY, flown, LONG_AGO, utc("2026-11-24 04:00")) is None


def test_each_kind_has_its_topic_and_what_nobody_sorted_cannot_be_switched_off():
    assert topic_of("boards.replied") == Topic.REPLIES
    assert topic_of("boards.hidden") == Topic.MODERATION
    assert topic_of("seminars.session_moved") == Topic.ESSENTIAL
    assert topic_of("anything.new") == Topic.ESSENTIAL
    assert not {Topic.MODERATION, Topic.ESSENTIAL} & set(USUAL)
    assert all(kinds_of(topic) for topic in USUAL)
