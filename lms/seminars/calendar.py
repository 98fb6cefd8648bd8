"""Timetables and sittings as iCalendar files (RFC 5545), for the calendars people keep elsewhere.

Every sitting is an event of its own, a weekly one too: clocks elsewhere change between two of
them, and each may be moved or cancelled by itself. An event keeps its `uid`; by its sequence a
calendar knows the newest word on it. Nothing here tells the address of a room.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, g, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Component, Event, Timezone, vDuration

from lms.core.text import TextInLanguages
from lms.i18n.formats import plain_in_language, set_content_preferences
from lms.i18n.languages import BY_CODE, DEFAULT, content_preferences
from lms.i18n.times import BUSAN, is_zone
from lms.seminars.queries import SittingRow
from lms.seminars.queries.entries import phase_of, span_of
from lms.seminars.queries.feeds import DayRow
from lms.seminars.rules.sittings import Phase
from lms.seminars.rules.timetable import LocalTimes, on_clock
from lms.seminars.wording import day_and_span_words, offset_words, place_words
from lms.web.addresses import absolute_url

MIMETYPE = "text/calendar"
MAKER = "-//Busan Global City Foundation//Ieum//EN"

# How often calendars are asked to look again. Some keep to it, others look once a day.
LOOK_AGAIN = timedelta(hours=1)

# Korea has had one offset since 1988, long before any sitting.
_ZONE_SINCE = date(2000, 1, 1)

_STATUS = {Phase.CANCELLED: "CANCELLED", Phase.POSTPONED: "TENTATIVE"}


@dataclass(frozen=True)
class Addressee:
    """Whose calendar it is: their page language, their zone, the languages of their city."""

    language: str
    zone: str
    city_languages: Sequence[str] = ()


def calendar_file(
    name: TextInLanguages | None,
    sittings: Iterable[SittingRow],
    days: Iterable[DayRow],
    *,
    to: Addressee,
    now: datetime,
) -> str:
    """Return a timetable as a file, in the language and on the clock of whom it is for.

    It is named after the course, or as the addressee's own. What was only planned must not be
    among the sittings: people would come.
    """
    with _speaking_to(to):
        file = _begin()
        file.calendar_name = _name_words(name)
        file.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", vDuration(LOOK_AGAIN).to_ical().decode())
        for sitting in sittings:
            file.add_component(_event(sitting, to, now))
        for item in days:
            file.add_component(_days(item, to))
        return _text_of(file)


def event_file(sitting: SittingRow, *, to: Addressee, now: datetime) -> str:
    """Return one sitting as a file, for a mail or to be saved; works outside of requests too.

    It is published and asks for no answer. Opened again after a change it replaces what the
    calendar had of the sitting, and strikes it once it is cancelled.
    """
    with _speaking_to(to):
        file = _begin()
        file.add_component(_event(sitting, to, now))
        return _text_of(file)


def clock_lines(starts_at: datetime, ends_at: datetime, zone: str) -> list[str]:
    """Return a span on the reader's clock, Busan's and that of UTC, in the page's language."""
    busan = _("Busan: %(time)s", time=_span_words(on_clock(starts_at, ends_at, BUSAN)))
    utc = _("UTC: %(time)s", time=day_and_span_words(on_clock(starts_at, ends_at, "UTC")))
    if not is_zone(zone) or zone == BUSAN:
        return [busan, utc]
    own = _span_words(on_clock(starts_at, ends_at, zone))
    return [_("Your time: %(time)s", time=own), busan, utc]


def _span_words(times: LocalTimes) -> str:
    return _("%(time)s (%(offset)s)", time=day_and_span_words(times), offset=offset_words(times))


# --- the file --------------------------------------------------------------------------


@contextmanager
def _speaking_to(to: Addressee) -> Iterator[None]:
    """Use the addressee's language inside, whatever page or job this is; links lead to BASE_URL."""
    language = to.language if to.language in BY_CODE else DEFAULT
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with (
        app.app_context(),  # a `g` of its own: the page around keeps its language
        app.test_request_context(base_url=app.config["BASE_URL"]),
        force_locale(BY_CODE[language].locale),
    ):
        g.page_language = language
        yield


def _begin() -> Calendar:
    file = Calendar()
    file.add("version", "2.0")
    file.add("prodid", MAKER)
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add_component(_busan())
    return file


@cache
def _busan() -> Timezone:
    """Return Busan's clock as the time zone data has it, for calendars that have none."""
    zone = Timezone.from_tzinfo(ZoneInfo(BUSAN), BUSAN, _ZONE_SINCE)
    del zone["COMMENT"]  # of where the library stopped looking for changes
    return zone


def _text_of(file: Component) -> str:
    return file.to_ical().decode()


def _name_words(course: TextInLanguages | None) -> str:
    if course is None:
        return _("Ieum: my sessions")
    return _("Ieum: %(course)s", course=plain_in_language(course))


# --- an event --------------------------------------------------------------------------


def _event(sitting: SittingRow, to: Addressee, now: datetime) -> Event:
    _prefer_languages(to, sitting.working_language)
    page = absolute_url(url_for("seminars.show_sitting", sitting_id=sitting.id))
    starts_at, ends_at = span_of(sitting)
    phase = phase_of(sitting, now)
    event = _changed(sitting.uid, sitting.sequence, sitting.changed_at)
    event.add("dtstart", starts_at.astimezone(ZoneInfo(BUSAN)))
    event.add("dtend", ends_at.astimezone(ZoneInfo(BUSAN)))
    event.add("summary", _title_words(sitting, phase))
    event.add("description", "\n".join([*clock_lines(starts_at, ends_at, to.zone), page]))
    event.add("location", _("%(place)s, %(address)s", place=place_words(sitting), address=page))
    event.add("url", page)
    event.add("categories", [sitting.course_code])
    event.add("status", _STATUS.get(phase, "CONFIRMED"))
    event.add("transp", "TRANSPARENT" if phase in _STATUS else "OPAQUE")
    return event


def _title_words(sitting: SittingRow, phase: Phase) -> str:
    title = plain_in_language(sitting.title)
    if sitting.slot_name:
        title = _("%(title)s (%(slot)s)", title=title, slot=sitting.slot_name)
    # Not every calendar shows the status of an event.
    if phase == Phase.CANCELLED:
        return _("Cancelled: %(title)s", title=title)
    if phase == Phase.POSTPONED:
        return _("Postponed: %(title)s", title=title)
    return title


def _days(item: DayRow, to: Addressee) -> Event:
    """Return whole days. They have no zone: the same days everywhere."""
    _prefer_languages(to, item.working_language)
    title = plain_in_language(item.title)
    event = _changed(item.uid, item.sequence, item.updated_at)
    event.add("dtstart", item.first_on)
    event.add("dtend", item.last_on + timedelta(days=1))  # the first day after it
    event.add("summary", _("Cancelled: %(title)s", title=title) if item.is_off else title)
    event.add("categories", [item.course_code])
    event.add("status", "CANCELLED" if item.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _changed(uid: str, sequence: int, changed_at: datetime) -> Event:
    """Return an event that says which word on it this is.

    It is stamped with its last change, not with the present: what has not changed is the same
    file, and need not be sent again.
    """
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(current_app.config['BASE_URL']).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    return event


def _prefer_languages(to: Addressee, working: str) -> None:
    set_content_preferences(content_preferences(city=to.city_languages, working=working))
