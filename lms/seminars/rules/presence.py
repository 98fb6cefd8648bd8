"""Whose presence in a sitting is noted, until when, and how stays come of single signs of life."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from lms.core.intervals import merge, newly_watched
from lms.core.text import TextInLanguages
from lms.seminars.models import RoomKind, SittingState
from lms.seminars.rules.attendance import Held, Stay
from lms.seminars.rules.sittings import CLOSES_AFTER, OPENS_BEFORE, Phase

PASS_OUTLIVES_END = timedelta(hours=2)

OVER = frozenset({Phase.ENDED, Phase.PROVISIONAL, Phase.FINAL})

# Beats come every minute; a telephone in a pocket misses one or two.
LONGEST_SILENCE = timedelta(seconds=180)


class PassKind(StrEnum):
    """As what somebody comes to a sitting."""

    ENROLMENT = "e"
    GUEST = "g"
    HOLDER = "h"


@dataclass(frozen=True)
class Pass:
    """Who comes to a sitting by a link of their own: an enrolment, a guest, or who holds it."""

    kind: PassKind
    id: int
    sitting_id: int

    @property
    def code(self) -> str:
        """Return the name a room elsewhere knows them by."""
        return f"{self.kind}{self.id}"


_CODE = re.compile(r"([eg])([1-9][0-9]{0,8})")


def read_code(code: str, sitting_id: int) -> Pass | None:
    """Return whose presence a name from a room stands for; None for all others in it."""
    found = _CODE.fullmatch(code)
    return Pass(PassKind(found[1]), int(found[2]), sitting_id) if found else None


def pass_works(state: SittingState, ends_at: datetime, now: datetime) -> bool:
    """Tell whether links to a sitting work: until two hours after its end as it is now."""
    is_off = state in {SittingState.PLANNED, SittingState.CANCELLED}
    return not is_off and now <= ends_at + PASS_OUTLIVES_END


def is_noted(state: SittingState, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Tell whether signs of life are noted: from when the room opens until a little after the end.

    Somebody who talks on after it is not thrown out, nor counted: counting looks at the time alone.
    """
    is_on = state in {SittingState.SCHEDULED, SittingState.ENDED}
    return is_on and starts_at - OPENS_BEFORE <= now <= ends_at + CLOSES_AFTER


class Seen(Protocol):
    """A sign of life."""

    @property
    def last_seen_at(self) -> datetime: ...


AnySign = TypeVar("AnySign", bound=Seen)


def since_it_opened(signs: Iterable[AnySign], starts_at: datetime) -> list[AnySign]:
    """Return the signs of life of a sitting at the time it has now.

    Who was in it before it was moved has not entered it again, nor checked in.
    """
    return [sign for sign in signs if sign.last_seen_at >= starts_at - OPENS_BEFORE]


def goes_on(last_seen_at: datetime, now: datetime) -> bool:
    """Tell whether a sign of life continues a stay; after a longer silence another one begins."""
    return now - last_seen_at <= LONGEST_SILENCE


class Placed(Protocol):
    """A sitting, as far as it says where it is held."""

    @property
    def room_kind(self) -> RoomKind: ...
    @property
    def venue(self) -> TextInLanguages | None: ...


def has_room(kind: RoomKind) -> bool:
    """Tell whether there is something to enter from here."""
    return kind in {RoomKind.LINK, RoomKind.BIGBLUEBUTTON, RoomKind.JITSI}


# Shorter gaps are a line that failed for a moment: nobody has to catch up with them.
SHORTEST_MISS = timedelta(minutes=1)


def time_missed(sitting: Held, stays: Iterable[Stay]) -> list[Stay]:
    """Return what of a sitting somebody was not there for, in order; breaks are never missed."""
    begin, second = sitting.starts_at, timedelta(seconds=1)
    known = [((joined - begin) // second, (left - begin) // second) for joined, left in stays]
    breaks = [(first * 60, last * 60) for first, last in sitting.breaks]
    whole = (0, (sitting.ends_at - begin) // second)
    return [
        (begin + start * second, begin + end * second)
        for start, end in newly_watched([whole], merge([*known, *breaks]))
        if (end - start) * second >= SHORTEST_MISS
    ]


def has_place(sitting: Placed) -> bool:
    """Tell whether people come to a place, where a code is shown to them."""
    return sitting.room_kind == RoomKind.VENUE or sitting.venue is not None


def same_code(typed: str, code: str) -> bool:
    """Tell whether a check-in code is the right one, however it was typed."""
    return bool(code) and "".join(typed.split()).casefold() == code.casefold()
