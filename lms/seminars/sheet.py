"""The attendance sheet of a run to take away: a workbook to reckon with, a document to print.

All that they say is made here, in the language of the page; the layout of the document is
`faces/attendance_sheet.typ`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.typesetting import UndrawableTextError, typeset
from lms.enrolment.rules import busan_day
from lms.i18n.formats import number, plain_in_language
from lms.i18n.languages import BY_CODE, page_language
from lms.i18n.times import day, short_day
from lms.seminars.rules.sheet import Cell, Column, Mark, Row, Sheet, hours_of

if TYPE_CHECKING:
    import xlsxwriter

_FACE = Path(__file__).parent / "faces" / "attendance_sheet.typ"

# Readable aloud by screen readers; refuses a letter that no font can draw.
_STANDARDS = ["ua-1"]

# What a cell of the workbook holds.
Value = str | int | Decimal | date | None

# As many sessions as fit beside the names across a sheet of paper.
ACROSS = 12

MARKS: Mapping[Mark, str | LazyString] = {
    Mark.PRESENT: "O",
    Mark.LATE: _l("late"),
    Mark.EARLY: _l("early"),
    Mark.LATE_AND_EARLY: _l("late, early"),
    Mark.PARTIAL: "△",
    Mark.ABSENT: "X",
    Mark.EXCUSED: _l("excused"),
    Mark.MADE_UP: _l("made up"),
    Mark.ELSEWHERE: "–",
}
MEANINGS: Mapping[Mark, LazyString] = {
    Mark.PRESENT: _l("Present for four fifths at least: counts in full"),
    Mark.LATE: _l("Present, came more than ten minutes late"),
    Mark.EARLY: _l("Present, left more than ten minutes early"),
    Mark.LATE_AND_EARLY: _l("Present, came late and left early"),
    Mark.PARTIAL: _l("Present in part: counts by its part"),
    Mark.ABSENT: _l("Absent"),
    Mark.EXCUSED: _l("Excused by staff"),
    Mark.MADE_UP: _l("Made up with the recording"),
    Mark.ELSEWHERE: _l("Attended in another time slot"),
}


SOURCES: Mapping[str, LazyString] = {
    "link": _l("link"),
    "platform": _l("room"),
    "report": _l("report"),
    "code": _l("code"),
    "qr": _l("QR code"),
    "instructor": _l("ticked"),
    "sign_sheet": _l("sign sheet"),
    "catch_up": _l("recording watched"),
    "correction": _l("correction"),
}


@dataclass(frozen=True)
class SheetHead:
    """What a sheet says of itself: of which run, of whom, by whom, as of when."""

    run_name: str
    filter: str
    author: str
    now: datetime

    @property
    def lines(self) -> list[str]:
        """Return it line by line."""
        return [
            self.run_name,
            _("As of %(day)s", day=day(busan_day(self.now))),
            self.filter,
            _("Made by %(name)s", name=self.author),
        ]


def legend() -> list[tuple[str, str]]:
    """Return each mark with what it means."""
    return [(str(MARKS[mark]), str(meaning)) for mark, meaning in MEANINGS.items()]


def note_on_sums() -> str:
    """Return what is to be known about the sums."""
    return _(
        "Numbers are recognised minutes and hours, rounded down. The rate is what was attended of "
        "the hours held so far, each session once. Excused and made-up hours are shown apart: "
        "towards completion they count up to their caps only."
    )


def sources_in_words(row: Row) -> str:
    """Return where a person's marks come from."""
    words = [str(SOURCES[source]) for source in row.sources if source in SOURCES]
    if row.person.has_outage:
        words.append(_("outage certified"))
    return ", ".join(words)


def name_of(column: Column) -> str:
    """Return the title of a session, with its time slot if it has a name."""
    title = plain_in_language(column.title)
    return f"{title} ({column.slot_name})" if column.slot_name else title


def _sums(row: Row) -> list[Decimal]:
    return [hours_of(minutes) for minutes in (row.attended, row.excused, row.made_up)]


def _fixed_heads() -> list[str]:
    return [_("No."), _("Name"), _("City"), _("Organisation")]


def _heads_of_sums() -> list[str]:
    return [
        _("Attended, h"),
        _("Excused, h"),
        _("Made up, h"),
        _("Attendance rate in percent"),
        _("Source"),
    ]


# --- the workbook ----------------------------------------------------------------------


def sheet_xlsx(sheet: Sheet, head: SheetHead) -> bytes:
    """Return the sheet as a workbook: days are dates, no cell is merged, no text is a formula."""
    import xlsxwriter  # few processes ever write one

    file = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        # The hour of its making would be the only thing in which two copies differ.
        book.set_properties(
            {"title": _("Attendance sheet"), "created": head.now.replace(tzinfo=None)}
        )
        _write_sheet(book, sheet, head)
        _write_legend(book)
    return file.getvalue()


def _write_sheet(book: "xlsxwriter.Workbook", sheet: Sheet, head: SheetHead) -> None:
    page = book.add_worksheet(_("Attendance"))
    page.set_column(0, 0, 5)
    page.set_column(1, 3, 22)
    page.set_column(4, 3 + 2 * len(sheet.columns), 11)
    above: list[Sequence[Value]] = [[_("Attendance sheet")], *([line] for line in head.lines), []]
    page.freeze_panes(len(above) + 4, 2)
    page.repeat_rows(len(above), len(above) + 3)
    formats = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        Decimal: book.add_format({"num_format": "0.0"}),
    }
    # Row by row: the writer keeps none once the next one is begun.
    for down, cells in enumerate([*above, *_heads(sheet), *map(_cells, _numbered(sheet))]):
        for at, cell in enumerate(cells):
            _write(page, down, at, cell, formats)


def _write(page: Any, down: int, at: int, cell: Value, formats: Mapping[type, Any]) -> None:
    if isinstance(cell, str):
        page.write_string(down, at, cell)  # never a formula, whatever it begins with
    elif isinstance(cell, date):
        page.write_datetime(down, at, cell, formats[date])
    elif cell is not None:
        page.write_number(down, at, float(cell), formats.get(type(cell)))


def _heads(sheet: Sheet) -> Iterator[list[Value]]:
    """Give the lines above the columns: each column says for itself what it is, so that a table
    can be made of it."""
    apart: list[Value] = [None, None, None]
    yield [*apart, _("Session"), *_twice(name_of(column) for column in sheet.columns)]
    days = (busan_day(column.starts_at) for column in sheet.columns)
    yield [*apart, _("Day in Busan"), *_twice(days)]
    yield [*apart, _("Hours"), *_twice(hours_of(column.minutes) for column in sheet.columns)]
    marks = [
        words
        for column in sheet.columns
        for words in (_("Mark") if column.is_final else _("Mark (provisional)"), _("Minutes"))
    ]
    yield [*_fixed_heads(), *marks, *_heads_of_sums()]


def _twice(values: Iterable[Value]) -> Iterator[Value]:
    return (value for value in values for _again in range(2))


def _numbered(sheet: Sheet) -> Iterator[tuple[int, Row]]:
    return enumerate(sheet.rows, 1)


def _cells(numbered: tuple[int, Row]) -> list[Value]:
    place, row = numbered
    marks: list[Value] = []
    for cell in row.cells:
        marks += [None, None] if cell is None else [str(MARKS[cell.mark]), cell.minutes]
    person = row.person
    return [
        place,
        person.name,
        plain_in_language(person.city),
        person.organisation,
        *marks,
        *_sums(row),
        row.percent,
        sources_in_words(row),
    ]


def _write_legend(book: "xlsxwriter.Workbook") -> None:
    page = book.add_worksheet(_("Legend"))
    page.set_column(1, 1, 60)
    for at, (mark, meaning) in enumerate(legend()):
        page.write_string(at, 0, mark)
        page.write_string(at, 1, meaning)
    page.write_string(len(MEANINGS) + 1, 1, note_on_sums())


# --- the document ----------------------------------------------------------------------


def sheet_pdf(sheet: Sheet, head: SheetHead) -> bytes:
    """Return the sheet as an A4 document across, its heads on every page.

    More sessions than fit across come in further tables; the sums stand in the last one. A letter
    that no font can draw leaves its box empty, for the rest is still worth printing.
    """
    said = _said(sheet, head)
    settings = {"format": "pdf", "timestamp": head.now.replace(microsecond=0)}
    try:
        return typeset(_FACE, said, pdf_standards=_STANDARDS, **settings)
    except UndrawableTextError:
        return typeset(_FACE, said, **settings)


def _said(sheet: Sheet, head: SheetHead) -> dict[str, Any]:
    return {
        "tag": BY_CODE[page_language()].html_lang,
        "title": _("Attendance sheet"),
        "head": head.lines,
        "fixed": _fixed_heads(),
        "people": [
            [str(at), row.person.name, plain_in_language(row.person.city), row.person.organisation]
            for at, row in enumerate(sheet.rows, 1)
        ],
        "tables": [*_tables(sheet)],
        "sums": _heads_of_sums(),
        "sum_rows": [
            [*(number(hours) for hours in _sums(row)), number(row.percent), sources_in_words(row)]
            for row in sheet.rows
        ],
        "legend": [list(each) for each in legend()],
        "note": note_on_sums(),
        "empty": _("Nobody is in this list."),
    }


def _tables(sheet: Sheet) -> Iterator[dict[str, Any]]:
    for first in range(0, len(sheet.columns), ACROSS):
        columns = sheet.columns[first : first + ACROSS]
        yield {
            "columns": [_column(column) for column in columns],
            "rows": [
                [_in_cell(cell) for cell in row.cells[first : first + ACROSS]] for row in sheet.rows
            ],
        }


def _column(column: Column) -> dict[str, str]:
    return {
        "title": name_of(column),
        "day": short_day(busan_day(column.starts_at)),
        "hours": _("%(hours)s h", hours=number(hours_of(column.minutes))),
        "stage": "" if column.is_final else _("provisional"),
    }


def _in_cell(cell: Cell | None) -> Sequence[str]:
    return ["", ""] if cell is None else [str(MARKS[cell.mark]), str(cell.minutes)]
