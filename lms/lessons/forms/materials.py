"""Forms of materials: what is said of one, a link, a step of one or of several, consents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Optional, ValidationError

from lms.i18n.formats import language_name
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.i18n.times import BUSAN
from lms.lessons.models import Licence, MaterialKind, MaterialState
from lms.lessons.rules.materials import LONGEST_ADDRESS, is_web_address
from lms.web.forms import Form, LineField, LongTextField
from lms.web.language_fields import TextInLanguagesField
from lms.web.saving import RevisedForm

KINDS = {
    MaterialKind.SLIDES: _l("Slides"),
    MaterialKind.HANDOUT: _l("Handout"),
    MaterialKind.VIDEO: _l("Video"),
    MaterialKind.IMAGE: _l("Image"),
    MaterialKind.GLOSSARY: _l("Glossary"),
    MaterialKind.LINK: _l("Link"),
}
LICENCES = {
    Licence.ALL_RIGHTS_RESERVED: _l("All rights reserved: for the trainees of this course only"),
    Licence.CC_BY: _l("CC BY 4.0: may be used and changed, the author is named"),
    Licence.CC_BY_SA: _l(
        "CC BY-SA 4.0: may be used and changed, the author is named, under the same licence"
    ),
    Licence.CC_BY_NC: _l(
        "CC BY-NC 4.0: may be used and changed naming the author, but not to earn money"
    ),
    Licence.CC_BY_NC_ND: _l(
        "CC BY-NC-ND 4.0: may be passed on unchanged naming the author, but not to earn money"
    ),
    Licence.KOGL_1: _l("KOGL type 1: Korean public work, free to use, the source is named"),
    Licence.KOGL_4: _l(
        "KOGL type 4: Korean public work, unchanged and not to earn money, the source is named"
    ),
    Licence.PUBLIC_DOMAIN: _l("Public domain: nobody holds rights any more"),
}
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_AT_ONCE = 40


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in words.items()]


def language_choices(*more: str) -> list[SelectChoice]:
    """Return the languages a material can be in, by name, with those it is in already."""
    names = {tag: language_name(tag) for tag in [*CONTENT_LANGUAGES, *more]}
    return [SelectChoice(tag, name) for tag, name in sorted(names.items(), key=itemgetter(1))]


def _web_address(_form: Any, field: Any) -> None:
    if not is_web_address(field.data):
        raise ValidationError(_("Give an address that begins with http:// or https://."))


def _in_reach(_form: Any, field: Any) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Give a day between 2000 and 2100."))


class LinkForm(Form):
    """A link that is about to be added."""

    title = TextInLanguagesField(_l("Title"))
    address = LineField(_l("Address"), limit=LONGEST_ADDRESS, validators=[_web_address])
    language = SelectField(_l("Language"))


class MaterialForm(RevisedForm):
    """What is said of a material. Of its fields those stay that its kind has."""

    title = TextInLanguagesField(_l("Title"))
    language = SelectField(_l("Language"))
    kind = SelectField(_l("Kind"))
    address = LineField(_l("Address"), limit=LONGEST_ADDRESS, validators=[_web_address])
    alternative_text = LineField(_l("What the image shows"), limit=500, optional=True)
    rights_holder = LineField(_l("Rights holder"), limit=200, optional=True)
    licence = SelectField(_l("Licence"), choices=_choices(LICENCES))
    may_download = BooleanField(_l("Trainees may save a copy"))
    valid_until = DateField(_l("May be used until"), [Optional(), _in_reach])

    def fit(self, kind: MaterialKind, language: str, languages: Sequence[str]) -> None:
        """Offer what a material of this kind has, its title in these languages."""
        self.title.show_in(languages)
        self.language.choices = language_choices(language)
        self.kind.choices = [each for each in _choices(KINDS) if each.value != MaterialKind.LINK]
        is_link = kind == MaterialKind.LINK
        without = ("kind", "alternative_text", "may_download") if is_link else ("address",)
        for name in without:
            del self[name]

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column."""
        return {
            field.name: field.data for field in self if field.name not in {"revision", "csrf_token"}
        }


class StepForm(Form):
    """The next state of a material, why, and for a release from when."""

    state = HiddenField()
    reason = LongTextField(_l("Reason"), limit=1000, optional=True)
    release_at = DateTimeLocalField(
        _l("Release at"), [Optional(), _in_reach], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )

    @property
    def next_state(self) -> MaterialState | None:
        """Return the state that was chosen, if it is one."""
        return MaterialState(self.state.data) if self.state.data in list(MaterialState) else None

    @property
    def release_moment(self) -> datetime | None:
        """Return the moment of release, which is entered as Busan's clock shows it."""
        entered: datetime | None = self.release_at.data
        return entered.replace(tzinfo=ZoneInfo(BUSAN)) if entered is not None else None


class StepsForm(StepForm):
    """The same step of several materials."""

    chosen = SelectMultipleField(coerce=int, validate_choice=False)

    def validate_chosen(self, field: Any) -> None:
        """Ask for one at least, and for no more than one page lists."""
        if not field.data:
            raise ValidationError(_("Choose one material at least."))
        if len(field.data) > MOST_AT_ONCE:
            raise ValidationError(_("Choose at most %(most)s materials.", most=MOST_AT_ONCE))


class ConsentForm(Form):
    """What somebody of the teaching staff consents to."""

    recording = BooleanField(_l("My sessions may be recorded and shown to the trainees."))
    reuse = BooleanField(
        _l("My materials and recordings may be used again in the runs of the years to come.")
    )
