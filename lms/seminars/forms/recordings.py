"""What is sent about a recording: the file, when it begins, captions, its last day, questions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, TimeField
from wtforms.validators import Optional

from lms.core.errors import Invalid
from lms.i18n.times import BUSAN
from lms.lessons.forms.materials import language_choices
from lms.lessons.forms.outline import ChoicesForm
from lms.lessons.rules.caption_files import MOST_BYTES
from lms.seminars.forms.sittings import in_reach
from lms.seminars.rules.recordings import begin_of_recording
from lms.web.forms import Form, required

CLOCK_WITH_SECONDS = ["%H:%M:%S", "%H:%M"]


class RecordingFileForm(Form):
    """A recording sent whole, by a form that needs no script."""

    file = FileField(_l("Recording"), [FileRequired(_l("Choose a file."))])


class BeginForm(Form):
    """When the first second of a recording was spoken, on Busan's clock."""

    begins = TimeField(
        _l("The recording begins at (Busan)"), [required()], format=CLOCK_WITH_SECONDS
    )

    def show(self, begins_at: datetime | None) -> None:
        """Show the moment that is known."""
        if begins_at is not None and self.begins.raw_data is None:
            self.begins.data = begins_at.astimezone(ZoneInfo(BUSAN)).time()

    def moment(self, starts_at: datetime) -> datetime:
        """Return the moment that was entered, nearest to the start of the sitting."""
        assert self.begins.data is not None
        return begin_of_recording(starts_at, self.begins.data, BUSAN)


class RecordingCaptionsForm(Form):
    """A caption file of a recording in one language."""

    language_code = SelectField(_l("Language"), validators=[required()])
    captions = FileField(_l("Caption file"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language_code.choices = language_choices()

    def suggest(self, languages: Iterable[str]) -> None:
        """Choose the first of these languages, as long as nothing was sent."""
        if not self.language_code.raw_data:
            self.language_code.data = next(iter(languages), None)

    def read(self) -> bytes:
        """Return what was sent. Raises Invalid when that is nothing."""
        file = self.captions.data
        sent: bytes = file.read(MOST_BYTES + 1) if file else b""
        if not sent:
            raise Invalid("captions", _("Choose a file."))
        return sent


class PublishForm(Form):
    """Until when a recording may be watched."""

    until = DateField(_l("Last day it can be watched"), [Optional(), in_reach])


class SittingQuestionForm(ChoicesForm):
    """A question asked of those who make up what they missed."""
