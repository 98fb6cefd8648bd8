"""Timetables: of a run, of one's own, and the seminars everybody may come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.i18n.formats import plain_in_language, set_content_preferences
from lms.i18n.languages import content_preferences
from lms.i18n.times import (
    BUSAN,
    city_of,
    is_zone,
    month,
    offset,
    reader_zone,
    short_day,
    weekdays,
)
from lms.organisations.queries import cities, training_languages_of
from lms.seminars import wording
from lms.seminars.permissions import get_run_for_timetable
from lms.seminars.programme import Programme, programme_pdf, timetable_rows
from lms.seminars.queries import timetable as queries
from lms.seminars.queries.entries import DayItemRow, Entry, by_days, days_of_list, entries
from lms.seminars.rules.timetable import (
    Period,
    View,
    day_on_clock,
    period_of,
    read_day,
    read_view,
    window,
)
from lms.seminars.views.pages import PAGE, bp
from lms.web.csv_file import csv_file
from lms.web.guards import public, signed_in
from lms.web.page_cache import cached_for_visitors

RUN = f"{PAGE}/runs/<int:run_id>/timetable"

for words in (
    wording.span_words,
    wording.day_and_span_words,
    wording.busan_words,
    wording.offset_words,
    wording.kind_words,
    wording.place_words,
    wording.room_words,
    wording.notes_of,
    short_day,
    city_of,
):
    bp.add_app_template_global(words)


# --- what an address asks for ----------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """How a reader wants to look: layout, day, clock, and whether at what they hold alone."""

    view: View
    day: date | None
    zone: str
    is_other_zone: bool
    only_mine: bool
    now: datetime

    @property
    def today(self) -> date:
        """Return which day it is on the clock that is shown."""
        return day_on_clock(self.now, self.zone)

    @property
    def given(self) -> dict[str, Any]:
        """Return what differs from the usual, as an address says it."""
        said = {
            "view": self.view if self.view != View.LIST else None,
            "from": self.day.isoformat() if self.day else None,
            "zone": self.zone if self.is_other_zone else None,
            "mine": "1" if self.only_mine else None,
        }
        return {name: value for name, value in said.items() if value is not None}

    def to(self, **changes: Any) -> str:
        """Return the address of this timetable looked at in another way."""
        values = {**(request.view_args or {}), **self.given, **changes}
        return url_for(request.endpoint or "", **values)

    def at(self, day: date, view: View | None = None) -> str:
        """Return the address of this timetable at a day."""
        return self.to(**{"from": day.isoformat(), "view": view or self.view})


def _asked() -> Asked:
    zone, own = request.args.get("zone", ""), reader_zone().name
    is_other = is_zone(zone) and zone != own
    return Asked(
        view=read_view(request.args.get("view", "")),
        day=read_day(request.args.get("from", "")),
        zone=zone if is_other else own,
        is_other_zone=is_other,
        only_mine=request.args.get("mine") == "1",
        now=clock.now(),
    )


def _zone_choices(asked: Asked) -> dict[str, str]:
    """Return the clocks to look with: the reader's own (""), Busan's, those of partner cities."""
    places: dict[str, list[str]] = {BUSAN: [_("Busan")]}
    for city in cities():
        places.setdefault(city.time_zone, []).append(plain_in_language(city.name))
    if asked.zone not in places and asked.is_other_zone:
        places[asked.zone] = [asked.zone.replace("_", " ")]
    labels = {zone: _label(", ".join(sorted(names)), zone, asked) for zone, names in places.items()}
    own = _label(_("My clock"), reader_zone().name, asked)
    return {"": own, **dict(sorted(labels.items(), key=lambda choice: choice[1]))}


def _label(name: str, zone: str, asked: Asked) -> str:
    return f"{name} ({offset(asked.now.astimezone(ZoneInfo(zone)))})"


# --- what pages show -------------------------------------------------------------------


def _page(
    template: str,
    asked: Asked,
    period: Period,
    found: Sequence[Entry],
    items: Sequence[DayItemRow] = (),
    **more: Any,
) -> str:
    holds_some = any(entry.is_held_by_reader for entry in found)
    shown = [entry for entry in found if entry.is_held_by_reader or not asked.only_mine]
    items = () if asked.only_mine else items
    days = by_days(_days_to_show(asked, period, shown, items), shown, items)
    return render_template(
        template,
        asked=asked,
        period=period,
        days=days,
        weeks=[days[at : at + 7] for at in range(0, len(days), 7)],
        month_name=month(period.month),
        weekdays=weekdays(),
        is_empty=not any(each.entries or each.items for each in days),
        may_filter=holds_some or asked.only_mine,
        has_clashes=any(entry.clashes for each in days for entry in each.entries),
        **more,
    )


def _days_to_show(
    asked: Asked, period: Period, found: Sequence[Entry], items: Sequence[DayItemRow]
) -> list[date]:
    """Return all days of a week or month; in a list those on which something begins, and today."""
    if period.view != View.LIST:
        return period.days
    begun = days_of_list(found, items, since=period.first_day)
    return sorted(begun | ({asked.today} if period.has(asked.today) else set()))


@bp.get(f"{PAGE}/timetable")
@signed_in
def show_my_timetable() -> Any:
    """Show the reader what they come to and what they hold, on their clock and Busan's."""
    _prefer_languages_of_reader()
    asked = _asked()
    period = period_of(asked.view, asked.day or asked.today)
    shown = window(period.first_day, period.last_day, asked.zone)
    reader = {"person_id": current_user.id, "sees_plans": current_user.is_staff}
    found = entries(
        queries.my_sittings(shown=shown, **reader),
        shown,
        zone=asked.zone,
        now=asked.now,
        reader_id=current_user.id,
    )
    following = [] if found else queries.my_next_sittings(current_user.id, shown[1], most=1)
    return _page(
        "seminars/show_my_timetable.html",
        asked,
        period,
        found,
        queries.my_day_items(current_user.id, period.first_day, period.last_day),
        zones=_zone_choices(asked),
        following=_day_of_next(following[0][0] if following else None, asked),
    )


@bp.get(RUN)
@signed_in
def show_run_timetable(run_id: int) -> Any:
    """Show the sittings of a run to those in it and those who manage it."""
    run, can_manage, asked, found = _run_timetable(run_id)
    items = queries.day_items_of_run(run_id)
    period = _period_of_run(asked, found, items)
    return _page(
        "seminars/show_run_timetable.html",
        asked,
        period,
        found,
        items,
        zones=_zone_choices(asked),
        run=run,
        can_manage=can_manage,
    )


def _run_timetable(run_id: int) -> tuple[Any, bool, Asked, list[Entry]]:
    run, can_manage = get_run_for_timetable(current_user, run_id)
    rows = queries.run_sittings(run_id, sees_plans=can_manage)
    _prefer_languages_of_reader(working=rows[0].working_language if rows else "")
    asked = _asked()
    found = entries(rows, None, zone=asked.zone, now=asked.now, reader_id=current_user.id)
    return run, can_manage, asked, found


def _period_of_run(asked: Asked, found: Sequence[Entry], items: Sequence[DayItemRow]) -> Period:
    """Return the days to show: all of a run in a list, else those around a day it has."""
    days = [entry.day for entry in found]
    days += [day for item in items for day in (item.first_on, item.last_on)]
    first, last = min(days, default=asked.today), max(days, default=asked.today)
    if asked.view == View.LIST:
        return Period(asked.view, first, last, first, last, first.replace(day=1))
    return period_of(asked.view, asked.day or min(max(asked.today, first), last))


# --- for everybody ---------------------------------------------------------------------


def _public_version() -> str:
    now = clock.now()
    zone = request.args.get("zone", "")
    day = day_on_clock(now, zone if is_zone(zone) else reader_zone().name)
    return f"{queries.public_version(now)} {day}"


@bp.get(f"{PAGE}/seminars")
@public
@cached_for_visitors(_public_version)
def list_seminars() -> Any:
    """Show the seminars everybody may come to, on the clock of whoever looks."""
    _prefer_languages_of_reader()
    asked = _asked()
    period = period_of(asked.view, asked.day or asked.today)
    shown = window(period.first_day, period.last_day, asked.zone)
    found = entries(
        queries.public_sittings(shown), shown, zone=asked.zone, now=asked.now, warns=False
    )
    following = None if found else queries.next_public_sitting(shown[1])
    return _page(
        "seminars/list_seminars.html",
        asked,
        period,
        found,
        following=_day_of_next(following, asked),
    )


def _day_of_next(row: Any, asked: Asked) -> date | None:
    return day_on_clock(row.starts_at, asked.zone) if row is not None else None


def _prefer_languages_of_reader(*, working: str = "") -> None:
    """Let titles fall back to the training languages of the reader's city before English."""
    if current_user.is_authenticated:
        city = training_languages_of(current_user.id) or ()
        set_content_preferences(content_preferences(city=city, working=working))


# --- to take away ----------------------------------------------------------------------


@bp.get(f"{RUN}.pdf")
@signed_in
def download_programme(run_id: int) -> Any:
    """Send the programme of a run as a PDF, in the language of the page."""
    run, _can_manage, asked, found = _run_timetable(run_id)
    programme = Programme(
        course_code=run.course_code,
        course_title=run.course_title,
        cohort_no=run.cohort_no,
        zone=asked.zone,
        entries=found,
        items=queries.day_items_of_run(run_id),
    )
    response = Response(programme_pdf(programme, now=asked.now), mimetype="application/pdf")
    name = quote(f"{run.course_code}-{run.cohort_no}-timetable.pdf")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get(f"{RUN}.csv")
@signed_in
def download_timetable_csv(run_id: int) -> Any:
    """Send the timetable of a run as a table, each time on both clocks and in UTC."""
    run, _can_manage, asked, found = _run_timetable(run_id)
    rows = timetable_rows(found, queries.day_items_of_run(run_id), asked.zone)
    return csv_file(f"{run.course_code}-{run.cohort_no}-timetable.csv", rows)
