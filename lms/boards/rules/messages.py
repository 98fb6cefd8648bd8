"""Who may write to whom, how far a question to the staff is, and where a list goes on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from lms.accounts.models import PersonState
from lms.boards.models import ConversationState
from lms.enrolment.models import EnrolmentState
from lms.enrolment.rules import LEFT_STATES

LONGEST_MESSAGE = 2000
LONGEST_SUBJECT = 200
LONGEST_REPORT = 1000

# Youth Protection Act, article 2: somebody is a youth no more from 1 January of this year.
ADULT_IN_YEAR_OF = 19

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Behind every moment a calendar of Python can show there is no row either.
_LAST_MICROSECOND = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LARGEST_ID = 2**31 - 1


def is_adult(birth_year: int | None, today: date) -> bool:
    """Tell whether somebody is known to be an adult in Korea's sense; an unknown year is not.

    It is the day in Busan that counts, wherever somebody reads.
    """
    return birth_year is not None and today.year - birth_year >= ADULT_IN_YEAR_OF


class Bar(StrEnum):
    """Why somebody cannot write to another.

    What lies with the other is one bar: nobody learns from it that they are young, have blocked
    them or left.
    """

    OWN_YEAR_UNKNOWN = "own_year_unknown"
    TOO_YOUNG = "too_young"
    LEFT = "left"
    BLOCKS = "blocks"
    OTHER = "other"


@dataclass(frozen=True)
class PartOfTwo:
    """One of two people as a run and their conversations know them."""

    person_id: int
    state: PersonState
    birth_year: int | None
    enrolment: EnrolmentState | None
    teaches: bool
    blocks: bool  # wants no more from the other

    @property
    def was_ever_in(self) -> bool:
        """Tell whether the run knows them at all, also as somebody who left."""
        return self.teaches or self.enrolment is not None

    @property
    def is_in(self) -> bool:
        """Tell whether they are in the run: enrolled and not left, or teaching it."""
        return self.teaches or (self.enrolment is not None and self.enrolment not in LEFT_STATES)


def bar_to_message(writer: PartOfTwo, other: PartOfTwo, today: date) -> Bar | None:
    """Return why somebody cannot write to another of their run now, or None.

    What lies with the writer is told first, so that it hides how it stands with the other.
    """
    if not writer.is_in:
        return Bar.LEFT
    if writer.birth_year is None:
        return Bar.OWN_YEAR_UNKNOWN
    if not is_adult(writer.birth_year, today):
        return Bar.TOO_YOUNG
    if writer.blocks:
        return Bar.BLOCKS
    may_be_written_to = (
        other.is_in
        and other.state == PersonState.ACTIVE
        and is_adult(other.birth_year, today)
        and not other.blocks
    )
    return None if may_be_written_to else Bar.OTHER


def pair_of(run_id: int, one_id: int, other_id: int) -> str:
    """Return the name of the one conversation two people have in a run."""
    first, second = sorted((one_id, other_id))
    return f"{run_id}:{first}:{second}"


def state_after(*, by_staff: bool) -> ConversationState:
    """Return how far a question is once somebody has written: the other side is next.

    That opens a closed one again, whoever writes.
    """
    return ConversationState.ANSWERED if by_staff else ConversationState.OPEN


class Told(StrEnum):
    """What a notice about messages tells of; its template has words for each."""

    QUESTION = "question"
    ADDED = "added"
    ANSWER = "answer"
    CLOSED = "closed"
    REOPENED = "reopened"
    MESSAGE = "message"
    REPORTED = "reported"
    HIDDEN = "hidden"
    DISMISSED = "dismissed"


# In the order the staff attend to them.
QUEUE = (ConversationState.OPEN, ConversationState.ANSWERED, ConversationState.CLOSED)


@dataclass(frozen=True)
class Place:
    """After which row a list goes on: its rank, the moment it is ordered by, and its id."""

    rank: int
    at: datetime
    id: int

    def __str__(self) -> str:
        """Return the place as it stands in an address."""
        return f"{self.rank}.{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place an address names; None for anything else: the list begins anew."""
        parts = text.split(".")
        if len(parts) != 3 or not all(each.isdecimal() and len(each) < 20 for each in parts):
            return None
        rank, micros, id_ = (int(each) for each in parts)
        if micros > _LAST_MICROSECOND or id_ > _LARGEST_ID or rank > len(QUEUE):
            return None
        return cls(rank, _EPOCH + timedelta(microseconds=micros), id_)
