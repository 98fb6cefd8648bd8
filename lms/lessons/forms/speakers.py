"""Forms around speakers without an account: whom staff invite, and what a speaker answers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import InputRequired, Optional, ValidationError

from lms.accounts.forms import AddressField, NameField
from lms.core.text import TextInLanguages
from lms.i18n.languages import CONTENT_LANGUAGES, PAGE_LANGUAGES, page_language
from lms.i18n.times import BUSAN, is_zone, zone_choices
from lms.lessons.forms.materials import language_choices
from lms.lessons.models import TimeAnswer
from lms.lessons.rules.speakers import LONGEST_BIO, LONGEST_NOTE
from lms.lessons.services.speakers import Speaker, SpeakerAnswer
from lms.web.forms import Form, LineField, LongTextField, required

FIRST_YEAR, LAST_YEAR = 2000, 2100
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

ANSWERS = {
    TimeAnswer.FITS: _l("This time suits me."),
    TimeAnswer.DOES_NOT_FIT: _l("This time does not suit me."),
}


def _in_reach(_form: Any, field: Any) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Give a day between 2000 and 2100."))


class SpeakerForm(Form):
    """Whom to invite to speak in a session; times as Busan's clock shows them."""

    name = NameField(_l("Name of the speaker"))
    email = AddressField(_l("E-mail address"))
    language = SelectField(
        _l("Language of the invitation"),
        choices=[SelectChoice(each.code, each.name) for each in PAGE_LANGUAGES],
    )
    starts_at = DateTimeLocalField(
        _l("Beginning, Busan time"), [Optional(), _in_reach], format=FORMATS
    )
    ends_at = DateTimeLocalField(_l("End, Busan time"), [Optional(), _in_reach], format=FORMATS)

    @property
    def speaker(self) -> Speaker:
        """Return what was entered."""
        return Speaker(
            name=self.name.data,
            email=self.email.address,
            language=self.language.data,
            starts_at=_in_busan(self.starts_at.data),
            ends_at=_in_busan(self.ends_at.data),
        )


def _in_busan(entered: datetime | None) -> datetime | None:
    return entered.replace(tzinfo=ZoneInfo(BUSAN)) if entered is not None else None


class TimeForm(Form):
    """Whether the time suits the speaker, and on which clock they read it."""

    time_zone = SelectField(_l("Your time zone"))
    answer = RadioField(
        _l("Does the time suit you?"),
        [InputRequired(_l("Say whether the time suits you."))],
        choices=[SelectChoice(*each) for each in ANSWERS.items()],
    )
    note = LongTextField(
        _l("What we should know about the time"), limit=LONGEST_NOTE, optional=True
    )

    def fit(self, *, asks_time: bool, time_zone: str) -> None:
        """Offer the zones, by country in the page's language, and ask of a time that is known."""
        offered = [
            SelectChoice(each.name, f"{each.place} ({each.offset})") for each in zone_choices()
        ]
        self.time_zone.choices = [SelectChoice("", _("Choose your time zone")), *offered]
        if not self.time_zone.raw_data:
            self.time_zone.data = time_zone
        if not asks_time:
            del self.answer

    def validate_time_zone(self, field: Any) -> None:
        """Refuse what is no zone; the empty line is none."""
        if not is_zone(field.data):
            raise ValidationError(_("Choose your time zone."))

    @property
    def chosen(self) -> TimeAnswer | None:
        """Return the answer, where one was asked for."""
        return TimeAnswer(self.answer.data) if self.answer is not None else None


class AboutSpeakerForm(Form):
    """What a speaker says of themselves and consents to."""

    position = LineField(_l("Position and organisation"), limit=200, optional=True)
    bio_language = SelectField(_l("Language of the text"))
    bio = LongTextField(_l("A few sentences about you"), limit=LONGEST_BIO, optional=True)
    recording = BooleanField(
        _l("My session may be recorded, and the recording shown to the trainees of this course.")
    )
    reuse = BooleanField(
        _l("My slides, hand-outs and the recording may be used again in the courses of next year.")
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.bio_language.choices = language_choices()
        if not self.bio_language.data:
            self.bio_language.data = page_language()

    @property
    def entered(self) -> SpeakerAnswer:
        """Return what was entered; the text about the speaker in the one language they chose."""
        language, text = self.bio_language.data, self.bio.data
        return SpeakerAnswer(
            position=self.position.data,
            bio=TextInLanguages(language, {language: text}) if text else None,
            recording=self.recording.data,
            reuse=self.reuse.data,
        )


class SpeakerFilesForm(Form):
    """Slides and hand-outs sent whole, by a form that needs no script."""

    file = MultipleFileField(
        _l("Slides and hand-outs"), validators=[required(_l("Choose a file."))]
    )
    language = HiddenField()

    @property
    def chosen_language(self) -> str:
        """Return the language of the files: that of the page unless it is said."""
        return self.language.data if self.language.data in CONTENT_LANGUAGES else page_language()
