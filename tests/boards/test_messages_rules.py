"""Who may write to whom: roles, one run, ages, blocks; and the places lists go on from."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.models import PersonState
from lms.boards.rules.messages import (
    Bar,
    PartOfTwo,
    Place,
    bar_to_message,
    is_adult,
    pair_of,
    state_after,
)
from lms.enrolment.models import EnrolmentState

TODAY = date(2026, 11, 27)

TRAINEE = PartOfTwo(1, PersonState.ACTIVE, 1990, EnrolmentState.STARTED, False, False)
INSTRUCTOR = PartOfTwo(2, PersonState.ACTIVE, 1970, None, True, False)
STAFF_OUTSIDE = PartOfTwo(3, PersonState.ACTIVE, 1980, None, False, False)


@pytest.mark.parametrize(
    ("birth_year", "today", "verdict"),
    [
        (None, TODAY, False),
        (2007, date(2026, 1, 1), True),  # turns 19 this year
        (2007, date(2025, 12, 31), False),
        (2008, TODAY, False),
        (2026, TODAY, False),
        (1900, TODAY, True),
    ],
)
def test_somebody_is_an_adult_from_the_first_day_of_the_year_they_turn_nineteen(
    birth_year, today, verdict
):
    assert is_adult(birth_year, today) is verdict


# Who writes, to whom, and what keeps them from it.
CASES = {
    "trainee to trainee": (TRAINEE, TRAINEE, None),
    "trainee to instructor": (TRAINEE, INSTRUCTOR, None),
    "instructor to trainee": (INSTRUCTOR, TRAINEE, None),
    "instructor to instructor": (INSTRUCTOR, INSTRUCTOR, None),
    "staff outside the run": (STAFF_OUTSIDE, TRAINEE, Bar.LEFT),
    "to staff outside the run": (TRAINEE, STAFF_OUTSIDE, Bar.OTHER),
    **{
        f"writer {state}": (replace(TRAINEE, enrolment=state), TRAINEE, bar)
        for state, bar in {
            EnrolmentState.ENROLLED: None,
            EnrolmentState.COMPLETED: None,
            EnrolmentState.PARTICIPATED: None,
            EnrolmentState.NOT_COMPLETED: None,
            EnrolmentState.WITHDRAWN: Bar.LEFT,
            EnrolmentState.DROPPED_OUT: Bar.LEFT,
        }.items()
    },
    "other has left": (
        TRAINEE,
        replace(TRAINEE, enrolment=EnrolmentState.DROPPED_OUT),
        Bar.OTHER,
    ),
    "left, but teaches": (
        replace(INSTRUCTOR, enrolment=EnrolmentState.WITHDRAWN),
        TRAINEE,
        None,
    ),
    "writer's year unknown": (replace(TRAINEE, birth_year=None), TRAINEE, Bar.OWN_YEAR_UNKNOWN),
    "writer young": (replace(TRAINEE, birth_year=2009), TRAINEE, Bar.TOO_YOUNG),
    "instructor young": (replace(INSTRUCTOR, birth_year=2009), TRAINEE, Bar.TOO_YOUNG),
    "other's year unknown": (TRAINEE, replace(TRAINEE, birth_year=None), Bar.OTHER),
    "other young": (TRAINEE, replace(TRAINEE, birth_year=2009), Bar.OTHER),
    "to an instructor of unknown year": (
        TRAINEE,
        replace(INSTRUCTOR, birth_year=None),
        Bar.OTHER,
    ),
    "writer blocks": (replace(TRAINEE, blocks=True), TRAINEE, Bar.BLOCKS),
    "other blocks": (TRAINEE, replace(TRAINEE, blocks=True), Bar.OTHER),
    "other disabled": (TRAINEE, replace(TRAINEE, state=PersonState.DISABLED), Bar.OTHER),
    "other only invited": (TRAINEE, replace(INSTRUCTOR, state=PersonState.INVITED), Bar.OTHER),
}


@pytest.mark.parametrize(("writer", "other", "bar"), CASES.values(), ids=CASES)
def test_who_may_write_to_whom(writer, other, bar):
    assert bar_to_message(writer, other, TODAY) == bar


@pytest.mark.parametrize(
    "writer",
    [
        replace(TRAINEE, birth_year=None),
        replace(TRAINEE, birth_year=2009),
        replace(TRAINEE, blocks=True),
        TRAINEE,
    ],
)
def test_nobody_learns_what_lies_with_the_other(writer):
    """A young, a blocking, a departed and a disabled other are one and the same answer."""
    others = [
        replace(TRAINEE, birth_year=None),
        replace(TRAINEE, birth_year=2009),
        replace(TRAINEE, blocks=True),
        replace(TRAINEE, enrolment=EnrolmentState.WITHDRAWN),
        replace(TRAINEE, state=PersonState.DISABLED),
    ]
    assert len({bar_to_message(writer, other, TODAY) for other in others}) == 1


def test_two_have_one_conversation_whoever_begins():
    assert pair_of(7, 12, 3) == pair_of(7, 3, 12) != pair_of(8, 3, 12)


def test_whoever_writes_the_other_side_is_next():
    assert state_after(by_staff=True) == "answered"
    assert state_after(by_staff=False) == "open"


@given(
    st.integers(0, 2),
    st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30)),  # noqa: DTZ001 - UTC is added
    st.integers(1, 2**31 - 1),
)
def test_a_place_is_read_as_it_was_written(rank, at, id_):
    place = Place(rank, at.replace(tzinfo=UTC), id_)
    assert Place.read(str(place)) == place


@given(st.text())
def test_whatever_stands_in_an_address_is_a_place_or_none(text):
    place = Place.read(text)
    assert place is None or place.at < datetime(9999, 12, 31, tzinfo=UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "1.2", "1.2.3.4", "-1.2.3", "1.2.٣٣٣٣٣٣٣٣٣٣٣٣", "1." + "9" * 19 + ".3", "9.1.1"]
)
def test_what_is_no_place_begins_the_list_anew(text):
    assert Place.read(text) is None
