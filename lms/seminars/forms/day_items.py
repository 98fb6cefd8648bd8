"""Whole days in the timetable of a run."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import Optional

from lms.core.text import TextInLanguages
from lms.i18n.languages import BY_CODE
from lms.seminars.forms.sittings import in_reach
from lms.web.forms import required
from lms.web.language_fields import TextInLanguagesField
from lms.web.saving import RevisedForm


class DayItemForm(RevisedForm):
    """What takes whole days; without a last day it is the first."""

    title = TextInLanguagesField(_l("Title"))
    first_on = DateField(_l("First day"), [required(), in_reach])
    last_on = DateField(_l("Last day"), [Optional(), in_reach])

    def offer_languages(self) -> None:
        """Ask for the title in the languages of the site."""
        self.title.show_in(list(BY_CODE))

    @property
    def entered(self) -> tuple[TextInLanguages, date, date]:
        """Return title, first and last day."""
        assert self.title.data is not None
        return self.title.data, self.first_on.data, self.last_on.data or self.first_on.data
