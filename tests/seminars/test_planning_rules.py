"""What planners are told: what is missing, how long, who is in two places, for whom it is night."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from lms.lessons.models import LessonKind
from lms.seminars.models import InterpretingMode, RoomKind, SittingRole, SittingState
from lms.seminars.rules import planning as rules
from lms.seminars.rules.slots import DaysOff, Place, Reason
from tests.factories import words

NOON = datetime(2026, 11, 4, 3, tzinfo=UTC)  # 12:00 in Busan, a Wednesday


@dataclass(frozen=True)
class Holder:
    role: SittingRole = SittingRole.INSTRUCTOR
    mode: InterpretingMode | None = None
    confirmed_at: datetime | None = NOON


def sitting(**values):
    defaults = {
        "state": SittingState.PLANNED,
        "kind": LessonKind.LIVE,
        "lesson_id": 1,
        "room_kind": RoomKind.LINK,
    }
    return SimpleNamespace(**{**defaults, **values})


@pytest.mark.parametrize("values, holders, has_slides, expected", [
    ({}, [Holder()], True, []),
    ({"room_kind": RoomKind.NONE}, [], False, ["no_place", "no_instructor", "no_slides"]),
    ({}, [Holder(confirmed_at=None)], True, ["not_confirmed"]),
    ({}, [Holder(confirmed_at=None), Holder()], True, []),
    ({}, [Holder(role=SittingRole.MODERATOR)], True, ["no_instructor"]),
    ({"kind": LessonKind.CEREMONY}, [], False, []),
    ({"kind": LessonKind.FIELD}, [Holder()], False, []),
    ({"lesson_id": None}, [Holder()], False, []),
    ({"state": SittingState.CANCELLED, "room_kind": RoomKind.NONE}, [], False, []),
    ({"state": SittingState.ENDED, "room_kind": RoomKind.NONE}, [], False, []),
])  # fmt: skip
def test_what_is_missing(values, holders, has_slides, expected):
    assert rules.gaps_of(sitting(**values), holders, has_slides=has_slides) == expected


def test_slides_are_due_earlier_where_somebody_interprets():
    assert rules.slides_due_on(NOON, [Holder()]) == date(2026, 11, 3)
    interpreter = Holder(role=SittingRole.INTERPRETER)
    assert rules.slides_due_on(NOON, [Holder(), interpreter]) == date(2026, 10, 28)
    # Busan's day: at eight in the morning there it is still the day before in UTC.
    assert rules.slides_due_on(datetime(2026, 11, 3, 23, tzinfo=UTC), []) == date(2026, 11, 3)


@pytest.mark.parametrize("net, recognised", [
    (100, 120), (110, 120), (124, 120), (125, 150), (50, 60), (25, 30), (24, 0), (0, 0),
])  # fmt: skip
def test_fifty_minutes_stand_for_an_hour_cut_to_halves(net, recognised):
    assert rules.suggested_minutes(net) == recognised


def test_said_twice_a_session_takes_twice_as_long():
    assert rules.needed_minutes(120, is_consecutive=False) == 100
    assert rules.needed_minutes(120, is_consecutive=True) == 200
    assert rules.is_consecutive([Holder(), Holder(mode=InterpretingMode.CONSECUTIVE)])
    assert not rules.is_consecutive([Holder(mode=InterpretingMode.SIMULTANEOUS)])


def engagement(person_id, sitting_id, hour, hours=2):
    return rules.Engagement(
        person_id,
        f"Person {person_id}",
        sitting_id,
        run_id=1,
        course_code="TRN-201",
        cohort_no=1,
        starts_at=NOON + timedelta(hours=hour),
        ends_at=NOON + timedelta(hours=hour + hours),
    )


def test_somebody_in_two_places_is_told_at_both_and_others_are_not_mixed_up():
    both = [engagement(1, 10, 0), engagement(1, 11, 1)]
    found = rules.clashes_of_holders([*both, engagement(2, 12, 0), engagement(1, 13, 3)])
    assert found == {10: [both[1]], 11: [both[0]]}


def test_only_what_falls_into_night_or_a_day_off_is_unsuitable():
    hanoi = Place("hanoi", "Asia/Ho_Chi_Minh", "VN")
    guayaquil = Place("guayaquil", "America/Guayaquil", "EC")
    mumbai = Place("mumbai", "Asia/Kolkata", "IN")
    start = NOON + timedelta(hours=3)  # 15:00 in Busan
    off = DaysOff({("IN", date(2026, 11, 4)): words("Feast")})
    found = rules.unsuitable_for([hanoi, guayaquil, mumbai], start, start + timedelta(hours=2), off)
    assert [(place.key, verdict.reason) for place, verdict in found] == [
        ("guayaquil", Reason.NIGHT),
        ("mumbai", Reason.HOLIDAY),
    ]


def test_the_worst_part_of_a_session_counts():
    istanbul = Place("istanbul", "Europe/Istanbul", "TR")
    start = datetime(2026, 11, 4, 16, tzinfo=UTC)  # 19:00 there, until 21:00
    assert rules.unsuitable_for([istanbul], start, start + timedelta(hours=2), DaysOff())
    assert not rules.unsuitable_for([istanbul], start, start + timedelta(hours=1), DaysOff())
