"""Sittings as a timetable shows them: on two clocks, with what repeats them and what they clash
with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.core.text import TextInLanguages
from lms.enrolment.models import RunState
from lms.seminars.models import SittingRole, SittingState
from lms.seminars.queries import HolderRow, SittingRow, holders_of
from lms.seminars.rules import sittings as rules
from lms.seminars.rules.sittings import Phase
from lms.seminars.rules.timetable import TwoClocks, on_two_clocks

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Entry:
    """A sitting as a timetable shows it on a reader's clock and on Busan's.

    `moved_from` are its times before the last move. `repeats` are the others of its repeat group,
    of which one counts; `clashes` what else of this timetable is held at the same time.
    """

    sitting: SittingRow
    phase: Phase
    times: TwoClocks
    moved_from: TwoClocks | None
    instructors: Sequence[str]
    is_held_by_reader: bool
    repeats: Sequence[tuple[SittingRow, TwoClocks]]
    clashes: Sequence[SittingRow]

    @property
    def day(self) -> date:
        """Return the day under which it stands."""
        return self.times.here.first_day

    @property
    def takes_place(self) -> bool:
        """Tell whether it is held at its time: it is neither cancelled nor postponed."""
        return self.phase not in {Phase.CANCELLED, Phase.POSTPONED}

    @property
    def tells_reason(self) -> bool:
        """Tell whether there is a change whose reason was given."""
        is_changed = self.moved_from is not None or not self.takes_place
        return is_changed and bool(self.sitting.change_reason)

    @property
    def may_be_entered(self) -> bool:
        """Tell whether its room is open now."""
        return self.phase in {Phase.OPEN, Phase.LIVE}


def span_of(row: SittingRow) -> Span:
    """Return the times people know: a postponed sitting may have been given new ones already."""
    if row.state == SittingState.POSTPONED and row.previous_starts_at and row.previous_ends_at:
        return row.previous_starts_at, row.previous_ends_at
    return row.starts_at, row.ends_at


def phase_of(row: SittingRow, now: datetime) -> Phase:
    """Return where a sitting stands: what is still to come of a cancelled run is cancelled."""
    if row.run_state == RunState.CANCELLED and row.state in rules.TO_COME:
        return Phase.CANCELLED
    return row.phase(now)


def entries(
    rows: Sequence[SittingRow],
    shown: Span | None,
    *,
    zone: str,
    now: datetime,
    reader_id: int | None = None,
    warns: bool = True,
) -> list[Entry]:
    """Return sittings as a timetable shows them, in one statement; `shown` cuts to a window.

    With `reader_id` it is told which ones they hold; with `warns`, what is at the same time.
    """
    on_page = [row for row in rows if shown is None or _overlaps(span_of(row), shown)]
    holders = holders_of([row.id for row in on_page])
    repeats = _repeats(rows)
    clashes = _clashes(rows, now) if warns else {}

    def clocks(span: Span) -> TwoClocks:
        return on_two_clocks(*span, zone)

    found = [
        Entry(
            sitting=row,
            phase=phase_of(row, now),
            times=clocks(span_of(row)),
            moved_from=_moved_from(row, clocks),
            instructors=_instructors(holders.get(row.id, ())),
            is_held_by_reader=_holds(holders.get(row.id, ()), reader_id),
            repeats=[
                (other, clocks(span_of(other)))
                for other in repeats.get((row.run_id, row.lesson_id), ())
                if other.id != row.id
            ],
            clashes=clashes.get(row.id, ()),
        )
        for row in on_page
    ]
    return sorted(found, key=lambda entry: (entry.times.here.starts_at, entry.sitting.id))


def _overlaps(span: Span, shown: Span) -> bool:
    return span[0] < shown[1] and span[1] > shown[0]


def _moved_from(row: SittingRow, clocks: Callable[[Span], TwoClocks]) -> TwoClocks | None:
    """Return the times before the last move, while that is still news."""
    if (
        row.state != SittingState.SCHEDULED
        or not row.previous_starts_at
        or not row.previous_ends_at
    ):
        return None
    before = (row.previous_starts_at, row.previous_ends_at)
    return None if before == (row.starts_at, row.ends_at) else clocks(before)


def _instructors(holders: Iterable[HolderRow]) -> list[str]:
    return [holder.name for holder in holders if holder.role == SittingRole.INSTRUCTOR]


def _holds(holders: Iterable[HolderRow], reader_id: int | None) -> bool:
    return reader_id is not None and any(holder.person_id == reader_id for holder in holders)


def _repeats(rows: Iterable[SittingRow]) -> Mapping[Any, list[SittingRow]]:
    groups: dict[Any, list[SittingRow]] = {}
    for row in rows:
        if row.lesson_id is not None and row.state != SittingState.CANCELLED:
            groups.setdefault((row.run_id, row.lesson_id), []).append(row)
    return groups


def _clashes(rows: Iterable[SittingRow], now: datetime) -> Mapping[int, list[SittingRow]]:
    """Return what is held at the same time as each sitting to come; slots of one lesson are not
    in each other's way."""
    by_id = {
        row.id: row
        for row in rows
        if row.state in {SittingState.PLANNED, SittingState.SCHEDULED}
        and row.run_state != RunState.CANCELLED
        and row.ends_at > now
    }
    found = rules.clashes((row.id, row.starts_at, row.ends_at) for row in by_id.values())
    return {
        key: [by_id[other] for other in others if not _repeat_each_other(by_id[key], by_id[other])]
        for key, others in found.items()
    }


def _repeat_each_other(one: SittingRow, other: SittingRow) -> bool:
    return one.lesson_id is not None and one.lesson_id == other.lesson_id


# --- by days ---------------------------------------------------------------------------


@dataclass(frozen=True)
class DayItemRow:
    """Something of whole days, the same days everywhere."""

    id: int
    run_id: int
    title: TextInLanguages
    first_on: date
    last_on: date
    course_code: str

    def is_on(self, day: date) -> bool:
        """Tell whether a day is one of its days."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Day:
    """A day of a timetable."""

    day: date
    items: Sequence[DayItemRow]
    entries: Sequence[Entry]


def by_days(days: Iterable[date], found: Sequence[Entry], items: Sequence[DayItemRow]) -> list[Day]:
    """Return days with what stands on each; a sitting stands on the day it begins."""
    begin_on: dict[date, list[Entry]] = {}
    for entry in found:
        begin_on.setdefault(entry.day, []).append(entry)
    return [
        Day(day, [item for item in items if item.is_on(day)], begin_on.get(day, [])) for day in days
    ]


def days_of_list(
    found: Iterable[Entry], items: Iterable[DayItemRow], since: date | None = None
) -> set[date]:
    """Return the days on which something begins; what began before `since` stands on that day."""
    days = {entry.day for entry in found}
    return days | {max(item.first_on, since or item.first_on) for item in items}
