"""Forms of what people know, of posts taken into courses, and of contributions that count."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from lms.boards.forms.posting import PostTextField
from lms.boards.rules.expertise import LONGEST_ABOUT
from lms.core.text import TextInLanguages
from lms.courses.forms import CheckboxesField, choices_of
from lms.i18n.formats import language_name, plain_in_language
from lms.i18n.languages import CONTENT_LANGUAGES, page_language
from lms.web.forms import Form, LongTextField
from lms.web.saving import RevisedForm

NO_SESSION = 0


class ExpertiseForm(RevisedForm):
    """What somebody knows, in their own words, and whether others see it."""

    is_shown = BooleanField(_l("Show this page to people who have signed in"))
    about = PostTextField(_l("What I can be asked about"), limit=LONGEST_ABOUT, optional=True)
    language = SelectField(_l("Language of this text"))
    fields = CheckboxesField(_l("Fields I know"))
    languages = CheckboxesField(_l("Languages I can answer in"))

    def offer(self, fields: Mapping[str, TextInLanguages]) -> None:
        """Offer the fields of the catalogue and the languages of the partner cities."""
        names = {code: language_name(code) for code in CONTENT_LANGUAGES}
        self.language.choices = choices_of(names)
        self.languages.choices = choices_of(names)
        self.fields.choices = choices_of(
            {code: plain_in_language(name) for code, name in fields.items()}
        )
        if not self.language.data:
            self.language.data = page_language()

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column."""
        return {
            "is_shown": bool(self.is_shown.data),
            "about": self.about.data or "",
            "language": self.language.data,
            "fields": list(self.fields.data or ()),
            "languages": list(self.languages.data or ()),
        }


class ReadingForm(RevisedForm):
    """A post goes into a session's text, as that text was when the page was made."""


class TaskForm(Form):
    """The session whose task it is to take part in a thread."""

    lesson = SelectField(_l("Session"), coerce=int)

    def offer(self, lessons: list[tuple[int, str, TextInLanguages]]) -> None:
        """Offer the discussions of a run's course, and none of them."""
        names = {id_: f"{number} {plain_in_language(title)}" for id_, number, title in lessons}
        self.lesson.choices = choices_of({NO_SESSION: _("No session"), **names})


class ReasonForm(Form):
    """Why a contribution no longer counts."""

    reason = LongTextField(_l("Reason"), limit=500)
