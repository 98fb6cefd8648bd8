"""Two clocks on every time: the reader's zone first, Busan's second (DOMAIN 3.3, UX 4)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale
from babel.dates import format_date, format_skeleton, get_timezone_location
from flask import g, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from lms.core import clock
from lms.i18n.languages import page_locale

BUSAN = "Asia/Seoul"

# What the tz database calls a clock nobody has set yet.
UNSET = "Factory"

# Written by hand where CLDR's order differs from what offices there write (DOMAIN 3.4).
DAY_PATTERNS = {"ko": "y년 M월 d일(EEE)", "en": "EEE, d MMMM y", "zh": "y年M月d日(EEE)"}
SHORT_DAY_PATTERNS = {"ko": "M월 d일(EEE)", "en": "EEE, d MMM", "zh": "M月d日(EEE)"}


@dataclass(frozen=True)
class Zone:
    """The reader's time zone; a guess until they have chosen or the browser has told."""

    name: str
    is_guess: bool

    @property
    def label(self) -> str:
        """Return the zone with its present offset, as in "Asia/Seoul (UTC+9)"."""
        return (
            f"{self.name.replace('_', ' ')} ({offset(clock.now().astimezone(ZoneInfo(self.name)))})"
        )


@lru_cache(1024)  # of whatever cookies say, not all can be remembered
def is_zone(name: str) -> bool:
    """Tell whether the name is a zone of the tz database, of some place or at least an offset."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return name in available_timezones() and name != UNSET


def reader_zone() -> Zone:
    """Return the zone of this reader: account, chosen cookie, browser's guess, Busan."""
    if "zone" not in g:
        g.zone = _find_zone()
    zone: Zone = g.zone
    return zone


def use_zone(name: str) -> None:
    """Show the times of this page on the clock of a zone its reader has named."""
    g.zone = Zone(name, is_guess=False)


def _find_zone() -> Zone:
    if is_zone(current_user.time_zone):
        return Zone(current_user.time_zone, is_guess=False)
    chosen = request.cookies.get("zone", "")
    if is_zone(chosen):
        return Zone(listed_zone(chosen) or chosen, is_guess=False)
    guess = request.cookies.get("zone_guess", "")
    return Zone((listed_zone(guess) or guess) if is_zone(guess) else BUSAN, is_guess=True)


def offset(moment: datetime) -> str:
    """Return the offset of an aware moment as people write it: UTC+9, UTC+5:45, UTC−3."""
    delta = moment.utcoffset() or timedelta()
    sign = "−" if delta < timedelta() else "+"
    minutes = abs(int(delta.total_seconds())) // 60
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


def _language() -> str:
    return page_locale().language


def day(value: date) -> str:
    """Return a day with year and weekday in the page's language."""
    return _written(value.toordinal(), DAY_PATTERNS[_language()], page_locale())


def short_day(value: date) -> str:
    """Return a day with its weekday, without its year, in the page's language."""
    return _written(value.toordinal(), SHORT_DAY_PATTERNS[_language()], page_locale())


@lru_cache(4096)  # timetables, calendars and mails name the same few weeks over and over
def _written(ordinal: int, pattern: str, locale: Locale) -> str:
    # By its number: moments are equal wherever they are read, and on another day there.
    return format_date(date.fromordinal(ordinal), pattern, locale=locale)


def month(value: date) -> str:
    """Return the month of a day, with its year, in the page's language."""
    return format_skeleton("yMMMM", value, locale=page_locale())


def weekdays() -> list[str]:
    """Return the short names of the days of a week in the page's language, Monday first."""
    names = page_locale().days["stand-alone"]["abbreviated"]
    return [names[number] for number in range(7)]


def _clock(value: datetime) -> str:
    return f"{value:%H:%M}"


def time_of_day(moment: datetime) -> str:
    """Return a moment of today on the reader's clock: 14:02."""
    return _clock(moment.astimezone(ZoneInfo(reader_zone().name)))


def two_clocks(start: datetime, end: datetime | None = None) -> Markup:
    """Return a moment or a span on the reader's clock and, after it, on Busan's.

    Each side names its weekday when it differs, and the reader's side its offset from UTC.
    """
    return _two_clocks(start, end, reader_zone().name, (page_locale(), get_locale()))


@lru_cache(4096)  # whoever else reads in this zone and language reads the same
def _two_clocks(start: datetime, end: datetime | None, zone: str, _languages: Any) -> Markup:
    here = _span(start, end, zone, with_year=True)
    local = start.astimezone(ZoneInfo(zone))
    text = Markup("{} ({})").format(here, offset(local))
    if zone != BUSAN:
        there = start.astimezone(ZoneInfo(BUSAN))
        busan = _span(start, end, BUSAN, with_day=there.date() != local.date())
        text += Markup(" · {} {}").format(_("Busan"), busan)
    return Markup('<time datetime="{}">{}</time>').format(
        start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), text
    )


def _span(
    start: datetime,
    end: datetime | None,
    zone: str,
    *,
    with_year: bool = False,
    with_day: bool = True,
) -> str:
    first = start.astimezone(ZoneInfo(zone))
    text = _clock(first)
    if with_day:
        text = f"{day(first) if with_year else short_day(first)} {text}"
    if end is None:
        return text
    last = end.astimezone(ZoneInfo(zone))
    if last.date() == first.date():
        return f"{text}–{_clock(last)}"
    return f"{text} – {short_day(last)} {_clock(last)}"


@dataclass(frozen=True)
class ZoneChoice:
    """A zone as it stands in a list: its name, where it is, its present offset, its continent."""

    name: str
    place: str
    offset: str
    continent: str


def zone_choices() -> list[ZoneChoice]:
    """Return the zones people live in, by country and city in the page's language."""
    locale = page_locale()
    now = clock.now()
    return list(_zone_choices(str(locale), now.replace(minute=0, second=0, microsecond=0)))


@lru_cache(maxsize=8)
def _zone_choices(language: str, hour: datetime) -> tuple[ZoneChoice, ...]:
    locale = Locale.parse(language)
    choices = [
        ZoneChoice(
            name=name,
            place=_place(name, country, locale),
            offset=offset(hour.astimezone(ZoneInfo(name))),
            continent=_CONTINENTS.get(name.partition("/")[0], "elsewhere"),
        )
        for name, country in _zones_of_countries().items()
    ]
    return tuple(sorted(choices, key=lambda choice: choice.place))


_CONTINENTS = {
    "Asia": "asia",
    "Europe": "europe",
    "Africa": "africa",
    "America": "america",
    "Australia": "oceania",
    "Pacific": "oceania",
}


def _place(zone: str, country: str, locale: Locale) -> str:
    land = str(locale.territories.get(country, country))
    city = get_timezone_location(zone, locale=locale, return_city=True)
    return land if city == land else f"{land} · {city}"


def city_of(zone: str) -> str:
    """Return the city a zone is named after, in the page's language."""
    return get_timezone_location(zone, locale=page_locale(), return_city=True)


@cache
def _zones_of_countries() -> dict[str, str]:
    """Return zone → country of the tz database's own list for choosing, without old names."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {zone: country for country, _coordinates, zone, *_note in rows}


@cache
def _present_names() -> dict[str, str]:
    lines = (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text("utf-8").splitlines()
    links = (line.split() for line in lines if line.startswith("L "))
    return {old: new for _mark, new, old in links if new in _zones_of_countries()}


def listed_zone(name: str) -> str:
    """Return the name a zone has in the list for choosing; "" when it has none there.

    Browsers still say Asia/Saigon and Asia/Calcutta.
    """
    if name in _zones_of_countries():
        return name
    return _present_names().get(name, "")


def told_zone() -> str:
    """Return the listed zone this reader chose or their browser told; "" while it is our guess."""
    zone = reader_zone()
    told = not zone.is_guess or is_zone(request.cookies.get("zone_guess", ""))
    return listed_zone(zone.name) if told else ""
