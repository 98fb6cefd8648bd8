"""Days off as staff enter them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField
from wtforms.validators import Optional, ValidationError

from lms.i18n.languages import BY_CODE
from lms.seminars.services.holidays import Days
from lms.web.forms import Form, required
from lms.web.language_fields import TextInLanguagesField

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _in_reach(_form: Any, field: Any) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("Give a day between 2000 and 2100."))


class HolidayForm(Form):
    """Days off of a region, or a day of its calendar on which people work."""

    region = HiddenField()
    first_on = DateField(_l("First day"), [required(), _in_reach])
    last_on = DateField(_l("Last day"), [Optional(), _in_reach])
    name = TextInLanguagesField(_l("Name"))
    is_working_day = BooleanField(_l("People work on these days"))

    def offer_languages(self) -> None:
        """Ask for the name in the languages of the site."""
        self.name.show_in(list(BY_CODE))

    @property
    def entered(self) -> Days:
        """Return what was entered; without a last day it is the first."""
        assert self.name.data is not None
        return Days(
            region=self.region.data,
            first_on=self.first_on.data,
            last_on=self.last_on.data or self.first_on.data,
            name=self.name.data,
            is_working_day=self.is_working_day.data,
        )
