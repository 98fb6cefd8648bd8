"""BigBlueButton: the learning dashboard's file, one line for each person.

Its columns are named in the language of whoever saved it, so it is known by its shape: the second
column says TRUE or FALSE (moderator or not), and of the times the first is when somebody joined,
after it when they left and for how long they were there in all.
"""

from collections.abc import Sequence
from datetime import timedelta

from lms.seminars.rules.reports.moments import read_stamp
from lms.seminars.rules.reports.report import Entry
from lms.seminars.rules.reports.rows import Row

_FEWEST_COLUMNS = 10
_FLAGS = {"TRUE", "FALSE"}


def entries(rows: Sequence[Row]) -> list[Entry] | None:
    """Return the lines of a dashboard's file, None when this is none."""
    head, people = rows[0], rows[1:]
    joined = next((_column_of_joining(row) for row in people if _is_person(row)), None)
    if len(head.cells) < _FEWEST_COLUMNS or joined is None:
        return None
    return [_entry(row, joined) for row in people if not _is_anonymous(row)]


def _is_person(row: Row) -> bool:
    return row.cell(1).upper() in _FLAGS and len(row.cells) >= _FEWEST_COLUMNS


def _is_anonymous(row: Row) -> bool:
    """Tell whether a line holds answers to anonymous polls, which belong to nobody."""
    return len(row.cells) >= _FEWEST_COLUMNS and not any(row.cells[1:_FEWEST_COLUMNS])


def _column_of_joining(row: Row) -> int | None:
    return next((i for i, cell in enumerate(row.cells[2:], 2) if read_stamp(cell)), None)


def _entry(row: Row, joined: int) -> Entry:
    return Entry(
        number=row.number,
        raw=row.raw,
        name=row.cell(0),
        email="",
        joined=row.cell(joined),
        left=row.cell(joined + 1),
        stayed=_length(row.cell(joined + 2)),
    )


def _length(text: str) -> timedelta | None:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) <= 2 for part in parts):
        return None
    hours, minutes, seconds = map(int, parts)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
