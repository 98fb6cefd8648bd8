"""Which steps there are, and who can enter a run when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.enrolment import rules
from lms.enrolment.models import EnrolmentState, RunState
from lms.enrolment.rules import Bar, RunFacts, RunFault

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize("old", RunState)
@pytest.mark.parametrize("new", RunState)
def test_the_steps_of_a_run_are_these_and_no_others(old, new):
    allowed = {
        ("draft", "approved"), ("draft", "cancelled"),
        ("approved", "running"), ("approved", "draft"), ("approved", "cancelled"),
        ("running", "judging"), ("running", "cancelled"),
        ("judging", "completed"), ("judging", "running"),
    }  # fmt: skip
    assert rules.may_step(old, new) == ((old, new) in allowed)


@pytest.mark.parametrize("old", EnrolmentState)
@pytest.mark.parametrize("new", EnrolmentState)
def test_the_steps_of_an_enrolment_are_these_and_no_others(old, new):
    allowed = {
        ("enrolled", "started"), ("enrolled", "withdrawn"),
        ("started", "completed"), ("started", "dropped_out"),
        ("withdrawn", "enrolled"), ("dropped_out", "started"),
    }  # fmt: skip
    assert (new in rules.ENROLMENT_STEPS[old]) == ((old, new) in allowed)


def test_leaving_and_coming_back_are_steps():
    for old, new in {**rules.STATE_AFTER_LEAVING, **rules.STATE_AFTER_RETURN}.items():
        assert new in rules.ENROLMENT_STEPS[old]
    assert set(rules.STATE_AFTER_RETURN) == rules.LEFT_STATES


@pytest.mark.parametrize(
    "state, closes, capacity, taken, bar",
    [
        ("draft", LATER, None, 0, Bar.UPCOMING),
        ("approved", LATER, None, 0, Bar.UPCOMING),
        ("running", LATER, None, 10_000, None),
        ("running", LATER, 5, 4, None),
        ("running", LATER, 5, 5, Bar.FULL),
        ("running", NOW, 5, 4, None),  # the last second still counts
        ("running", NOW - timedelta(seconds=1), None, 0, Bar.CLOSED),
        ("running", NOW - timedelta(seconds=1), 5, 5, Bar.CLOSED),
        ("judging", LATER, None, 0, Bar.OVER),
        ("completed", LATER, None, 0, Bar.OVER),
        ("archived", LATER, None, 0, Bar.OVER),
        ("cancelled", LATER, None, 0, Bar.CANCELLED),
    ],
)
def test_who_can_enter_a_run(state, closes, capacity, taken, bar):
    run = RunFacts(RunState(state), closes, capacity, taken)
    assert rules.bar_to_run(run, now=NOW) == bar
    assert rules.bar_to_enrolling(run, email_confirmed=True, now=NOW) == bar
    unconfirmed = rules.bar_to_enrolling(run, email_confirmed=False, now=NOW)
    assert unconfirmed == (bar or Bar.EMAIL_UNCONFIRMED)


@pytest.mark.parametrize(
    "capacity, taken, left", [(None, 7, None), (5, 3, 2), (5, 5, 0), (5, 6, 0)]
)
def test_places_left_are_never_negative(capacity, taken, left):
    assert RunFacts(RunState.RUNNING, LATER, capacity, taken).places_left == left


@pytest.mark.parametrize("run_state", RunState)
@pytest.mark.parametrize("state", EnrolmentState)
def test_who_may_leave_when(state, run_state):
    expected = state in {"enrolled", "started"} and run_state in {"approved", "running"}
    assert rules.may_leave(state, run_state) == expected


@pytest.mark.parametrize(
    "new, published, lessons, over, fault",
    [
        ("approved", True, False, False, None),
        ("approved", False, True, False, RunFault.COURSE_NOT_PUBLISHED),
        ("running", True, True, False, None),
        ("running", False, True, False, RunFault.COURSE_NOT_PUBLISHED),
        ("running", True, False, False, RunFault.NO_LESSONS),
        ("running", True, True, True, RunFault.OVER),
        ("judging", False, False, True, None),
        ("completed", False, False, True, None),
        ("cancelled", False, False, True, None),
        ("draft", False, False, True, None),
    ],
)
def test_what_keeps_a_run_from_a_step(new, published, lessons, over, fault):
    found = rules.fault_of_step(
        RunState(new),
        course_is_published=published,
        has_lesson_that_counts=lessons,
        is_over=over,
    )
    assert found == fault


def test_deadlines_fall_at_the_end_of_the_day_in_busan():
    end = rules.end_of_day(date(2026, 3, 14))
    assert end.astimezone(UTC) == datetime(2026, 3, 14, 14, 59, 59, tzinfo=UTC)
    assert rules.busan_day(datetime(2026, 3, 14, 15, tzinfo=UTC)) == date(2026, 3, 15)


@pytest.mark.parametrize("days, soon", [(-1, False), (0, True), (60, True), (61, False)])
def test_soon_means_within_sixty_days(days, soon):
    today = date(2026, 3, 14)
    assert rules.starts_soon(today + timedelta(days=days), today=today) == soon
