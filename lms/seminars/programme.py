"""The timetable of a run to take away: a programme to print, a table to reckon with.

The layout of the programme is `faces/programme.typ`; all it says is made here, in the language of
the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from lms.core.text import TextInLanguages
from lms.core.typesetting import UndrawableTextError, typeset
from lms.i18n.formats import plain_in_language, preferences
from lms.i18n.languages import BY_CODE, html_lang, page_language
from lms.i18n.times import BUSAN, city_of, day, short_day
from lms.seminars import wording
from lms.seminars.queries.entries import Day, DayItemRow, Entry, by_days, days_of_list, span_of
from lms.seminars.rules.sittings import Phase
from lms.seminars.rules.timetable import LocalTimes, day_on_clock, on_clock
from lms.web.csv_file import Cell

_FACE = Path(__file__).parent / "faces" / "programme.typ"

# Readable aloud by screen readers; refuses a letter that no font can draw.
_STANDARDS = ["ua-1"]


@dataclass(frozen=True)
class Programme:
    """What a programme is made from; `zone` is the clock of its reader."""

    course_code: str
    course_title: TextInLanguages
    cohort_no: int
    zone: str
    entries: Sequence[Entry]
    items: Sequence[DayItemRow]


def programme_pdf(programme: Programme, *, now: datetime) -> bytes:
    """Return the programme of a run as an A4 PDF, by day, on the reader's clock and Busan's.

    What is only planned is not in it: a sheet of paper outlives a plan. A letter that no font can
    draw leaves its box empty, for the rest is still worth printing.
    """
    sheet = _sheet(programme, now)
    settings = {"format": "pdf", "timestamp": now.replace(microsecond=0)}
    try:
        return typeset(_FACE, sheet, pdf_standards=_STANDARDS, **settings)
    except UndrawableTextError:
        return typeset(_FACE, sheet, **settings)


# --- what the sheet says ---------------------------------------------------------------


def _sheet(programme: Programme, now: datetime) -> dict[str, Any]:
    """Return the finished texts, so that the template only sets type."""
    entries = [entry for entry in programme.entries if entry.phase != Phase.PLANNED]
    days = by_days(sorted(days_of_list(entries, programme.items)), entries, programme.items)
    run = _("Run %(number)s", number=programme.cohort_no)
    return {
        "tag": BY_CODE[page_language()].html_lang,
        "kicker": f"{programme.course_code} · {run}",
        "title": _text(programme.course_title),
        "name": _("Timetable"),
        "period": _period([each.day for each in days]),
        "clocks": _clocks(programme.zone),
        "here": city_of(programme.zone),
        "busan": _("Busan") if programme.zone != BUSAN else "",
        "session": _("Session"),
        "made": _("As of %(day)s", day=day(day_on_clock(now, programme.zone))),
        "empty": _("No session has been announced yet."),
        "days": [_day(each) for each in days],
    }


def _period(days: Sequence[date]) -> str:
    if not days:
        return ""
    return day(days[0]) if len(days) == 1 else f"{day(days[0])} – {day(days[-1])}"


def _clocks(zone: str) -> str:
    if zone == BUSAN:
        return _("All times are those of Busan.")
    return _("Times are those of %(city)s, with those of Busan beside them.", city=city_of(zone))


def _day(of: Day) -> dict[str, Any]:
    return {
        "name": day(of.day),
        "items": [{**_text(item.title), "until": _until(item)} for item in of.items],
        "rows": [_row(entry) for entry in of.entries],
    }


def _until(item: DayItemRow) -> str:
    if item.first_on == item.last_on:
        return ""
    return _("until %(day)s", day=short_day(item.last_on))


def _row(entry: Entry) -> dict[str, Any]:
    times = entry.times
    return {
        "here": _clock(times.here, names_day=times.names_both_days),
        "offset": wording.offset_words(times.here),
        "busan": _clock(times.busan, names_day=times.names_both_days) if times.busan else None,
        "title": _text(entry.sitting.title),
        "takes_place": entry.takes_place,
        "state": "" if entry.takes_place else wording.phase_words(entry.phase),
        "about": list(_about(entry)),
        "notes": wording.notes_of(entry),
    }


def _clock(times: LocalTimes, *, names_day: bool) -> dict[str, str]:
    return {
        "day": short_day(times.first_day) if names_day else "",
        "span": wording.span_words(times),
    }


def _about(entry: Entry) -> Iterator[str]:
    yield wording.kind_words(entry.sitting.kind)
    yield wording.place_words(entry.sitting)
    if entry.instructors:
        yield _names(entry)


def _names(entry: Entry) -> str:
    return ", ".join(entry.instructors)


def _text(text: TextInLanguages) -> dict[str, str]:
    fragment = text.pick(preferences())
    return {"text": fragment.text, "tag": html_lang(fragment.language)}


# --- as a table ------------------------------------------------------------------------


def timetable_rows(
    found: Sequence[Entry], items: Sequence[DayItemRow], zone: str
) -> Iterator[Sequence[Cell]]:
    """Return a timetable as the rows of a table, headed: each time by ISO 8601 on the reader's
    clock, on Busan's and in UTC; days without a clock have days alone."""
    clocks = dict.fromkeys((zone, BUSAN, "UTC"))
    yield [
        _("Session"),
        _("Kind"),
        _("State"),
        _("Slot"),
        *(_("Begins (%(zone)s)", zone=each) for each in clocks),
        *(_("Ends (%(zone)s)", zone=each) for each in clocks),
        _("Place"),
        _("Instructors"),
        _("Reason of the change"),
    ]
    for entry in found:
        yield _cells(entry, clocks)
    for item in items:
        days = [item.first_on.isoformat()] * len(clocks) + [item.last_on.isoformat()] * len(clocks)
        yield [plain_in_language(item.title), _("Whole days"), "", "", *days, "", "", ""]


def _cells(entry: Entry, clocks: Iterable[str]) -> list[Cell]:
    sitting = entry.sitting
    spans = [on_clock(*span_of(sitting), zone) for zone in clocks]
    return [
        plain_in_language(sitting.title),
        wording.kind_words(sitting.kind),
        wording.phase_words(entry.phase),
        sitting.slot_name,
        *(_iso(span.starts_at) for span in spans),
        *(_iso(span.ends_at) for span in spans),
        wording.place_words(sitting),
        _names(entry),
        sitting.change_reason if entry.tells_reason else "",
    ]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
