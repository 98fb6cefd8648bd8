"""Presence, verdicts and hours: the worked cases of DOMAIN 3.1, and a count by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.rates import shown
from lms.progress.rules import Figures, Outcome, earned_minutes, outcome
from lms.seminars.models import AttendanceStatus
from lms.seminars.rules.attendance import (
    HeldMinutes,
    SittingCredit,
    TimePresent,
    judge,
    net_seconds,
    sum_credits,
    time_present,
)
from lms.seminars.rules.working_days import after_working_days

PRESENT, PARTIAL, ABSENT, EXCUSED, MADE_UP = AttendanceStatus
TWO = datetime(2026, 11, 9, 14, tzinfo=UTC)


@dataclass(frozen=True)
class Sitting:
    starts_at: datetime = TWO
    ends_at: datetime = TWO + timedelta(hours=2)
    breaks: list[list[int]] = field(default_factory=list)


def at(clock: str) -> datetime:
    """Return a time of the sitting's day: "14:00", "14:10:30", "14:10:30.5"."""
    return datetime.fromisoformat(f"2026-11-09T{clock}+00:00")


def stays(*spans: str) -> list[tuple[datetime, datetime]]:
    return [tuple(at(clock) for clock in span.split("-")) for span in spans]


def judged(*spans: str, recognised: int = 120, sitting: Sitting | None = None):
    held = sitting or Sitting()
    return judge(held, time_present(held, stays(*spans)), recognised)


# --- DOMAIN 3.1, worked cases ----------------------------------------------------------

COURSE = 24 * 60
LIVE = 12 * 60


def course(alone: int, held: int = 0, excused: int = 0, made_up: int = 0, *, outage: bool = False):
    minutes = earned_minutes(
        alone, held, excused, made_up, required=COURSE, live=LIVE, is_outage_certified=outage
    )
    figures = Figures(minutes, COURSE, percent_required=80)
    return minutes, figures.percent, outcome(figures)


def test_case_a_nineteen_hours_are_participation_and_one_excused_hour_more_is_completion():
    assert course(12 * 60, 7 * 60) == (19 * 60, Decimal("79.1"), Outcome.PARTICIPATION)
    assert course(12 * 60, 7 * 60, 60) == (20 * 60, Decimal("83.3"), Outcome.COMPLETION)


def test_case_b_reconnections_are_merged_and_two_devices_not_doubled():
    spans = stays("13:55-14:40", "14:38-15:10", "15:20-16:00")
    present = time_present(Sitting(), spans)
    assert (present.seconds, present.net_seconds) == (110 * 60, 120 * 60)
    assert present.percent == Decimal("91.6")
    assert (present.first_joined_at, present.last_left_at) == (at("14:00"), at("16:00"))
    verdict = judge(Sitting(), present, 120)
    assert (verdict.status, verdict.credited_minutes) == (PRESENT, 120)
    assert not verdict.is_late
    assert not verdict.left_early


def test_case_c_who_comes_late_may_still_be_present():
    verdict = judged("14:12-16:00")
    assert time_present(Sitting(), stays("14:12-16:00")).percent == Decimal("90.0")
    assert (verdict.status, verdict.is_late, verdict.left_early) == (PRESENT, True, False)
    assert verdict.credited_minutes == 120


def test_case_d_who_leaves_early_is_credited_a_part():
    verdict = judged("14:00-15:30")
    assert time_present(Sitting(), stays("14:00-15:30")).percent == Decimal("75.0")
    assert (verdict.status, verdict.is_late, verdict.left_early) == (PARTIAL, False, True)
    assert verdict.credited_minutes == 90


def test_case_e_a_quarter_of_the_live_hours_may_be_made_up():
    missed = [SittingCredit(n, MADE_UP, credited_minutes=60, attended_minutes=0) for n in range(3)]
    made_up = sum_credits(missed).made_up
    assert shown(Fraction(made_up * 100, LIVE)) == Decimal("25.0")
    assert course(0, made_up=made_up)[0] == 180


def test_case_f_of_a_third_only_thirty_percent_count():
    missed = [SittingCredit(n, MADE_UP, credited_minutes=60, attended_minutes=0) for n in range(4)]
    made_up = sum_credits(missed).made_up
    assert shown(Fraction(made_up * 100, LIVE)) == Decimal("33.3")
    assert course(0, made_up=made_up)[0] == Decimal("3.6") * 60


# --- presence --------------------------------------------------------------------------

moment = st.integers(-300, 1500)
span = st.tuples(moment, moment)
pauses = st.lists(st.tuples(st.integers(-2, 22), st.integers(-2, 22)), max_size=3)
devices = st.lists(st.lists(span, max_size=4), max_size=3)


def after(seconds: int) -> datetime:
    return TWO + timedelta(seconds=seconds)


def held(seconds: int, breaks) -> Sitting:
    return Sitting(ends_at=after(seconds), breaks=[list(each) for each in breaks])


@settings(max_examples=2000, deadline=None)
@given(devices, pauses, st.integers(1, 1200))
def test_any_stays_on_any_devices_are_counted_as_by_hand(joined, breaks, length):
    """Second by second: inside the sitting, outside its breaks, on whichever device."""
    sitting = held(length, breaks)
    paused = {second for a, b in breaks for second in range(a * 60, b * 60)}
    counted = set(range(length)) - paused
    spans = [each for device in joined for each in device]
    there = {second for start, end in spans for second in range(start, end)} & set(range(length))
    present = time_present(sitting, [(after(start), after(end)) for start, end in spans])
    assert present.seconds == len(there & counted)
    assert present.net_seconds == net_seconds(sitting) == len(counted)
    assert present.first_joined_at == (after(min(there)) if there else None)
    assert present.last_left_at == (after(max(there) + 1) if there else None)


@settings(max_examples=500, deadline=None)
@given(st.lists(span, max_size=5), span, pauses, st.integers(1, 1200), st.integers(0, 300))
def test_adding_presence_never_lowers_a_credit(spans, another, breaks, length, recognised):
    sitting = held(length, breaks)
    known = [(after(start), after(end)) for start, end in spans]
    more = [*known, tuple(after(second) for second in another)]
    before = judge(sitting, time_present(sitting, known), recognised)
    verdict = judge(sitting, time_present(sitting, more), recognised)
    assert verdict.credited_minutes >= before.credited_minutes
    assert verdict.credited_minutes <= recognised
    assert verdict.is_late <= (before.is_late or before.status == ABSENT)
    assert verdict.left_early <= (before.left_early or before.status == ABSENT)


def test_a_line_that_comes_back_in_the_second_it_broke_leaves_no_gap():
    broken = stays("14:00-14:50:10.300", "14:50:10.800-16:00")
    assert time_present(Sitting(), broken).seconds == 120 * 60


def test_who_joins_in_the_opening_that_does_not_count_is_not_late():
    sitting = Sitting(breaks=[[0, 20], [70, 80]])
    assert net_seconds(sitting) == 90 * 60
    verdict = judged("14:05-16:00", sitting=sitting)
    assert (verdict.status, verdict.is_late) == (PRESENT, False)


# --- the verdict -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "spans,status,credited",
    [
        (["14:00-15:36"], PRESENT, 120),  # 80 % to the second
        (["14:00-15:35:59"], PARTIAL, 90),  # 79.98 %
        (["14:00-14:19:59"], PARTIAL, 10),
        (["14:00-14:09:59"], PARTIAL, 0),  # there, but for no whole step
        (["14:00-14:01"], PARTIAL, 0),
        (["14:00-14:00:59"], ABSENT, 0),
        (["13:00-14:00", "16:00-17:00"], ABSENT, 0),  # before and after
        ([], ABSENT, 0),
    ],
)
def test_the_line_is_exact_and_a_part_is_rounded_down_to_ten_minutes(spans, status, credited):
    verdict = judged(*spans)
    assert (verdict.status, verdict.credited_minutes) == (status, credited)


@pytest.mark.parametrize(
    "span,is_late,left_early",
    [
        ("14:10-15:50", False, False),
        ("14:10:01-15:50", True, False),
        ("14:10-15:49:59", False, True),
        ("15:00-15:00:30", False, False),  # absent: neither late nor early
    ],
)
def test_ten_minutes_are_nobody_s_fault(span, is_late, left_early):
    verdict = judged(span)
    assert (verdict.is_late, verdict.left_early) == (is_late, left_early)


def test_recognised_minutes_are_scaled_by_the_net_time():
    """Two blocks of 50 minutes are two hours: half of them is one."""
    sitting = Sitting(ends_at=at("15:50"), breaks=[[50, 60]])
    assert judged("14:00-14:50", sitting=sitting).credited_minutes == 60


def test_a_sitting_that_is_all_break_is_attended_by_nobody():
    verdict = judged("14:00-16:00", sitting=Sitting(breaks=[[0, 120]]))
    assert (verdict.status, verdict.credited_minutes) == (ABSENT, 0)


def test_what_is_shown_is_rounded_down():
    assert TimePresent(1999, 2500).percent == Decimal("79.9")  # 79.96
    assert TimePresent(1999, 2500).status == PARTIAL
    assert TimePresent(2000, 2500).status == PRESENT


# --- the sum ---------------------------------------------------------------------------


def present(
    lesson_id: int | None, minutes: int, status: AttendanceStatus = PRESENT
) -> SittingCredit:
    return SittingCredit(lesson_id, status, credited_minutes=minutes, attended_minutes=minutes)


def test_excuses_count_up_to_a_tenth_of_the_course():
    assert course(0, excused=144)[0] == 144
    assert course(0, excused=180)[0] == 144


def test_a_certified_outage_lifts_what_may_be_made_up_to_half():
    assert course(0, made_up=400)[0] == 216
    assert course(0, made_up=400, outage=True)[0] == 360
    assert course(0, made_up=300, outage=True)[0] == 300


def test_sittings_of_one_lesson_count_once_and_the_best_counts():
    asia, americas = present(1, 50, PARTIAL), present(1, 120)
    assert sum_credits([asia, americas, present(2, 60)]) == HeldMinutes(held=180)
    assert sum_credits([americas, asia]) == HeldMinutes(held=120)
    excused = SittingCredit(1, EXCUSED, credited_minutes=120, attended_minutes=0)
    assert sum_credits([excused, americas]) == HeldMinutes(held=120)


def test_a_sitting_without_a_lesson_never_counts():
    assert sum_credits([present(None, 60), present(1, 60)]) == HeldMinutes(held=60)


def test_what_was_attended_stays_so_when_the_rest_is_made_up():
    """Else somebody whose cap is reached would lose by studying what they missed."""
    half = SittingCredit(1, MADE_UP, credited_minutes=120, attended_minutes=60)
    assert sum_credits([half]) == HeldMinutes(held=60, made_up=60)
    asia, americas = present(2, 40, PARTIAL), SittingCredit(2, EXCUSED, 120, attended_minutes=0)
    assert sum_credits([asia, americas]) == HeldMinutes(held=40, excused=80)


def test_what_a_correction_says_counts_not_what_was_measured():
    corrected = SittingCredit(1, PARTIAL, credited_minutes=30, attended_minutes=120)
    assert sum_credits([corrected]) == HeldMinutes(held=30)


def test_a_lesson_excused_and_made_up_counts_once_as_made_up():
    excused = SittingCredit(1, EXCUSED, credited_minutes=60, attended_minutes=0)
    made_up = SittingCredit(1, MADE_UP, credited_minutes=60, attended_minutes=0)
    assert sum_credits([excused, made_up]) == HeldMinutes(made_up=60)
    assert sum_credits([made_up, excused]) == HeldMinutes(made_up=60)


@st.composite
def credit(draw, statuses=tuple(AttendanceStatus)):
    status = draw(st.sampled_from(statuses))
    attended = draw(st.integers(0, 6)) * 10
    credited = 60 if status in {EXCUSED, MADE_UP} else attended
    return SittingCredit(draw(st.integers(1, 3)), status, credited, attended)


@given(st.lists(credit(), max_size=8), credit(statuses=(PRESENT, PARTIAL)), st.booleans())
def test_one_more_sitting_attended_never_lowers_the_hours(earned, another, outage):
    def hours(credits_: list[SittingCredit]) -> int:
        of = sum_credits(credits_)
        return earned_minutes(
            0,
            of.held,
            of.excused,
            of.made_up,
            required=300,
            live=180,
            is_outage_certified=outage,
        )

    assert hours(earned) <= hours([*earned, another]) <= 180


# --- working days ----------------------------------------------------------------------

FOUNDATION_DAY = date(2026, 10, 5)  # a Monday off, for the third on a Saturday


@pytest.mark.parametrize(
    "moment,count,holidays,last_day",
    [
        ("2026-11-10T06:00+00:00", 3, set(), date(2026, 11, 13)),  # Tuesday to Friday
        ("2026-11-12T06:00+00:00", 3, set(), date(2026, 11, 17)),  # over a weekend
        ("2026-11-14T06:00+00:00", 1, set(), date(2026, 11, 16)),  # from a Saturday
        ("2026-10-01T06:00+00:00", 3, {FOUNDATION_DAY}, date(2026, 10, 7)),
        ("2026-11-09T14:59+00:00", 1, set(), date(2026, 11, 10)),  # Monday in Busan
        ("2026-11-09T15:00+00:00", 1, set(), date(2026, 11, 11)),  # already Tuesday there
    ],
)
def test_working_days_are_counted_on_busan_s_calendar(moment, count, holidays, last_day):
    until = after_working_days(datetime.fromisoformat(moment), count, holidays)
    assert until == datetime(last_day.year, last_day.month, last_day.day, 14, 59, 59, tzinfo=UTC)
