"""Reports of who was in a sitting, as Zoom, Teams and BigBlueButton let people save them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from lms.seminars.models import ReportPlatform
from lms.seminars.rules.reports import bigbluebutton, teams, zoom
from lms.seminars.rules.reports.characters import decode
from lms.seminars.rules.reports.moments import (
    DaysNear,
    Order,
    Stamp,
    day_of,
    moment_of,
    read_stamp,
    settle_order,
)
from lms.seminars.rules.reports.report import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    MOST_BYTES,
    Entry,
    Fault,
    Line,
    LineFault,
    Refusal,
    Report,
    ReportRefused,
)
from lms.seminars.rules.reports.rows import Row, rows_of

_READERS: Sequence[tuple[ReportPlatform, Callable[[Sequence[Row]], list[Entry] | None]]] = (
    (ReportPlatform.TEAMS, teams.entries),
    (ReportPlatform.BIGBLUEBUTTON, bigbluebutton.entries),
    (ReportPlatform.ZOOM, zoom.entries),
)
_NOT_LEFT = {"", "-", "–", "—"}

# Who dropped out and came back at once was not away.
_AWAY = timedelta(minutes=1)


def read_report(raw: bytes, *, zone: tzinfo, starts_at: datetime, ends_at: datetime) -> Report:
    """Return what a file says of who was there between two moments.

    Times without an offset are on the clock of `zone`. A line that cannot be read, or is of
    another day, is a fault and never lost. Raises ReportRefused when the file is no report we
    know, or not of this sitting.
    """
    if len(raw) > MOST_BYTES:
        raise ReportRefused(Refusal.TOO_LARGE)
    platform, entries = _entries(rows_of(decode(raw)))
    reading = _Reading(DaysNear(starts_at, ends_at, zone), zone, entries)
    if not any(_touches(line, starts_at, ends_at) for line in reading.lines):
        raise ReportRefused(Refusal.OTHER_TIME)
    return Report(platform, reading.lines, sorted(reading.faults))


def _entries(rows: Sequence[Row]) -> tuple[ReportPlatform, list[Entry]]:
    for platform, read in _READERS:
        found = read(rows)
        if found is not None:
            return platform, found
    raise ReportRefused(Refusal.UNKNOWN)


class _Stamped(NamedTuple):
    """An entry whose times could be read."""

    entry: Entry
    joined: Stamp
    left: Stamp | None


class _Reading:
    """The entries of a report, turned into lines and faults; refused when no line is left."""

    def __init__(self, near: DaysNear, zone: tzinfo, entries: Sequence[Entry]) -> None:
        self.lines: list[Line] = []
        self.faults: list[Fault] = []
        self._near, self._zone = near, zone
        stamped = self._stamp(entries)
        if stamped:
            self._take(stamped, settle_order((found.joined for found in stamped), near))
        if not self.lines:
            raise ReportRefused(Refusal.NO_LINES)

    def _stamp(self, entries: Sequence[Entry]) -> list[_Stamped]:
        stamped = []
        for entry in entries:
            found = _stamped(entry)
            if isinstance(found, LineFault):
                self._note(entry, found)
            else:
                stamped.append(found)
        return stamped

    def _take(self, stamped: Sequence[_Stamped], order: Order) -> None:
        for found in stamped:
            line = self._line(found, order)
            if isinstance(line, LineFault):
                self._note(found.entry, line)
                continue
            self.lines.append(line)
            if _was_away(found.entry, line):
                self._note(found.entry, LineFault.AWAY_BETWEEN)

    def _line(self, found: _Stamped, order: Order) -> Line | LineFault:
        entry, joined, left = found
        joined_at = moment_of(joined, order, self._zone)
        left_at = moment_of(left, order, self._zone) if left else None
        if joined_at is None or (left is not None and left_at is None):
            return LineFault.UNREADABLE_TIME
        if day_of(joined, order) not in self._near:
            return LineFault.OTHER_DAY
        if left_at is not None and left_at < joined_at:
            return LineFault.LEFT_BEFORE_JOINING
        name, email = entry.name[:LONGEST_NAME], entry.email[:LONGEST_EMAIL]
        return Line(entry.number, name, email, joined_at, left_at, entry.raw)

    def _note(self, entry: Entry, reason: LineFault) -> None:
        self.faults.append(Fault(entry.number, reason, entry.raw))


def _stamped(entry: Entry) -> _Stamped | LineFault:
    if entry.fault is not None:
        return entry.fault
    if not entry.joined:
        return LineFault.UNREADABLE
    if not entry.name and not entry.email:
        return LineFault.NO_NAME
    joined = read_stamp(entry.joined)
    has_left = entry.left not in _NOT_LEFT
    left = read_stamp(entry.left) if has_left else None
    if joined is None or (has_left and left is None):
        return LineFault.UNREADABLE_TIME
    return _Stamped(entry, joined, left)


def _was_away(entry: Entry, line: Line) -> bool:
    """Tell whether somebody was there for less than from their first coming to their last going."""
    if entry.stayed is None or line.left_at is None:
        return False
    return line.left_at - line.joined_at - entry.stayed > _AWAY


def _touches(line: Line, starts_at: datetime, ends_at: datetime) -> bool:
    return line.joined_at < ends_at and (line.left_at is None or line.left_at > starts_at)
