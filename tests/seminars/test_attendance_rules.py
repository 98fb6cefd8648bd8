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
    Attended,
    LessonCredit,
    TimePresent,
    credit_of_lesson,
    judge,
    net_seconds,
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
    made_up = 3 * credit_of_lesson([Attended(MADE_UP, 0)], 60).made_up
    assert shown(Fraction(made_up * 100, LIVE)) == Decimal("25.0")
    assert course(0, made_up=made_up)[0] == 180


def test_case_f_of_a_third_only_thirty_percent_count():
    made_up = 4 * credit_of_lesson([Attended(MADE_UP, 0)], 60).made_up
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


@pytest.mark.parametrize(
    "span,is_late,left_early",
    [
        ("14:05-16:00", False, False),
        ("14:30-15:30", False, False),  # ten minutes after the opening and before the farewell
        ("14:30:01-15:40", True, False),
        ("14:20-15:29:59", False, True),
    ],
)
def test_nobody_has_to_be_at_an_opening_or_a_farewell_that_does_not_count(
    span, is_late, left_early
):
    sitting = Sitting(breaks=[[0, 20], [60, 70], [100, 120]])
    assert net_seconds(sitting) == 70 * 60
    verdict = judged(span, sitting=sitting)
    assert (verdict.is_late, verdict.left_early) == (is_late, left_early)


def test_who_comes_in_a_break_is_late_for_what_came_before_it():
    assert judged("14:55-16:00", sitting=Sitting(breaks=[[50, 60]])).is_late


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


# --- what a lesson earns, and the sum --------------------------------------------------


def test_excuses_count_up_to_a_tenth_of_the_course():
    assert course(0, excused=144)[0] == 144
    assert course(0, excused=180)[0] == 144


def test_a_certified_outage_lifts_what_may_be_made_up_to_half():
    assert course(0, made_up=400)[0] == 216
    assert course(0, made_up=400, outage=True)[0] == 360
    assert course(0, made_up=300, outage=True)[0] == 300


def test_sittings_of_one_lesson_count_once_and_the_best_counts():
    asia, americas = Attended(PARTIAL, 50), Attended(PRESENT, 120)
    for verdicts in ([asia, americas], [americas, asia]):
        assert credit_of_lesson(verdicts, 120) == LessonCredit(attended=120, in_full=True)
    assert credit_of_lesson([asia, Attended(ABSENT, 0)], 120) == LessonCredit(attended=50)
    excused = Attended(EXCUSED, 0)
    assert credit_of_lesson([excused, americas], 120) == LessonCredit(attended=120, in_full=True)
    assert credit_of_lesson([], 120) == LessonCredit()


def test_what_was_attended_stays_so_when_the_rest_is_made_up():
    """Else somebody whose cap is reached would lose by studying what they missed."""
    half = Attended(MADE_UP, 60)
    assert credit_of_lesson([half], 120) == LessonCredit(attended=60, made_up=60, in_full=True)
    asia, americas = Attended(PARTIAL, 40), Attended(EXCUSED, 0)
    credit = credit_of_lesson([asia, americas], 120)
    assert credit == LessonCredit(attended=40, excused=80, in_full=True)


def test_a_lesson_excused_and_made_up_counts_once_as_made_up():
    for verdicts in ([EXCUSED, MADE_UP], [MADE_UP, EXCUSED]):
        credit = credit_of_lesson([Attended(status, 0) for status in verdicts], 60)
        assert credit == LessonCredit(made_up=60, in_full=True)


def test_a_ceremony_is_done_by_being_there_though_it_earns_nothing():
    assert credit_of_lesson([Attended(PRESENT, 0)], 0).in_full
    assert not credit_of_lesson([Attended(ABSENT, 0)], 0).in_full


verdict_of = st.builds(Attended, st.sampled_from(tuple(AttendanceStatus)), st.integers(0, 60))
attended_of = st.builds(Attended, st.sampled_from((PRESENT, PARTIAL)), st.integers(0, 60))


@given(st.lists(st.lists(verdict_of, max_size=3), min_size=1, max_size=4), attended_of)
def test_one_more_sitting_attended_never_lowers_the_hours(lessons, another):
    def hours(of: list[list[Attended]]) -> int:
        credits_ = [credit_of_lesson(verdicts, 60) for verdicts in of]
        return earned_minutes(
            0,
            sum(credit.attended for credit in credits_),
            sum(credit.excused for credit in credits_),
            sum(credit.made_up for credit in credits_),
            required=60 * len(lessons) * 2,
            live=60 * len(lessons),
            is_outage_certified=False,
        )

    assert hours(lessons) <= hours([[*lessons[0], another], *lessons[1:]]) <= 60 * len(lessons)


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
