"""Forms of the attendance of a sitting: ticks, excuses, corrections, outages, the sheet."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, TimeField
from wtforms.validators import Length, NumberRange, Optional

from lms.core.access_log import LONGEST_REASON, SHORTEST_REASON
from lms.core.errors import Invalid
from lms.courses.forms import CheckboxesField, choices_of
from lms.seminars.models import AttendanceStatus
from lms.seminars.services.corrections import TO_CHOOSE
from lms.web.forms import Form, LineField, LongTextField, required

CLOCK = ["%H:%M", "%H:%M:%S"]
A_DAY = timedelta(days=1)
MOST_MINUTES = 24 * 60

STATUSES = {
    AttendanceStatus.PRESENT: _l("Present: counts in full"),
    AttendanceStatus.PARTIAL: _l("Present in part: counts the minutes below"),
    AttendanceStatus.ABSENT: _l("Absent: counts nothing"),
    AttendanceStatus.EXCUSED: _l("Excused: the minutes below, the rest up to the cap of excuses"),
}


class TicksForm(Form):
    """Who was there, as it stands after this; `before` are those ticked when the page was made.

    Only what differs is changed: somebody else may tick at the same time.
    """

    ticked = CheckboxesField(_l("Who was there"), default=())
    before = HiddenField()
    first = TimeField(_l("From"), [Optional()], format=CLOCK)
    last = TimeField(_l("To"), [Optional()], format=CLOCK)
    reason = LineField(_l("Why you tick by hand"), limit=300, optional=True)

    _people: frozenset[int] = frozenset()

    def offer(self, people: Collection[int], ticked: Collection[int]) -> None:
        """Offer these people, by the ids of their enrolments."""
        self.ticked.choices = choices_of({str(id_): "" for id_ in sorted(people)})
        self._people = frozenset(people)
        if not self.is_submitted():
            self.ticked.data = [str(id_) for id_ in ticked]
            self.before.data = " ".join(map(str, sorted(ticked)))

    @property
    def now_ticked(self) -> set[int]:
        """Return who is ticked in the form."""
        return {int(id_) for id_ in self.ticked.data or ()}

    @property
    def were_ticked(self) -> set[int]:
        """Return who was ticked when the page was made."""
        said = frozenset((self.before.data or "").split())
        return {id_ for id_ in self._people if str(id_) in said}

    def stay(
        self, starts_at: datetime, ends_at: datetime, zone: str
    ) -> tuple[datetime, datetime] | None:
        """Return the part of a sitting that was entered on a clock; None for all of it."""
        if self.first.data is None and self.last.data is None:
            return None
        begin = _after(starts_at, self.first.data, zone) if self.first.data else starts_at
        end = _after(starts_at, self.last.data, zone) if self.last.data else ends_at
        return begin, end

    def refuse(self, error: Invalid) -> None:
        """Show a service's refusal beside its field."""
        field = "first" if error.field == "joined_at" else error.field
        super().refuse(Invalid(field, error.message))


def _after(start: datetime, on_clock: time, zone: str) -> datetime:
    """Return when a clock first shows a time at a start or after it."""
    local = start.astimezone(ZoneInfo(zone))
    found = datetime.combine(local.date(), on_clock, ZoneInfo(zone))
    return found if found >= start else found + A_DAY


class ExcuseForm(Form):
    """What excuses somebody."""

    reason = LongTextField(_l("What excuses them"), limit=1000)


class CorrectionForm(Form):
    """Another verdict in the place of a final one."""

    status = RadioField(
        _l("It should be"),
        [required(_l("Choose one of these."))],
        choices=choices_of({status: STATUSES[status] for status in TO_CHOOSE}),
    )
    minutes = IntegerField(
        _l("Recognised minutes attended"),
        [
            Optional(),
            NumberRange(0, MOST_MINUTES, message=_l("Give a number of minutes.")),
        ],
    )
    reason = LongTextField(_l("Why"), limit=1000)


class OutageForm(Form):
    """What failed in a city, and for whom."""

    attendance_id = HiddenField()
    reason = LongTextField(_l("What failed, and from when to when"), limit=1000)


class SheetForm(Form):
    """As what the sheet leaves the site, and why."""

    kind = RadioField(
        _l("File"),
        [required(_l("Choose one of these."))],
        choices=choices_of({"xlsx": _l("Workbook (XLSX)"), "pdf": _l("Document to print (PDF)")}),
        default="xlsx",
    )
    reason = LineField(
        _l("Reason for the export"),
        limit=LONGEST_REASON,
        validators=[
            Length(min=SHORTEST_REASON, message=_l("Give a reason of at least 10 characters."))
        ],
    )
