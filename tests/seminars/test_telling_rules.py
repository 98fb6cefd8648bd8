"""What is news of a sitting, and which reminders are worth sending."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from lms.seminars.models import ReminderKind, SittingState
from lms.seminars.rules.sittings import Change
from lms.seminars.rules.telling import is_worth_reminding, news_of, reminders_ahead

START = datetime(2026, 11, 4, 6, tzinfo=UTC)
END = START + timedelta(hours=2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLANNED, SCHEDULED = SittingState.PLANNED, SittingState.SCHEDULED
POSTPONED, CANCELLED = SittingState.POSTPONED, SittingState.CANCELLED


@dataclass
class Sitting:
    state: SittingState
    told_state: SittingState | None
    told_starts_at: datetime | None = START
    told_ends_at: datetime | None = END
    starts_at: datetime = START
    ends_at: datetime = END
    sequence: int = 5
    told_sequence: int = 3


@pytest.mark.parametrize(
    ("state", "told", "told_start", "news"),
    [
        (SCHEDULED, None, None, Change.SCHEDULED),
        (SCHEDULED, SCHEDULED, START, Change.DETAILS),
        (SCHEDULED, SCHEDULED, START - DAY, Change.MOVED),
        # At its first time again: who was told it is off must hear that it is on.
        (SCHEDULED, POSTPONED, START, Change.MOVED),
        (POSTPONED, SCHEDULED, START, Change.POSTPONED),
        (CANCELLED, SCHEDULED, START - DAY, Change.CANCELLED),
        (CANCELLED, None, None, Change.CANCELLED),
        (PLANNED, None, None, None),
        (SittingState.ENDED, SCHEDULED, START - DAY, None),
    ],
)
def test_news_is_what_is_new_since_people_were_told(state, told, told_start, news):
    sitting = Sitting(state, told, told_start)
    assert news_of(sitting) == news
    sitting.told_sequence = sitting.sequence
    assert news_of(sitting) is None


def test_another_end_alone_is_a_move():
    assert news_of(Sitting(SCHEDULED, SCHEDULED, told_ends_at=END + HOUR)) == Change.MOVED


def test_reminders_are_planned_while_their_time_is_ahead():
    def kinds(now):
        return [kind for kind, _at in reminders_ahead(START, now)]

    assert reminders_ahead(START, START - 2 * DAY) == [
        (ReminderKind.DAY, START - DAY),
        (ReminderKind.HOUR, START - HOUR),
    ]
    assert kinds(START - DAY) == [ReminderKind.HOUR]
    assert kinds(START - HOUR) == []


@pytest.mark.parametrize(
    ("kind", "state", "now", "worth"),
    [
        (ReminderKind.DAY, SCHEDULED, START - DAY, True),
        (ReminderKind.DAY, SCHEDULED, START - HOUR - timedelta(seconds=1), True),
        (ReminderKind.DAY, SCHEDULED, START - HOUR, False),  # that of the hour is due as well
        (ReminderKind.HOUR, SCHEDULED, START - HOUR, True),
        (ReminderKind.HOUR, SCHEDULED, START + HOUR, True),  # late, the link still lets people in
        (ReminderKind.HOUR, SCHEDULED, END, False),
        (ReminderKind.HOUR, POSTPONED, START - HOUR, False),
        (ReminderKind.HOUR, CANCELLED, START - HOUR, False),
    ],
)
def test_a_reminder_is_sent_while_it_helps(kind, state, now, worth):
    assert is_worth_reminding(kind, state, START, END, now) is worth
