"""The attendance sheet of a run: its page, and the same as a file once a reason is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.access_log import record_access
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.permissions import get_run_for_management
from lms.enrolment.queries import RunHead
from lms.enrolment.rules import busan_day
from lms.i18n.formats import in_language, number, percent, plain_in_language
from lms.i18n.times import BUSAN, short_day
from lms.seminars.forms.attendance import SheetForm
from lms.seminars.manage.pages import TEACHING, bp
from lms.seminars.queries.sheet import people_of_sheet, sheet_of_run
from lms.seminars.rules.sheet import Cell, Row, Sheet, SheetPerson, hours_of
from lms.seminars.sheet import (
    MARKS,
    SheetHead,
    legend,
    name_of,
    note_on_sums,
    sheet_pdf,
    sheet_xlsx,
    sources_in_words,
)
from lms.web.guards import requires_role
from lms.web.limits import client_address

PAGE = "/runs/<int:run_id>/attendance"
KINDS = {
    "xlsx": (
        sheet_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "pdf": (sheet_pdf, "application/pdf"),
}


@dataclass(frozen=True)
class Wanted:
    """Whose lines are looked at: of one city, or everybody's; with the cities to choose from."""

    city: str
    cities: dict[str, TextInLanguages | None]
    people: list[SheetPerson]

    @property
    def address(self) -> dict[str, str]:
        """Return the arguments of an address that shows the same."""
        return {"city": self.city} if self.city else {}

    @property
    def in_words(self) -> str:
        """Return the filter as it stands above the sheet."""
        if not self.city:
            return _("City: %(name)s", name=_("all"))
        return _("City: %(name)s", name=plain_in_language(self.cities[self.city]) or _("no city"))


@bp.get(PAGE)
@requires_role(*TEACHING)
def show_sheet(run_id: int) -> Any:
    """Show who attended what of a run, a line for each person."""
    run = get_run_for_management(current_user, run_id)
    wanted = _wanted(run_id)
    sheet = sheet_of_run(run_id, wanted.people)
    _note("seminars_manage.show_sheet", run, wanted)
    return render_template(
        "seminars/manage/show_sheet.html",
        run=run,
        wanted=wanted,
        sheet=sheet,
        heads=_heads(sheet),
        lines=_lines(sheet, wanted),
        held=number(hours_of(sheet.held)),
        legend=legend(),
        note=note_on_sums(),
    )


@bp.route(f"{PAGE}/export", methods=["GET", "POST"])
@requires_role(*TEACHING)
def export_sheet(run_id: int) -> Any:
    """Hand out the sheet as it was shown; who, when and why is kept."""
    run = get_run_for_management(current_user, run_id)
    wanted = _wanted(run_id)
    form = SheetForm()
    if form.validate_on_submit():
        return _file(run, wanted, form)
    page = render_template("seminars/manage/export_sheet.html", run=run, wanted=wanted, form=form)
    return page, 422 if form.errors else 200


def _wanted(run_id: int) -> Wanted:
    people = people_of_sheet(run_id)
    cities = {person.city_slug: person.city for person in people}
    asked = request.args.get("city", "")
    city = asked if asked in cities else ""
    return Wanted(city, cities, [each for each in people if city in {"", each.city_slug}])


def _note(action: str, run: RunHead, wanted: Wanted, reason: str = "") -> None:
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action=action,
            subject=f"attendance of run {run.id} {wanted.city}".strip(),
            count=len(wanted.people),
            now=clock.now(),
            address=client_address(),
            reason=reason,
        )


def _file(run: RunHead, wanted: Wanted, form: SheetForm) -> Response:
    now = clock.now()
    sheet = sheet_of_run(run.id, wanted.people)
    title = plain_in_language(run.course_title)
    cohort = _("Run %(number)s", number=run.cohort_no)
    head = SheetHead(
        f"{run.course_code} {title} · {cohort}",
        wanted.in_words,
        current_user.person.full_name,
        now,
    )
    make, mimetype = KINDS[form.kind.data]
    file = make(sheet, head)
    _note("seminars_manage.export_sheet", run, wanted, form.reason.data)
    stem = f"{run.course_code}-{run.cohort_no}-attendance"
    name = f"{stem}-{now.astimezone(ZoneInfo(BUSAN)):%Y%m%d}.{form.kind.data}"
    response = Response(file, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


# --- the page in words: of thousands of cells, each word is made once ------------------


@dataclass(frozen=True)
class Head:
    """A session above its column."""

    sitting_id: int
    title: str
    day: str
    hours: str
    is_final: bool


@dataclass(frozen=True)
class Line:
    """A person's line as it is printed: each cell is a mark, its class and minutes."""

    name: str
    city: str
    organisation: str
    cells: Sequence[tuple[str, str, str]]
    sums: Sequence[str]
    sources: str


def _heads(sheet: Sheet) -> list[Head]:
    return [
        Head(
            column.sitting_id,
            name_of(column),
            short_day(busan_day(column.starts_at)),
            number(hours_of(column.minutes)),
            column.is_final,
        )
        for column in sheet.columns
    ]


def _lines(sheet: Sheet, wanted: Wanted) -> list[Line]:
    city = cache(lambda slug: in_language(wanted.cities[slug], quiet=True) or "–")
    shown = cache(_shown)
    hours = cache(lambda minutes: number(hours_of(minutes)))
    return [
        Line(
            row.person.name,
            city(row.person.city_slug),
            row.person.organisation,
            [shown(cell) for cell in row.cells],
            [hours(row.attended), hours(row.excused), hours(row.made_up), _rate(row)],
            sources_in_words(row),
        )
        for row in sheet.rows
    ]


def _shown(cell: Cell | None) -> tuple[str, str, str]:
    return ("", "", "") if cell is None else (str(MARKS[cell.mark]), cell.mark, str(cell.minutes))


def _rate(row: Row) -> str:
    return percent(row.percent) if row.held else "–"
