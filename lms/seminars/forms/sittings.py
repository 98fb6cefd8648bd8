"""Forms that plan sittings: one, or one a week for several lessons. Times are Busan's clock."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from lms.core.errors import Invalid
from lms.courses.forms import CheckboxesField, choices_of
from lms.i18n.languages import BY_CODE
from lms.i18n.times import BUSAN
from lms.lessons.forms.outline import KINDS
from lms.lessons.models import LessonKind
from lms.lessons.rules.outline import STUDIED_ALONE
from lms.seminars.models import RecordingPolicy, RoomKind, Sitting, SittingState
from lms.seminars.rooms import bigbluebutton, jitsi
from lms.seminars.rooms.link import FAULT_WORDS, LONGEST_ADDRESS, fault_of
from lms.web.forms import LineField, LongTextField, required
from lms.web.language_fields import TextInLanguagesField
from lms.web.saving import RevisedForm

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_GUESTS = 10_000
MOST_BREAKS = 12
USUAL_LENGTH = timedelta(hours=2)
A_DAY = timedelta(days=1)
# An end before the beginning is after midnight only when that is soon; else it is a slip.
LONGEST_PAST_MIDNIGHT = timedelta(hours=6)
CLOCK = ["%H:%M", "%H:%M:%S"]

# What services call by its column.
FIELDS = {"starts_at": "begins", "ends_at": "ends"}

HELD_KINDS = {kind: words for kind, words in KINDS.items() if kind not in STUDIED_ALONE}
ROOMS = {
    RoomKind.NONE: _l("Not known yet"),
    RoomKind.VENUE: _l("On site"),
    RoomKind.LINK: _l("By a link: Zoom, Teams or another service"),
    RoomKind.BIGBLUEBUTTON: _l("In a BigBlueButton room, opened by this site"),
    RoomKind.JITSI: _l("In a Jitsi room, opened by this site"),
}
RECORDINGS = {
    RecordingPolicy.NONE: _l("Not recorded"),
    RecordingPolicy.INTERNAL: _l("Recorded for those who teach"),
    RecordingPolicy.TRAINEES: _l("Recorded for the trainees of this run"),
    RecordingPolicy.PUBLIC: _l("Recorded for everybody"),
}
# Fields that are columns of the same name.
COLUMNS = frozenset(
    {
        "breaks", "slot_name", "room_kind", "room_address", "room_passcode", "dial_in", "venue",
        "title", "kind", "preparation", "meeting_point", "insurance", "asks_photo_consent",
        "is_public", "guest_capacity", "recording_policy", "allows_make_up",
    }
)  # fmt: skip
ONLINE = frozenset({RoomKind.LINK, RoomKind.BIGBLUEBUTTON, RoomKind.JITSI})


def rooms_on_offer(settings: Mapping[str, Any]) -> set[RoomKind]:
    """Return the kinds of room there are: those of a server only where the operator has one."""
    rooms = {RoomKind.NONE, RoomKind.VENUE, RoomKind.LINK}
    if bigbluebutton.from_settings(settings) is not None:
        rooms.add(RoomKind.BIGBLUEBUTTON)
    if jitsi.from_settings(settings) is not None:
        rooms.add(RoomKind.JITSI)
    return rooms


class BreaksField(Field):
    """Breaks in minutes from the beginning, as in "50-60, 110-120"; empty is none."""

    widget = TextInput()
    is_optional = True

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(f"{start}-{end}" for start, end in self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take pairs of minutes. Raises ValueError for anything else."""
        if not valuelist:
            return
        pieces = [piece.strip() for piece in re.split(r"[,;、，\n]", str(valuelist[0]))]
        found = [
            re.fullmatch(r"(\d{1,3})\s*[-–—~]\s*(\d{1,3})", piece) for piece in pieces if piece
        ]
        if None in found or len(found) > MOST_BREAKS:
            raise ValueError(_("Write breaks as minutes from the beginning: 50-60, 110-120."))
        self.data = [[int(pair[1]), int(pair[2])] for pair in found if pair]


def _is_in_reach(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def in_reach(_form: Any, field: Any) -> None:
    """Refuse days of other centuries."""
    if field.data is not None and not _is_in_reach(field.data):
        raise ValidationError(_("Give a day between 2000 and 2100."))


class TimesForm(RevisedForm):
    """When and where sittings are held."""

    day = DateField(_l("Day"), [required(), in_reach])
    begins = TimeField(_l("Beginning"), [required()], format=CLOCK)
    ends = TimeField(_l("End"), [required()], format=CLOCK)
    breaks = BreaksField(_l("Breaks"))
    slot_name = LineField(_l("Name of the time slot"), limit=80, optional=True)
    room_kind = RadioField(_l("Where it is held"), default=RoomKind.NONE)
    room_address = LineField(_l("Invitation link"), limit=LONGEST_ADDRESS, optional=True)
    room_passcode = LineField(_l("Passcode"), limit=100, optional=True)
    dial_in = LineField(_l("Telephone number to listen in"), limit=300, optional=True)
    venue = TextInLanguagesField(_l("Place"), limit=300, optional=True)

    def offer(self, rooms: Collection[str]) -> None:
        """Offer these kinds of room, and the one it is in already; texts in our languages."""
        offered = {*rooms, self.room_kind.object_data}
        self.room_kind.choices = choices_of(
            {kind: words for kind, words in ROOMS.items() if kind in offered}
        )
        for field in self:
            if isinstance(field, TextInLanguagesField):
                field.show_in(list(BY_CODE))

    def refuse(self, error: Invalid) -> None:
        """Show a service's refusal beside its field."""
        super().refuse(Invalid(FIELDS.get(error.field, error.field), error.message))

    def validate_ends(self, field: Any) -> None:
        """Refuse an end before the beginning, unless it is soon after midnight."""
        times = self.times
        if times is None:
            return
        is_past_midnight = field.data <= self.begins.data
        if is_past_midnight and times[1] - times[0] > LONGEST_PAST_MIDNIGHT:
            raise ValidationError(_("The end comes before the beginning."))

    def validate_room_address(self, field: Any) -> None:
        """Ask for a link that people can follow, where it is held behind one."""
        if self.room_kind.data != RoomKind.LINK:
            return
        if not field.data:
            raise ValidationError(_("Fill in this field."))
        fault = fault_of(field.data)
        if fault is not None:
            raise ValidationError(str(FAULT_WORDS[fault]))

    def validate_venue(self, field: Any) -> None:
        """Ask for the place of what is held on site."""
        if self.room_kind.data == RoomKind.VENUE and not field.data:
            raise ValidationError(_("Fill in this field in one language at least."))

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Return beginning and end, None while one of them is not readable."""
        day, begins, ends = self.day.data, self.begins.data, self.ends.data
        if day is None or begins is None or ends is None or not _is_in_reach(day):
            return None
        first, last = _in_busan(day, begins), _in_busan(day, ends)
        return first, last if last > first else last + A_DAY

    @property
    def times_and_room(self) -> dict[str, Any]:
        """Return when and where, by column; what does not belong to the kind of room is empty."""
        assert self.times is not None
        kind = RoomKind(self.room_kind.data)
        is_link, is_online = kind == RoomKind.LINK, kind in ONLINE
        return {
            "starts_at": self.times[0],
            "ends_at": self.times[1],
            "breaks": self.breaks.data or [],
            "slot_name": self.slot_name.data,
            "room_kind": kind,
            "room_address": self.room_address.data if is_link else "",
            "room_passcode": self.room_passcode.data if is_link else "",
            "dial_in": self.dial_in.data if is_online else "",
            "venue": self.venue.data if kind == RoomKind.VENUE else None,
        }


def _in_busan(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(BUSAN))


class SittingForm(TimesForm):
    """One sitting. With a lesson of the course it takes that one's kind, and its title too."""

    lesson_id = SelectField(_l("Session of the course"))
    title = TextInLanguagesField(_l("Title"), optional=True)
    kind = SelectField(_l("Kind"), choices=choices_of(HELD_KINDS), default=LessonKind.LIVE)
    preparation = TextInLanguagesField(
        _l("What to prepare"), limit=2000, is_long=True, optional=True
    )
    meeting_point = LineField(_l("Meeting point"), limit=300, optional=True)
    insurance = LineField(_l("Insurance"), limit=300, optional=True)
    asks_photo_consent = BooleanField(_l("Ask for consent to photographs on site"))
    is_public = BooleanField(_l("A public seminar: anybody may register as a guest"))
    guest_capacity = IntegerField(
        _l("Most guests"),
        [
            Optional(),
            NumberRange(1, MOST_GUESTS, message=_l("Give a number from 1 to 10,000.")),
        ],
    )
    recording_policy = SelectField(_l("Recording"), choices=choices_of(RECORDINGS))
    allows_make_up = BooleanField(
        _l("Who missed it may make up for it with the recording"), default=True
    )
    reason = LongTextField(_l("Why the time changes"), limit=1000, optional=True)

    def choose_from(self, lessons: Sequence[tuple[int, str]]) -> None:
        """Offer the lessons of the run, and none of them: an extra."""
        extra = ("", _("None: an extra session that does not count"))
        self.lesson_id.choices = [*((str(id_), words) for id_, words in lessons), extra]

    def change(self, sitting: Sitting, *, is_announced: bool) -> None:
        """Keep to what of a planned sitting can change: never its lesson, and so its kind."""
        del self.lesson_id
        if sitting.lesson_id is not None:
            del self.kind
        if not is_announced:
            del self.reason

    @staticmethod
    def clock_of(sitting: Sitting) -> dict[str, Any]:
        """Return when a sitting is held, as the fields show it."""
        busan = ZoneInfo(BUSAN)
        first, last = sitting.starts_at.astimezone(busan), sitting.ends_at.astimezone(busan)
        return {"day": first.date(), "begins": first.time(), "ends": last.time()}

    def stored(self, sitting: Sitting) -> dict[str, Any]:
        """Return what is stored now of what the form shows, by field."""
        same = {field.name: getattr(sitting, field.name) for field in self if field.name in COLUMNS}
        return self.clock_of(sitting) | same

    @property
    def lesson(self) -> int | None:
        """Return the id of the lesson that was chosen, None for an extra."""
        return int(self.lesson_id.data) if self.lesson_id.data else None

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column."""
        times_and_room = self.times_and_room
        is_on_site = times_and_room["room_kind"] == RoomKind.VENUE
        own_kind = {"kind": LessonKind(self.kind.data)} if self.kind is not None else {}
        return {
            **times_and_room,
            **own_kind,
            "title": self.title.data,
            "preparation": self.preparation.data,
            "meeting_point": self.meeting_point.data if is_on_site else "",
            "insurance": self.insurance.data if is_on_site else "",
            "asks_photo_consent": self.asks_photo_consent.data and is_on_site,
            "is_public": self.is_public.data,
            "guest_capacity": self.guest_capacity.data if self.is_public.data else None,
            "recording_policy": RecordingPolicy(self.recording_policy.data),
            "allows_make_up": self.allows_make_up.data,
        }


class SeriesForm(TimesForm):
    """A sitting a week for several lessons. `previewed` is the plan whose dates were shown."""

    lessons = CheckboxesField(
        _l("Sessions of the course, one a week"), [required(_l("Choose one session at least."))]
    )
    previewed = HiddenField()

    @property
    def chosen(self) -> list[int]:
        """Return the ids of the lessons that were chosen."""
        return [int(id_) for id_ in self.lessons.data or ()]

    @property
    def plan(self) -> str:
        """Return in one line when what is held: the dates of another plan were not seen yet."""
        assert self.times is not None
        first, last = self.times
        return f"{first.isoformat()} {last.isoformat()} {','.join(map(str, self.chosen))}"

    @property
    def is_previewed(self) -> bool:
        """Tell whether the dates shown before were those of this plan."""
        return bool(self.previewed.data) and self.previewed.data == self.plan


class StepForm(RevisedForm):
    """The next state of a sitting, with the reason people are told."""

    step = StringField()
    reason = LongTextField(_l("Reason"), limit=1000, optional=True)

    @property
    def next_state(self) -> SittingState | None:
        """Return the state asked for, None when there is no such state."""
        asked = self.step.data
        return SittingState(asked) if asked in list(SittingState) else None
