"""Microsoft Teams: the attendance report, sections "1.", "2." and "3." in any language.

The second gives each person's first coming and last going, the third each stay. The third is read:
who was away between came back to nothing in the second. Its columns keep their places.
"""

import re
from collections.abc import Sequence

from lms.seminars.rules.reports.report import Entry, Refusal, ReportRefused
from lms.seminars.rules.reports.rows import Row

_TITLE = re.compile(r"([1-9])\s?[.．]\s?\D.*")
_STAYS = 3


def entries(rows: Sequence[Row]) -> list[Entry] | None:
    """Return the lines of a Teams report, None when this is none.

    Raises ReportRefused when the section of the single stays is missing.
    """
    titles = {number: index for index, row in enumerate(rows) if (number := _section(row))}
    if not {1, 2} <= titles.keys() or titles[1] > titles[2]:
        return None
    if _STAYS not in titles:
        raise ReportRefused(Refusal.NO_TIMES)
    first = titles[_STAYS] + 2  # past the title and the names of the columns
    last = min((index for index in titles.values() if index >= first), default=len(rows))
    return [_entry(row) for row in rows[first:last]]


def _section(row: Row) -> int | None:
    """Return the number of a section whose title this line is; a title stands alone."""
    filled = [cell for cell in row.cells if cell]
    found = _TITLE.fullmatch(filled[0]) if len(filled) == 1 else None
    return int(found[1]) if found else None


def _entry(row: Row) -> Entry:
    return Entry(
        number=row.number,
        raw=row.raw,
        name=row.cell(0),
        email=next((cell for cell in row.cells[3:] if "@" in cell), ""),
        joined=row.cell(1),
        left=row.cell(2),
    )
