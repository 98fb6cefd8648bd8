"""The calendars of the regions we work with: what the library knows, and what staff put right."""

from collections.abc import Mapping
from typing import Any

from babel.lists import format_list
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import page_locale
from lms.organisations.queries import cities
from lms.seminars.forms.holidays import FIRST_YEAR, LAST_YEAR, HolidayForm
from lms.seminars.holidays import knows_holidays
from lms.seminars.manage.pages import DECIDING, bp
from lms.seminars.permissions import get_holiday_for_removal
from lms.seminars.queries.holidays import holidays_of_year
from lms.seminars.rules.slots import weekend_of
from lms.seminars.services import holidays
from lms.seminars.services.holidays import Days
from lms.web.guards import requires_role

HOME = "KR"


@bp.get("/holidays")
@requires_role(*DECIDING)
def list_holidays() -> Any:
    """List the days off of a region in a year.

    The address may hold days for the form: that is how a removal is undone.
    """
    return _page(HolidayForm(request.args), request.args.get("region", ""), _year_asked_for())


@bp.post("/holidays")
@requires_role(*DECIDING)
def add_holiday() -> Any:
    """Enter days off of a region, or days on which people there do work."""
    form = HolidayForm()
    region = form.region.data or ""
    if region not in _regions():  # the page itself says which
        raise NotFound
    if not form.validate():
        return _page(form, region, _year_of(form)), 422
    try:
        with unit_of_work():
            days = form.entered
            holidays.add_holiday(days, actor=current_user.person, now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return _page(form, region, _year_of(form)), 422
    flash(_("The days are entered."), "ok")
    return redirect(url_for(".list_holidays", region=region, year=days.first_on.year), 303)


@bp.post("/holidays/<int:holiday_id>/remove")
@requires_role(*DECIDING)
def remove_holiday(holiday_id: int) -> Any:
    """Take out days that staff entered; the form then holds them, to enter them again."""
    holiday = get_holiday_for_removal(current_user, holiday_id)
    with unit_of_work():
        days = holidays.remove_holiday(holiday, actor=current_user.person, now=clock.now())
    flash(_("The days are taken out. The form below holds them, to enter them again."), "ok")
    return redirect(url_for(".list_holidays", **_address_of(days)), 303)


def _address_of(days: Days) -> dict[str, Any]:
    names = {f"name-{tag}": text for tag, text in days.name.texts.items()}
    worked = {"is_working_day": "y"} if days.is_working_day else {}
    return {
        "region": days.region,
        "year": days.first_on.year,
        "first_on": days.first_on,
        "last_on": days.last_on,
        **names,
        **worked,
    }


def _year_asked_for() -> int:
    this_year = busan_day(clock.now()).year
    return min(max(request.args.get("year", this_year, type=int), FIRST_YEAR), LAST_YEAR)


def _year_of(form: HolidayForm) -> int:
    day = form.first_on.data
    return day.year if day and not form.first_on.errors else busan_day(clock.now()).year


def _page(form: HolidayForm, asked_for: str, year: int) -> str:
    regions = _regions()
    region = asked_for if asked_for in regions else HOME
    form.region.data = region
    form.offer_languages()
    return render_template(
        "seminars/manage/list_holidays.html",
        form=form,
        regions=regions,
        region=region,
        year=year,
        years=(FIRST_YEAR, LAST_YEAR),
        lines=holidays_of_year(region, year),
        is_known=knows_holidays(region, year),
        weekend=_weekend(region),
    )


def _regions() -> Mapping[str, str]:
    """Return the regions of the cities and our own, each named with its cities, by name."""
    names: dict[str, list[str]] = {HOME: [_("Busan")]}
    for row in cities():
        names.setdefault(row.region, []).append(plain_in_language(row.name))
    lands = page_locale().territories
    shown = {
        region: _(
            "%(region)s (%(cities)s)",
            region=lands.get(region, region),
            cities=format_list(sorted(of_region), locale=page_locale()),
        )
        for region, of_region in names.items()
    }
    return dict(sorted(shown.items(), key=lambda item: item[1]))


def _weekend(region: str) -> str:
    weekdays = page_locale().days["stand-alone"]["wide"]
    days = [weekdays[number] for number in sorted(weekend_of(region))]
    return format_list(days, locale=page_locale())
