"""The lines of a report, cut into cells."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import NamedTuple

from lms.core.text import clean_line, normal
from lms.seminars.rules.reports.report import LONGEST_RAW, MOST_LINES, Refusal, ReportRefused

DELIMITERS = ("\t", ",", ";")
_LOOKED_AT = 100

# No line of a platform is as long; one that is holds a file of another kind.
_LONGEST_LINE = 20_000


class Row(NamedTuple):
    """A line that is not empty. `number` counts from 1; a line too long to be one has no cells."""

    number: int
    cells: Sequence[str]
    raw: str

    def cell(self, column: int | None) -> str:
        """Return a cell, "" when the line has none there."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""


def rows_of(text: str) -> list[Row]:
    """Return the lines of a text in cells; raises ReportRefused when there are none or too many.

    Each line stands for itself: a quotation mark somebody has in their name must not swallow the
    people after them.
    """
    lines = list(_lines(text.removeprefix("\ufeff")))
    if not lines:
        raise ReportRefused(Refusal.EMPTY)
    if len(lines) > MOST_LINES:
        raise ReportRefused(Refusal.TOO_MANY_LINES)
    delimiter = _delimiter([line for _number, line in lines[:_LOOKED_AT]])
    rows = [Row(number, _cells(line, delimiter), _raw(line)) for number, line in lines]
    filled = [row for row in rows if not row.cells or any(row.cells)]
    if not filled:
        raise ReportRefused(Refusal.EMPTY)
    return filled


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(StringIO(text, newline=None), 1):
        if line.strip():
            yield number, line.rstrip("\n")


def _delimiter(lines: Sequence[str]) -> str:
    """Return what stands between cells: a date may hold a comma, but less often than tabs stand."""
    return max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))


def _cells(line: str, delimiter: str) -> list[str]:
    if len(line) > _LONGEST_LINE:
        return []
    return [_clean(cell) for cell in next(csv.reader([line], delimiter=delimiter))]


def _raw(line: str) -> str:
    return _clean(line[: 2 * LONGEST_RAW].replace("\t", " "))[:LONGEST_RAW]


def _clean(text: str) -> str:
    """Return what `clean_line` does: of nearly every cell there is nothing to clean away."""
    if not text.isprintable():
        return clean_line(text)
    return " ".join(normal("NFC", text).split())


def bare(cell: str) -> str:
    """Return the letters and digits of a column's name, folded: "Join Time" and "join time:"."""
    folded = normal("NFKC", cell).casefold()
    return "".join(char for char in folded if char.isalnum())
