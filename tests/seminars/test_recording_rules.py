"""Recordings by the clock alone: who may watch, what was missed, until when it is made up."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.intervals import seconds_in
from lms.seminars.models import AttendanceStatus, RecordingPolicy
from lms.seminars.rules.attendance import net_seconds, time_present
from lms.seminars.rules.recordings import (
    Bar,
    MakeUp,
    Obstacle,
    bar_to_making_up,
    begin_of_recording,
    is_published,
    make_up_until,
    may_watch,
    missed_of_recording,
    obstacle_to_publishing,
    seconds_not_recorded,
)

START = datetime(2027, 3, 10, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TWO_HOURS = 7200


@dataclass(frozen=True)
class Held:
    starts_at: datetime = START
    ends_at: datetime = START + 120 * MINUTE
    breaks: list[list[int]] = field(default_factory=list)


def at(minutes):
    return START + minutes * MINUTE


def missed(*stays, breaks=(), begins_at=START, seconds=TWO_HOURS):
    held = Held(breaks=[list(each) for each in breaks])
    spans = [(at(first), at(last)) for first, last in stays]
    return missed_of_recording(held, spans, begins_at=begins_at, seconds=seconds)


# --- what was missed -------------------------------------------------------------------


def test_what_somebody_missed_are_exactly_the_seconds_they_were_not_there():
    assert missed() == [(0, TWO_HOURS)]
    assert missed((0, 120)) == []
    assert missed((-5, 12), (25, 130)) == [(12 * 60, 25 * 60)]


def test_breaks_are_missed_by_nobody():
    assert missed(breaks=[(50, 60)]) == [(0, 3000), (3600, TWO_HOURS)]
    assert missed((0, 45), (65, 120), breaks=[(50, 60)]) == [(2700, 3000), (3600, 3900)]
    assert missed((0, 50), (60, 120), breaks=[(50, 60)]) == []


def test_two_devices_are_one_person():
    telephone, laptop = (10, 40), (30, 100)
    assert missed(telephone, laptop) == [(0, 600), (6000, TWO_HOURS)]
    assert missed((0, 60), (0, 60)) == [(3600, TWO_HOURS)]


def test_a_recording_that_began_later_shows_less_and_earlier():
    begins_at = at(2) + timedelta(seconds=30)
    assert missed((0, 60), begins_at=begins_at, seconds=6000) == [(3450, 6000)]
    assert missed((60, 120), begins_at=begins_at) == [(0, 3450)]
    # It was switched on before the session, and runs on after it.
    early = missed((60, 120), begins_at=at(-10), seconds=3 * 3600)
    assert early == [(600, 4200)]


def test_what_is_not_recorded_is_not_to_be_watched():
    assert missed((30, 120), begins_at=at(40)) == []
    assert missed((0, 60), seconds=1800) == []
    assert seconds_not_recorded(Held(), begins_at=at(10), seconds=100 * 60) == 20 * 60
    with_break = Held(breaks=[[0, 10]])
    assert seconds_not_recorded(with_break, begins_at=at(10), seconds=110 * 60) == 0


minutes = st.floats(-30, 150, allow_nan=False)


@given(
    st.lists(st.tuples(minutes, minutes), max_size=8),
    st.lists(st.integers(1, 119), max_size=4, unique=True).filter(lambda ends: len(ends) % 2 == 0),
)
def test_what_was_attended_and_what_was_missed_are_the_whole(stays, ends):
    """Property: no second is both, and no second is neither."""
    ends = sorted(ends)
    held = Held(breaks=[list(pair) for pair in zip(ends[::2], ends[1::2], strict=True)])
    spans = [(at(first), at(last)) for first, last in stays]
    present = time_present(held, spans)
    gone = missed_of_recording(held, spans, begins_at=START, seconds=TWO_HOURS)
    assert seconds_in(gone) + present.seconds == net_seconds(held)


# --- until when ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "published_at", "until"),
    [
        # In Guayaquil (UTC-5) it is still the day before, in Auckland (UTC+13) already the next.
        ("America/Guayaquil", "2027-03-10T03:00", "2027-03-17T04:59:59"),
        ("America/Guayaquil", "2027-03-10T05:00", "2027-03-18T04:59:59"),
        ("Pacific/Auckland", "2027-03-10T10:59", "2027-03-17T10:59:59"),
        ("Pacific/Auckland", "2027-03-10T11:00", "2027-03-18T10:59:59"),
        ("Asia/Seoul", "2027-03-10T14:59:59", "2027-03-17T14:59:59"),
        # Clocks go forward in these days: their seventh ends before 168 hours are over.
        ("America/Los_Angeles", "2027-03-08T07:45", "2027-03-15T07:45"),
    ],
)
def test_the_seventh_day_ends_where_the_trainee_is(zone, published_at, until):
    moment = datetime.fromisoformat(published_at).replace(tzinfo=UTC)
    assert make_up_until(moment, zone) == datetime.fromisoformat(until).replace(tzinfo=UTC)


ZONES = ["America/Guayaquil", "Pacific/Auckland", "Asia/Kathmandu", "America/Los_Angeles"]


@given(st.integers(0, 4 * 365 * 24 * 3600), st.sampled_from(ZONES))
def test_there_are_always_168_hours_and_never_nine_days(seconds, zone):
    moment = START + timedelta(seconds=seconds)
    given_time = make_up_until(moment, zone) - moment
    assert timedelta(hours=168) <= given_time < timedelta(days=8, hours=2)


def able(**values):
    until = START + timedelta(days=7)
    facts = MakeUp(AttendanceStatus.ABSENT, False, True, 3, [(0, 600)], until)
    return replace(facts, **values)


def test_the_last_moment_counts_and_the_next_second_does_not():
    facts = able()
    assert bar_to_making_up(facts, facts.until) is None
    assert bar_to_making_up(facts, facts.until + timedelta(seconds=1)) == Bar.TOO_LATE


@pytest.mark.parametrize(
    ("values", "bar"),
    [
        ({"status": None}, Bar.NOT_COUNTED),
        ({"status": AttendanceStatus.PRESENT}, Bar.IN_FULL),
        ({"status": AttendanceStatus.EXCUSED}, Bar.IN_FULL),
        ({"status": AttendanceStatus.MADE_UP}, Bar.IN_FULL),
        ({"status": AttendanceStatus.PARTIAL}, None),
        ({"is_elsewhere": True}, Bar.IN_FULL_ELSEWHERE),
        ({"is_offered": False}, Bar.NOT_OFFERED),
        ({"questions": 2}, Bar.NO_QUESTIONS),
        ({"missed": []}, Bar.NOT_RECORDED),
    ],
)
def test_what_keeps_somebody_from_making_it_up(values, bar):
    assert bar_to_making_up(able(**values), START) == bar


# --- who may watch ---------------------------------------------------------------------


@dataclass(frozen=True)
class Recorded:
    recording_policy: RecordingPolicy
    recording_published_at: datetime | None = START
    recording_until: date | None = None


WHO = {
    "manages": {"manages": True, "holds": False, "is_concerned": True},
    "holds": {"manages": False, "holds": True, "is_concerned": True},
    "is in it": {"manages": False, "holds": False, "is_concerned": True},
    "anybody": {"manages": False, "holds": False, "is_concerned": False},
}


@pytest.mark.parametrize(
    ("policy", "published_at", "who"),
    [
        ("none", START, set()),
        ("internal", None, {"manages", "holds"}),
        ("internal", START, {"manages", "holds"}),
        ("trainees", None, {"manages"}),
        ("trainees", START, {"manages", "holds", "is in it"}),
        ("public", None, {"manages"}),
        ("public", START, {"manages", "holds", "is in it", "anybody"}),
    ],
)
def test_a_recording_is_for_those_its_plan_names_once_it_is_published(policy, published_at, who):
    sitting = Recorded(RecordingPolicy(policy), published_at)
    found = {name for name, facts in WHO.items() if may_watch(sitting, START, **facts)}
    assert found == who


def test_its_last_day_ends_in_busan():
    sitting = Recorded(RecordingPolicy.TRAINEES, START, date(2027, 4, 1))
    end = datetime(2027, 4, 1, 14, 59, 59, tzinfo=UTC)
    assert is_published(sitting, end)
    assert not is_published(sitting, end + timedelta(seconds=1))


# --- publishing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "values", "obstacle"),
    [
        ("none", {}, Obstacle.NOT_RECORDED),
        ("internal", {}, Obstacle.FOR_TEACHERS),
        ("trainees", {"is_there": False}, Obstacle.NOTHING_THERE),
        ("trainees", {"is_under_way": True}, Obstacle.UNDER_WAY),
        ("public", {"all_consent": False}, Obstacle.NO_CONSENT),
        ("trainees", {}, None),
        ("public", {}, None),
    ],
)
def test_what_keeps_a_recording_from_being_published(policy, values, obstacle):
    facts = {"is_there": True, "is_under_way": False, "all_consent": True, **values}
    assert obstacle_to_publishing(RecordingPolicy(policy), **facts) == obstacle


def test_a_time_of_day_is_the_one_nearest_to_the_start():
    evening = datetime(2027, 3, 10, 14, 50, tzinfo=UTC)  # 23:50 in Busan
    assert begin_of_recording(evening, time(23, 52, 30), "Asia/Seoul") == datetime(
        2027, 3, 10, 14, 52, 30, tzinfo=UTC
    )
    assert begin_of_recording(evening, time(0, 5), "Asia/Seoul") == datetime(
        2027, 3, 10, 15, 5, tzinfo=UTC
    )
