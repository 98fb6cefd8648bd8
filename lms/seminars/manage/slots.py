"""The adviser: at which hour a session suits the cities it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import NotFound
from lms.core.text import TextInLanguages
from lms.enrolment.permissions import get_run_for_management
from lms.enrolment.queries import RunHead
from lms.enrolment.rules import busan_day
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import page_locale
from lms.i18n.times import BUSAN
from lms.organisations.queries import CityRow, cities
from lms.seminars.forms.slots import USUAL, SlotForm
from lms.seminars.manage.pages import TEACHING, bp
from lms.seminars.queries.holidays import days_off
from lms.seminars.queries.slots import cities_of_run
from lms.seminars.rules.slots import A_DAY, Advice, Fit, Place, Reason, Slot, advise
from lms.web.guards import requires_role

HOST = Place("busan", BUSAN, "KR")
LARGEST_ROW = 2**31 - 1
FRIDAY = 4


@dataclass(frozen=True)
class Cell:
    """A fit as the table shows it: the local times, the weekday where it is another one."""

    times: str
    grade: str
    reason: str
    holiday: TextInLanguages | None


@dataclass(frozen=True)
class Line:
    """A slot as the table shows it: Busan's own cell, then one for each city."""

    slot: Slot
    host: Cell
    cells: Sequence[Cell]
    is_best: bool

    @property
    def is_at_night(self) -> bool:
        """Tell whether it is night in Busan, where nobody would hold a session."""
        return self.host.reason == Reason.NIGHT and not self.is_best


@bp.get("/slots")
@requires_role(*TEACHING)
def advise_slots() -> Any:
    """Show how a session suits the chosen cities at each half hour of a day in Busan.

    With a run it begins with the cities of its people, and the slots lead on to planning.
    """
    run = _run_asked_for()
    rows = sorted(cities(), key=lambda row: plain_in_language(row.name))
    form = _form(run, rows)
    is_asked = "day" in request.args
    if is_asked and not form.validate():
        return _page(form, run, rows, None), 422
    return _page(form, run, rows, _advice(form, rows) if form.city.data else None)


def _run_asked_for() -> RunHead | None:
    run_id = request.args.get("run", 0, type=int)
    if not run_id:
        return None
    if not 0 < run_id <= LARGEST_ROW:
        raise NotFound
    return get_run_for_management(current_user, run_id)


def _form(run: RunHead | None, rows: Sequence[CityRow]) -> SlotForm:
    if "day" in request.args:
        form = SlotForm(request.args)
    else:
        form = SlotForm(
            None,
            day=_first_day(run),
            minutes=USUAL,
            city=cities_of_run(run.id) if run else [],
        )
    form.city.choices = [(row.id, plain_in_language(row.name)) for row in rows]
    return form


def _first_day(run: RunHead | None) -> date:
    """Return the first weekday still to come, or of a run that has not begun yet."""
    day = busan_day(clock.now()) + A_DAY
    if run is not None:
        day = max(day, run.starts_on)
    while day.weekday() > FRIDAY:
        day += A_DAY
    return day


def _advice(form: SlotForm, rows: Sequence[CityRow]) -> Advice:
    chosen = [
        Place(str(row.id), row.time_zone, row.region) for row in rows if row.id in form.city.data
    ]
    day: date = form.day.data
    regions = {HOST.region, *(place.region for place in chosen)}
    # No clock is more than a day away from Busan's.
    calendars = days_off(regions, day - A_DAY, day + A_DAY)
    return advise(HOST, chosen, day, form.minutes.data, calendars)


def _page(
    form: SlotForm, run: RunHead | None, rows: Sequence[CityRow], advice: Advice | None
) -> str:
    names: Mapping[str, Any] = {str(row.id): row.name for row in rows}
    return render_template(
        "seminars/manage/advise_slots.html",
        form=form,
        run=run,
        names=names,
        advice=advice,
        lines=_lines(advice) if advice else [],
        days_around=_days_around(form.day.data) if advice else [],
    )


def _days_around(day: date) -> list[tuple[str, date]]:
    return [(_("The day before"), day - A_DAY), (_("The day after"), day + A_DAY)]


def _lines(advice: Advice) -> list[Line]:
    return [
        Line(
            slot,
            _cell(slot.host, slot.host.starts_at),
            [_cell(fit, slot.host.starts_at) for fit in slot.fits],
            slot in advice.best,
        )
        for slot in advice.slots
    ]


def _cell(fit: Fit, busan: datetime) -> Cell:
    begins = _time(fit.starts_at, beside=busan.date())
    ends = _time(fit.ends_at, beside=fit.starts_at.date())
    verdict = fit.verdict
    return Cell(f"{begins}–{ends}", verdict.grade.name.lower(), verdict.reason, verdict.holiday)


def _time(local: datetime, *, beside: date) -> str:
    """Return a time on its own clock, after its weekday where that is another day."""
    if local.date() == beside:
        return f"{local:%H:%M}"
    weekdays = page_locale().days["format"]["abbreviated"]
    return f"{weekdays[local.weekday()]} {local:%H:%M}"
