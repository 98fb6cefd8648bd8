"""What those who plan sittings should know: what is missing, how long one should be, what clashes
for somebody who holds it, and where it falls into the night or a day off."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lms.enrolment.rules import busan_day
from lms.lessons.models import LessonKind, TimeAnswer
from lms.seminars.models import InterpretingMode, RoomKind, SittingRole, SittingState
from lms.seminars.rules.sittings import TO_COME, clashes
from lms.seminars.rules.slots import QUARTER, DaysOff, Grade, Place, Verdict, judge

# Nobody instructs at them, so nobody has to confirm.
WITHOUT_INSTRUCTOR = frozenset({LessonKind.CEREMONY, LessonKind.BREAK})
WITH_SLIDES = frozenset({LessonKind.LIVE, LessonKind.PRACTICE})
# People board a bus, or leave a room together: somebody counts them.
WITH_HEAD_COUNT = frozenset({LessonKind.FIELD, LessonKind.PRACTICE})

SLIDES_BEFORE = timedelta(days=1)
# Five working days: interpreters prepare words, not pictures (DOMAIN 3.4).
SLIDES_BEFORE_INTERPRETED = timedelta(days=7)


class HolderFacts(Protocol):
    """What is known of somebody who holds a sitting."""

    @property
    def role(self) -> SittingRole: ...
    @property
    def mode(self) -> InterpretingMode | None: ...
    @property
    def confirmed_at(self) -> datetime | None: ...


class SittingFacts(Protocol):
    """What is known of a sitting that is planned."""

    @property
    def state(self) -> SittingState: ...
    @property
    def kind(self) -> LessonKind: ...
    @property
    def lesson_id(self) -> int | None: ...
    @property
    def room_kind(self) -> RoomKind: ...


class Gap(StrEnum):
    """What is still missing of a sitting that is to come."""

    NO_PLACE = "no_place"
    NO_INSTRUCTOR = "no_instructor"
    NOT_CONFIRMED = "not_confirmed"
    NO_SLIDES = "no_slides"


def gaps_of(
    sitting: SittingFacts, holders: Sequence[HolderFacts], *, has_slides: bool
) -> list[Gap]:
    """Return what a sitting to come still lacks, the most needed first; nothing once it is held."""
    if sitting.state not in TO_COME:
        return []
    gaps = [Gap.NO_PLACE] if sitting.room_kind == RoomKind.NONE else []
    if sitting.kind not in WITHOUT_INSTRUCTOR:
        gaps += _gaps_of_instructors(holders)
    if sitting.lesson_id is not None and sitting.kind in WITH_SLIDES and not has_slides:
        gaps.append(Gap.NO_SLIDES)
    return gaps


def _gaps_of_instructors(holders: Sequence[HolderFacts]) -> list[Gap]:
    instructors = [holder for holder in holders if holder.role == SittingRole.INSTRUCTOR]
    if not instructors:
        return [Gap.NO_INSTRUCTOR]
    return [] if any(holder.confirmed_at for holder in instructors) else [Gap.NOT_CONFIRMED]


def slides_due_on(starts_at: datetime, holders: Sequence[HolderFacts]) -> date:
    """Return the day in Busan by which slides are handed in: earlier where it is interpreted."""
    is_interpreted = any(holder.role == SittingRole.INTERPRETER for holder in holders)
    before = SLIDES_BEFORE_INTERPRETED if is_interpreted else SLIDES_BEFORE
    return busan_day(starts_at - before)


class InvitationFacts(Protocol):
    """What an invited speaker was asked and has answered."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def time_answer(self) -> TimeAnswer | None: ...


def said_it_suits(invitation: InvitationFacts, starts_at: datetime) -> bool:
    """Tell whether an invited speaker has said that just this time suits them."""
    return invitation.time_answer == TimeAnswer.FITS and invitation.starts_at == starts_at


# --- how long --------------------------------------------------------------------------


def suggested_minutes(net_minutes: int) -> int:
    """Return the recognised minutes a net time suggests: an hour for 50, cut to half hours."""
    return net_minutes // 25 * 30


def needed_minutes(recognised_minutes: int, *, is_consecutive: bool) -> int:
    """Return the net time that recognised minutes stand for (50 an hour, DOMAIN 3.1).

    Interpreted consecutively everything is said twice, so it takes twice as long (DOMAIN 3.4).
    """
    once = -(-recognised_minutes * 50 // 60)
    return once * 2 if is_consecutive else once


def is_consecutive(holders: Iterable[HolderFacts]) -> bool:
    """Tell whether somebody interprets after the speaker instead of with them."""
    return any(holder.mode == InterpretingMode.CONSECUTIVE for holder in holders)


# --- clashes of people -----------------------------------------------------------------


@dataclass(frozen=True)
class Engagement:
    """A sitting somebody is to hold, in whichever run."""

    person_id: int
    name: str
    sitting_id: int
    run_id: int
    course_code: str
    cohort_no: int
    starts_at: datetime
    ends_at: datetime


def clashes_of_holders(engagements: Collection[Engagement]) -> Mapping[int, list[Engagement]]:
    """Return, by sitting, the other sittings somebody who holds it is to hold at the same time."""
    found: dict[int, list[Engagement]] = {}
    for person_id in {each.person_id for each in engagements}:
        theirs = {each.sitting_id: each for each in engagements if each.person_id == person_id}
        spans = [(key, each.starts_at, each.ends_at) for key, each in theirs.items()]
        for key, others in clashes(spans).items():
            found.setdefault(key, []).extend(theirs[other] for other in others)
    return found


# --- for whom it is a bad time ---------------------------------------------------------


def unsuitable_for(
    places: Iterable[Place], starts_at: datetime, ends_at: datetime, days_off: DaysOff
) -> list[tuple[Place, Verdict]]:
    """Return the places where some part of a sitting falls into the night or a day off, and why."""
    quarters = -(-(ends_at - starts_at) // QUARTER)
    moments = [starts_at + number * QUARTER for number in range(quarters)]
    worst = [
        (
            place,
            max((judge(place, at, days_off) for at in moments), key=lambda verdict: verdict.grade),
        )
        for place in places
    ]
    return [(place, verdict) for place, verdict in worst if verdict.grade == Grade.RED]
