"""Seconds, lessons and hours against the worked cases of the domain and a count by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.intervals import merge
from lms.core.rates import shown
from lms.progress import rules
from lms.progress.rules import Figures, Outcome, Watched

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DURATION = 600


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def beat(record: Watched, *sent: tuple[int, int], at: float, duration: int = DURATION) -> Watched:
    return rules.watch(record, sent, duration=duration, opened_at=NOON, now=after(at))


# --- watching --------------------------------------------------------------------------


def test_seconds_played_twice_count_once():
    record = beat(Watched(), (0, 15), at=15)
    record = beat(record, (10, 25), (0, 5), at=30)
    assert (record.intervals, record.seconds) == (((0, 25),), 25)


def test_a_replayed_request_changes_no_second():
    record = beat(Watched(), (0, 15), (40, 50), at=60)
    again = beat(record, (0, 15), (40, 50), at=60)
    assert (again.intervals, again.allowance) == (record.intervals, record.allowance)


def test_a_forged_beat_cannot_jump_over_real_time():
    record = beat(Watched(), (0, DURATION), at=10)
    assert record.intervals == ((0, 20),)  # 10 s at 1.5, and the slack of 5 s
    assert beat(record, (0, DURATION), at=10).intervals == ((0, 20),)
    assert beat(record, (0, DURATION), at=12).intervals == ((0, 23),)  # no slack a second time


def test_the_fastest_rate_that_counts_is_one_and_a_half():
    at_one_and_a_half, at_double = Watched(), Watched()
    for minute in range(1, 6):
        at = minute * 60
        at_one_and_a_half = beat(at_one_and_a_half, ((minute - 1) * 90, minute * 90), at=at)
        at_double = beat(at_double, ((minute - 1) * 120, minute * 120), at=at)
    assert at_one_and_a_half.seconds == 450
    assert at_double.seconds == 5 * 90 + rules.SLACK_SECONDS


def test_two_devices_at_once_earn_no_more_than_one():
    record = Watched()
    for quarter in range(1, 11):
        at = quarter * 15
        record = beat(record, ((quarter - 1) * 15, quarter * 15), at=at)
        record = beat(record, (300 + (quarter - 1) * 15, 300 + quarter * 15), at=at)
    assert record.seconds <= 150 * 1.5 + rules.SLACK_SECONDS


def test_what_was_played_without_connection_is_believed_later():
    assert beat(Watched(), (0, 300), at=400).seconds == 300


def test_an_idle_night_saves_up_one_viewing_and_no_more():
    record = beat(Watched(), (0, 15), at=15)
    assert beat(record, at=100_000).allowance == DURATION


def test_a_clock_set_back_takes_nothing_away():
    record = beat(Watched(), (0, 60), at=60)
    earlier = beat(record, (60, 75), at=30)
    assert earlier.seconds >= 60
    assert earlier.allowance_at == record.allowance_at


seconds = st.integers(0, 60)
intervals = st.tuples(seconds, seconds).map(sorted).filter(lambda pair: pair[0] < pair[1])
beats = st.lists(
    st.tuples(st.floats(0, 40, allow_nan=False), st.lists(intervals.map(tuple), max_size=4)),
    max_size=12,
)


@given(beats)
def test_any_series_of_beats_is_counted_as_by_hand(series):
    """Never lowered, never more than was sent, never more than real time at 1.5 allows."""
    record, sent, clock = Watched(), set(), 0.0
    for wait, played in series:
        clock += wait
        before = by_hand(record.intervals)
        record = beat(record, *played, at=clock, duration=60)
        sent |= by_hand(played)
        counted = by_hand(record.intervals)
        assert before <= counted <= sent
        assert len(counted) == record.seconds <= clock * 1.5 + rules.SLACK_SECONDS
        assert list(record.intervals) == merge(record.intervals)
        assert 0 <= record.allowance <= 60


@given(beats)
def test_with_enough_time_every_second_sent_is_counted(series):
    record, sent, clock = Watched(), set(), 0.0
    for _, played in series:
        clock += 60
        record = beat(record, *played, at=clock, duration=60)
        sent |= by_hand(played)
    assert by_hand(record.intervals) == sent


def by_hand(pairs) -> set[int]:
    return {second for start, end in pairs for second in range(start, end)}


# --- the lesson ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seconds,duration,watched",
    [
        (89, 100, False),
        (90, 100, True),
        (100, 100, True),
        (5, 6, False),
        (6, 6, True),
        (0, 0, False),
    ],
)
def test_nine_tenths_of_a_recording_are_enough(seconds: int, duration: int, watched: bool):
    assert rules.is_watched(seconds, duration) is watched


@pytest.mark.parametrize(
    "studied,question,answered,complete",
    [
        (True, True, True, True),
        (True, True, False, False),  # partly done counts nothing yet
        (False, True, True, False),
        (True, False, False, True),
    ],
)
def test_a_lesson_needs_study_and_its_answer(studied, question, answered, complete):
    assert complete is rules.lesson_is_complete(
        is_studied=studied, has_question=question, is_answered=answered
    )


@pytest.mark.parametrize(
    "position,duration,offered",
    [(30, 600, None), (31, 600, 31), (570, 600, None), (569, 600, 569), (5, 15, None), (6, 15, 6)],
)
def test_going_on_is_offered_where_it_saves_something(position, duration, offered):
    assert rules.resume_position(position, duration) == offered


# --- the course: DOMAIN 3.1, worked cases that apply to recorded study -----------------


def judged(earned: int, required: int = 24 * 60, percent: int = 80) -> tuple[Outcome, Decimal]:
    figures = Figures(earned, required, percent)
    return rules.outcome(figures), shown(figures.rate)


def test_case_a_nineteen_of_twenty_four_hours_is_participation():
    assert judged(19 * 60) == (Outcome.PARTICIPATION, Decimal("79.1"))


def test_case_a_with_one_more_hour_is_completion():
    assert judged(20 * 60) == (Outcome.COMPLETION, Decimal("83.3"))


def test_the_rate_is_compared_unrounded_and_shown_rounded_down():
    assert judged(1999, 2500) == (Outcome.PARTICIPATION, Decimal("79.9"))  # 79.96
    assert judged(2000, 2500) == (Outcome.COMPLETION, Decimal("80.0"))


@pytest.mark.parametrize(
    "earned,outcome",
    [
        (49, Outcome.NONE),
        (50, Outcome.PARTICIPATION),
        (79, Outcome.PARTICIPATION),
        (0, Outcome.NONE),
    ],
)
def test_half_the_hours_are_participation_and_less_is_nothing(earned, outcome):
    assert judged(earned, 100)[0] is outcome


def test_the_share_needed_is_the_run_s_own():
    assert judged(60, 100, percent=60)[0] is Outcome.COMPLETION
    assert judged(60, 100, percent=100)[0] is Outcome.PARTICIPATION


def test_a_course_without_hours_is_never_completed_by_clicks():
    assert judged(0, 0) == (Outcome.NONE, Decimal(0))


@given(st.integers(1, 10_000), st.integers(1, 100))
def test_the_minutes_for_completion_are_the_smallest_that_reach_it(required: int, percent: int):
    enough = Figures(0, required, percent).minutes_for_completion
    assert rules.outcome(Figures(enough, required, percent)) is Outcome.COMPLETION
    assert rules.outcome(Figures(enough - 1, required, percent)) is not Outcome.COMPLETION


def test_what_is_shown_never_exceeds_what_was_earned():
    assert shown(Fraction(2, 3)) == Decimal("0.6")
