"""The attendance sheet of a run (R4, DOMAIN 7): a mark and minutes for each session, and sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from lms.core.rates import shown
from lms.core.text import TextInLanguages
from lms.seminars.models import AttendanceStatus, SittingState
from lms.seminars.rules.attendance import Attended, LessonCredit, credit_of_lesson

COUNTED = frozenset({SittingState.PROVISIONAL, SittingState.FINAL})


class Mark(StrEnum):
    """What stands in a cell; somebody present who was late or left early is marked so."""

    PRESENT = "present"
    LATE = "late"
    EARLY = "early"
    LATE_AND_EARLY = "late_and_early"
    PARTIAL = "partial"
    ABSENT = "absent"
    EXCUSED = "excused"
    MADE_UP = "made_up"
    ELSEWHERE = "elsewhere"  # absent here, but there when the session was repeated


@dataclass(frozen=True)
class Column:
    """A session of the sheet; what is not counted yet has a column and no marks."""

    sitting_id: int
    lesson_id: int | None
    state: SittingState
    starts_at: datetime
    title: TextInLanguages
    slot_name: str
    minutes: int

    @property
    def is_final(self) -> bool:
        """Tell whether its marks can change only by corrections."""
        return self.state == SittingState.FINAL


@dataclass(frozen=True)
class Counted:
    """A verdict, as the sheet needs it."""

    status: AttendanceStatus
    is_late: bool
    left_early: bool
    minutes: int
    evidence: str


@dataclass(frozen=True)
class SheetPerson:
    """Somebody of the run."""

    enrolment_id: int
    name: str
    city_slug: str
    city: TextInLanguages | None
    organisation: str
    has_outage: bool


@dataclass(frozen=True)
class Cell:
    """A mark with the recognised minutes attended."""

    mark: Mark
    minutes: int


@dataclass(frozen=True)
class Row:
    """A person's line: cells in the order of the columns, and sums in minutes.

    What was attended, excused and made up is shown apart; the last two count only up to their
    caps, which depend on the whole course.
    """

    person: SheetPerson
    cells: Sequence[Cell | None]
    attended: int
    excused: int
    made_up: int
    held: int
    sources: Sequence[str]

    @property
    def percent(self) -> Decimal:
        """Return the attended share of the hours held so far, rounded down."""
        return shown(Fraction(self.attended * 100, self.held)) if self.held else Decimal(0)


@dataclass(frozen=True)
class Sheet:
    """The sheet of a run: sessions held so far by time, people by name."""

    columns: Sequence[Column] = ()
    rows: Sequence[Row] = field(default_factory=list)

    @property
    def held(self) -> int:
        """Return the recognised minutes held and counted so far, each lesson once."""
        return sum(_whole(self.columns).values())


def make_sheet(
    columns: Sequence[Column],
    people: Iterable[SheetPerson],
    verdicts: Mapping[tuple[int, int], Counted],
) -> Sheet:
    """Return the sheet; `verdicts` are by enrolment and sitting."""
    whole = _whole(columns)
    return Sheet(columns, [_row(person, columns, verdicts, whole) for person in people])


def _whole(columns: Iterable[Column]) -> dict[int, int]:
    """Return by lesson the minutes that were held and counted; repeated sittings are one."""
    return {
        column.lesson_id: column.minutes
        for column in columns
        if column.lesson_id is not None and column.state in COUNTED
    }


def _row(
    person: SheetPerson,
    columns: Sequence[Column],
    verdicts: Mapping[tuple[int, int], Counted],
    whole: Mapping[int, int],
) -> Row:
    own = [verdicts.get((person.enrolment_id, column.sitting_id)) for column in columns]
    earned: dict[int, list[Attended]] = {}
    for column, verdict in zip(columns, own, strict=True):
        if verdict is not None and column.lesson_id is not None and column.lesson_id in whole:
            attended = Attended(verdict.status, verdict.minutes)
            earned.setdefault(column.lesson_id, []).append(attended)
    of_lessons = {id_: _credit(tuple(those), whole[id_]) for id_, those in earned.items()}
    return Row(
        person,
        cells=[
            _cell(verdict, of_lessons.get(column.lesson_id or 0))
            for column, verdict in zip(columns, own, strict=True)
        ],
        attended=sum(credit.attended for credit in of_lessons.values()),
        excused=sum(credit.excused for credit in of_lessons.values()),
        made_up=sum(credit.made_up for credit in of_lessons.values()),
        held=sum(whole.values()),
        sources=list(
            dict.fromkeys(s for verdict in own if verdict for s in verdict.evidence.split())
        ),
    )


@lru_cache(1024)  # most people of a sheet have attended the same of the same hours
def _credit(verdicts: tuple[Attended, ...], whole: int) -> LessonCredit:
    return credit_of_lesson(verdicts, whole)


def _cell(verdict: Counted | None, credit: LessonCredit | None) -> Cell | None:
    if verdict is None:
        return None
    has_it = credit is not None and credit.in_full
    is_elsewhere = verdict.status == AttendanceStatus.ABSENT and has_it
    return Cell(Mark.ELSEWHERE if is_elsewhere else mark_of(verdict), verdict.minutes)


def mark_of(verdict: Counted) -> Mark:
    """Return the mark of a verdict."""
    if verdict.status != AttendanceStatus.PRESENT:
        return Mark(verdict.status)
    if verdict.is_late and verdict.left_early:
        return Mark.LATE_AND_EARLY
    if verdict.is_late or verdict.left_early:
        return Mark.LATE if verdict.is_late else Mark.EARLY
    return Mark.PRESENT


def hours_of(minutes: int) -> Decimal:
    """Return minutes as hours with one decimal, rounded down: a sheet never shows too much."""
    return Decimal(minutes * 10 // 60) / 10
