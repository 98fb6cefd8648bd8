"""The page of the partner cities, and everybody's own profile."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import SelectChoice

from lms.accounts.rules import birth_year_of
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import localise, page_locale
from lms.i18n.times import BUSAN, listed_zone, offset, told_zone
from lms.organisations import queries, services
from lms.organisations.forms import NO_CITY, ProfileForm
from lms.web.guards import local_path, public, signed_in
from lms.web.page_cache import cached_for_visitors

bp = localise(Blueprint("organisations", __name__, url_prefix="/<language:language>"))

# In the order of the page; a tie's word in the plural.
RELATIONS = {
    "sister": _l("Sister cities"),
    "friendship": _l("Friendship cities"),
    "partner": _l("Other partner cities"),
}


@dataclass(frozen=True)
class ShownCity:
    """A city with everything its row says, in the page's language."""

    name: Any
    region: str
    since: str
    offset: str
    from_busan: str


def _version() -> str:
    # The offsets on the page are those of this hour: summer time begins and ends on the hour.
    return f"{queries.cities_version()} {clock.now():%Y-%m-%d %H}"


# --- the partner cities ----------------------------------------------------------------


@bp.get("/cities/")
@public
@cached_for_visitors(_version)
def list_cities() -> Any:
    """List the cities with a tie to Busan, by kind of tie."""
    now = clock.now()
    rows = queries.cities()
    groups = [
        (relation, title, [_shown(row, now) for row in rows if row.relation == relation])
        for relation, title in RELATIONS.items()
    ]
    regions = {row.region for row in rows}
    return render_template(
        "organisations/list_cities.html",
        groups=[group for group in groups if group[2]],
        count=len(rows),
        region_count=len(regions),
    )


def _shown(row: queries.CityRow, now: datetime) -> ShownCity:
    local = now.astimezone(ZoneInfo(row.time_zone))
    return ShownCity(
        name=row.name,
        region=_region_name(row.region),
        since=_since(row.relation_since),
        offset=offset(local),
        from_busan=_from_busan(local, now),
    )


def _region_name(code: str) -> str:
    return str(page_locale().territories.get(code, code))


def _since(stored: str) -> str:
    """Return the day, month or year a tie began, as the page's language writes it."""
    if not stored:
        return ""
    locale = page_locale()
    year, month, day = (int(part) for part in f"{stored}-01-01".split("-")[:3])
    began = date(year, month, day)
    if stored.count("-") == 2:
        return format_date(began, "d MMMM y" if locale.language == "en" else "long", locale=locale)
    return format_skeleton("yMMMM" if "-" in stored else "y", began, locale=locale)


def _from_busan(local: datetime, now: datetime) -> str:
    here = now.astimezone(ZoneInfo(BUSAN)).utcoffset() or timedelta()
    minutes = round(((local.utcoffset() or timedelta()) - here).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    length = f"{hours}:{rest:02}" if rest else str(hours)
    if not minutes:
        return _("as in Busan")
    if minutes < 0:
        return _("%(length)s h behind Busan", length=length)
    return _("%(length)s h ahead of Busan", length=length)


# --- one's own profile -----------------------------------------------------------------


@bp.route("/profile", methods=["GET", "POST"])
@signed_in
def edit_profile() -> Any:
    """Show and save what people say of themselves."""
    affiliation = queries.affiliation_of(current_user.id)
    is_first_time = affiliation is None
    form = ProfileForm(
        full_name=current_user.full_name,
        name_in_own_script=current_user.name_in_own_script,
        preferred_language=current_user.preferred_language,
        time_zone=listed_zone(current_user.time_zone) or told_zone(),
        city=str(affiliation.city_id or NO_CITY) if affiliation else NO_CITY,
        organisation=affiliation.organisation if affiliation else "",
        position=affiliation.position if affiliation else "",
        birth_year=str(current_user.person.birth_year or ""),
    )
    form.offer(_cities_to_choose())
    if form.validate_on_submit():
        try:
            _take_profile(form)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Your profile is saved."), "ok")
            return redirect(_way_on(is_first_time=is_first_time))
    page = render_template(
        "organisations/edit_profile.html", form=form, is_first_time=is_first_time
    )
    return make_response(page, 422 if form.errors else 200)


def _cities_to_choose() -> list[SelectChoice]:
    """Return the cities by kind of tie, each kind sorted by the names on this page."""
    choices = [
        SelectChoice(
            str(row.id),
            f"{plain_in_language(row.name)} · {_region_name(row.region)}",
            optgroup=str(RELATIONS[row.relation]),
        )
        for row in queries.cities()
    ]
    kinds = [str(title) for title in RELATIONS.values()]
    return sorted(choices, key=lambda choice: (kinds.index(choice.optgroup), choice.label))


def _take_profile(form: ProfileForm) -> None:
    city_id = form.city.data
    city = queries.city_by_id(int(city_id)) if city_id else None
    zone = form.time_zone.data or (city.time_zone if city else "")
    if not zone:
        raise Invalid("time_zone", _("Choose a time zone: we do not know that of your city."))
    now = clock.now()
    with unit_of_work():
        services.save_profile(
            current_user.person,
            services.OwnProfile(
                full_name=form.full_name.data,
                name_in_own_script=form.name_in_own_script.data,
                preferred_language=form.preferred_language.data,
                time_zone=zone,
                city=city,
                organisation=form.organisation.data,
                position=form.position.data,
                birth_year=birth_year_of(form.birth_year.data, now),
            ),
            actor_id=current_user.id,
            now=now,
        )


def _way_on(*, is_first_time: bool) -> str:
    """Return where the reader was going; after the first time, where courses begin."""
    following = local_path(request.args.get("next"))
    goal = "enrolment.list_courses" if is_first_time else "organisations.edit_profile"
    return following or url_for(goal)
