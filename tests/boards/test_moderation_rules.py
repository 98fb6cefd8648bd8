"""What hides a post by itself, until when moderators look, and what forms say of a state."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.boards.models import ReportReason
from lms.boards.moderation_wording import REASONS
from lms.boards.rules.moderation import (
    Hiding,
    Seen,
    Tab,
    due_at,
    hides_by_itself,
    may_decide_on_appeal,
)

OLD, WEEK, NEW = timedelta(days=400), timedelta(days=7), timedelta(hours=1)
JUST_OLDER = WEEK + timedelta(seconds=1)


@pytest.mark.parametrize(
    "ages, hides",
    [
        ([], False),
        ([OLD, OLD], False),
        ([OLD, OLD, OLD], True),
        ([OLD, OLD, WEEK], False),
        ([OLD, OLD, JUST_OLDER], True),
        ([NEW] * 50, False),
        ([NEW, OLD, OLD, NEW], False),
        ([NEW, OLD, OLD, NEW, OLD], True),
    ],
)
def test_three_reports_of_accounts_older_than_a_week_hide(ages, hides):
    assert hides_by_itself(ages) is hides


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    "since, due",
    [
        ("2026-11-24T09:00+09:00", "2026-11-26T00:00+09:00"),
        # Late on Thursday in Busan, and already Friday there.
        ("2026-11-26T23:59+09:00", "2026-11-28T00:00+09:00"),
        ("2026-11-26T16:00+00:00", "2026-12-01T00:00+09:00"),
        # Friday before a Monday off.
        ("2026-12-04T12:00+09:00", "2026-12-09T00:00+09:00"),
    ],
)
def test_moderators_look_by_the_end_of_the_next_working_day(since, due):
    holidays = {date(2026, 12, 7)}
    assert abs(due_at(at(since), holidays) - at(due)) <= timedelta(seconds=1)


def test_nobody_decides_on_what_they_have_hidden_and_anybody_on_what_reports_have():
    assert not may_decide_on_appeal(7, 7)
    assert may_decide_on_appeal(7, 8)
    assert may_decide_on_appeal(None, 7)


@pytest.mark.parametrize("words", ["", "Ward 3: Mrs Dorj: twice", ":", "reports: no", "a\nb"])
@pytest.mark.parametrize("reason", [*ReportReason, None])
def test_why_a_post_is_hidden_is_read_as_it_was_kept(reason, words):
    assert Hiding.read(str(Hiding(reason, words))) == Hiding(reason, words)


def test_words_without_a_reason_are_still_shown():
    assert Hiding.read("Names: a patient") == Hiding(ReportReason.OTHER, "Names: a patient")


def test_every_reason_has_words():
    assert set(REASONS) == set(ReportReason)
    assert len({str(each) for each in REASONS.values()}) == len(REASONS)


def test_what_a_moderator_saw_is_read_from_the_form():
    assert Seen.read(str(Seen(41, 3, 2))) == Seen(41, 3, 2)
    for nothing in ("", "41", "41.3", "41.3.1.0", "-1.2.0", "x.y.z", "9" * 30 + ".1.0", "1.٣x.0"):
        assert Seen.read(nothing) == Seen(0, 0)
    assert Seen.read("9999999999.1.0").change_id < 2**31


def test_an_unknown_list_is_the_first():
    assert Tab.named("") == Tab.named("words") == Tab.HELD
    assert Tab.named("appeals") == Tab.APPEALS
