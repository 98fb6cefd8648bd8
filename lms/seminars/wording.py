"""What is said of a sitting in pages, mails, programmes and tables: its times, kind, place, state.

All in the language of the page, or of whoever a mail is written to.
"""

from collections.abc import Iterator, Mapping

from babel.lists import format_list
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.i18n.formats import plain_in_language
from lms.i18n.languages import page_locale
from lms.i18n.times import offset, short_day
from lms.lessons.models import LessonKind
from lms.seminars.models import RoomKind
from lms.seminars.queries import SittingRow
from lms.seminars.queries.entries import Entry
from lms.seminars.rules.sittings import Phase
from lms.seminars.rules.timetable import LocalTimes, TwoClocks

KINDS: Mapping[str, LazyString] = {
    LessonKind.LIVE: _l("Live session"),
    LessonKind.RECORDED: _l("Recorded session"),
    LessonKind.READING: _l("Reading"),
    LessonKind.PRACTICE: _l("Practice"),
    LessonKind.FIELD: _l("Field visit"),
    LessonKind.DISCUSSION: _l("Group discussion"),
    LessonKind.CEREMONY: _l("Ceremony"),
    LessonKind.BREAK: _l("Break"),
}
PHASES: Mapping[Phase, LazyString] = {
    Phase.PLANNED: _l("Planned, not announced"),
    Phase.SCHEDULED: _l("Scheduled"),
    Phase.OPEN: _l("Open: starts soon"),
    Phase.LIVE: _l("Live now"),
    Phase.ENDED: _l("Ended"),
    Phase.PROVISIONAL: _l("Ended, attendance provisional"),
    Phase.FINAL: _l("Ended, attendance final"),
    Phase.POSTPONED: _l("Postponed"),
    Phase.CANCELLED: _l("Cancelled"),
}


def kind_words(kind: LessonKind) -> str:
    """Return what kind of session it is."""
    return str(KINDS[kind])


def phase_words(phase: Phase) -> str:
    """Return where a session stands."""
    return str(PHASES[phase])


def place_words(sitting: SittingRow) -> str:
    """Return where people meet, without what only those who may enter are told."""
    if sitting.room_kind == RoomKind.VENUE and sitting.venue is not None:
        return plain_in_language(sitting.venue)
    return room_words(sitting.room_kind)


def room_words(kind: RoomKind) -> str:
    """Return where people meet, as far as every room of its kind is the same."""
    if kind == RoomKind.NONE:
        return _("Place not known yet")
    return _("On site") if kind == RoomKind.VENUE else _("Online")


def span_words(times: LocalTimes) -> str:
    """Return the times of day of a span: 14:00–16:00, 23:00–01:00 (+1 day)."""
    said = f"{times.first_time:%H:%M}–{times.last_time:%H:%M}"
    return _("%(times)s (+1 day)", times=said) if times.is_overnight else said


def day_and_span_words(times: LocalTimes) -> str:
    """Return a span with the day it begins: Tue, 24 Nov 14:00–16:00."""
    return f"{short_day(times.first_day)} {span_words(times)}"


def busan_words(times: TwoClocks) -> str:
    """Return a span on Busan's clock, with its day where that is another; "" for Busan's own."""
    if times.busan is None:
        return ""
    said = day_and_span_words if times.names_both_days else span_words
    return said(times.busan)


def offset_words(times: LocalTimes) -> str:
    """Return the offset of the clock from UTC; both, when clocks change meanwhile."""
    before, after = offset(times.starts_at), offset(times.ends_at)
    if before == after:
        return before
    return _("%(before)s, then %(after)s", before=before, after=after)


def both_clocks_words(times: TwoClocks) -> str:
    """Return a span with its day on the reader's clock, and on Busan's in brackets."""
    here, busan = day_and_span_words(times.here), busan_words(times)
    return _("%(here)s (Busan %(busan)s)", here=here, busan=busan) if busan else here


def notes_of(entry: Entry) -> list[str]:
    """Return what else has to be said of a sitting: its slot, moves, reasons, other slots."""
    return list(_notes(entry))


def _notes(entry: Entry) -> Iterator[str]:
    if entry.sitting.slot_name:
        yield _("Slot: %(name)s", name=entry.sitting.slot_name)
    if entry.moved_from is not None:
        yield _("Moved from %(time)s.", time=both_clocks_words(entry.moved_from))
    if entry.phase == Phase.POSTPONED:
        yield _("The new time is to follow.")
    if entry.tells_reason:
        yield _("Reason: %(reason)s", reason=entry.sitting.change_reason)
    if entry.takes_place and entry.repeats:
        times = [day_and_span_words(clocks.here) for _row, clocks in entry.repeats]
        yield _(
            "Also held at another time: %(times)s. Attending one of them counts, once.",
            times=format_list(times, locale=page_locale()),
        )
