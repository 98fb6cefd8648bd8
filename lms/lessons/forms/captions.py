"""Forms of captions: rows beside the video, and a file or pasted text."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from lms.lessons.rules.caption_rows import LONGEST_TEXT, LONGEST_TIME, Row, Span
from lms.lessons.rules.captions import CaptionRefused, parse_time
from lms.web.forms import Form, LineField, required
from lms.web.saving import RevisedForm

MOST_ROWS = 300
ACT = re.compile(r"(save|shift|add|remove|page)(?:-([0-9]{1,4}))?")


class CueRowsField(Field):
    """Rows of a start, an end and words, in the order they stand on the page."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the rows that were sent."""
        self.process_errors: list[str] = []
        parts = [self._sent(formdata, part) for part in ("start", "end", "text")]
        self.raw_data = parts[2]
        self.data = [
            Row(start[:LONGEST_TIME], end[:LONGEST_TIME], text[:LONGEST_TEXT])
            for start, end, text in zip(*parts, strict=False)
        ]

    @staticmethod
    def _sent(formdata: Any, part: str) -> list[str]:
        return formdata.getlist(part) if formdata else []

    def pre_validate(self, form: Any) -> None:
        """Ask to save before there are more rows than one request may carry."""
        if len(self.data) > MOST_ROWS:
            raise ValidationError(_("These are too many captions for one page. Save it first."))


class CaptionRowsForm(RevisedForm):
    """The rows of one page. `act` is the button that sent them, with the place it speaks of."""

    rows = CueRowsField(_l("Captions"))
    after_ms = IntegerField(widget=HiddenInput(), default=-1, validators=[Optional()])
    until_ms = IntegerField(widget=HiddenInput(), validators=[Optional()])
    shift = LineField(_l("Move all captions by seconds"), optional=True, limit=12)
    act = StringField()

    @property
    def span(self) -> Span:
        """Return the part of the recording the rows stand for."""
        after = self.after_ms.data
        return Span(-1 if after is None else after, self.until_ms.data)

    def stand_for(self, span: Span) -> None:
        """Let the rows sent next stand for this part."""
        self.after_ms.data, self.until_ms.data = span.after_ms, span.until_ms

    @property
    def wish(self) -> tuple[str, int]:
        """Return what the button asks for and its place; saving when it is unknown."""
        found = ACT.fullmatch(self.act.data or "")
        return (found[1], int(found[2] or 0)) if found else ("save", 0)

    @property
    def shift_ms(self) -> int:
        """Return by how much to move all; raises CaptionRefused with TIME_UNREADABLE."""
        text = (self.shift.data or "").replace("\u2212", "-").replace("+", "")
        return -parse_time(text[1:]) if text.startswith("-") else parse_time(text)

    def validate_shift(self, field: Any) -> None:
        """Check the seconds only where they are asked for."""
        if self.wish[0] != "shift":
            return
        try:
            _ms = self.shift_ms
        except CaptionRefused as refusal:
            raise ValidationError(_("Write seconds, such as 1.5 or -0.8.")) from refusal


class CaptionFileForm(Form):
    """Captions as a file, or pasted."""

    language_code = SelectField(_l("Language"), validators=[required()])
    file = FileField(_l("Caption file"))
    pasted = TextAreaField(_l("Or paste the captions"))
    replaces = BooleanField(_l("Replace the captions there are"))
