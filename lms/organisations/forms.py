"""The profile form."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from lms.accounts.forms import NameField, full_name_field
from lms.accounts.rules import birth_year_of
from lms.core import clock
from lms.i18n.languages import PAGE_LANGUAGES
from lms.i18n.times import zone_choices
from lms.web.forms import Form, LineField

# What stands for "none of the list" and "as in my city".
NO_CITY = ""
ZONE_OF_CITY = ""


class ProfileForm(Form):
    full_name = full_name_field()
    name_in_own_script = NameField(_l("Name in your own script"), optional=True)
    preferred_language = SelectField(
        _l("Language of mails and pages"),
        choices=[SelectChoice(each.code, each.name) for each in PAGE_LANGUAGES],
    )
    city = SelectField(_l("City"))
    organisation = LineField(_l("Organisation"), optional=True)
    position = LineField(_l("Position"), optional=True)
    time_zone = SelectField(_l("Time zone"))
    birth_year = LineField(_l("Year of birth"), limit=20, optional=True)

    def validate_birth_year(self, field: Any) -> None:
        """Refuse what is no year somebody living can be born in."""
        if field.data and birth_year_of(field.data, clock.now()) is None:
            raise ValidationError(_("Write the year in four digits, such as 1990."))

    def offer(self, cities: list[SelectChoice]) -> None:
        """Fill the lists to choose from; the zones by country in the page's language."""
        self.city.choices = [SelectChoice(NO_CITY, _("A city that is not in this list")), *cities]
        self.time_zone.choices = [
            SelectChoice(ZONE_OF_CITY, _("The time zone of my city")),
            *(SelectChoice(z.name, f"{z.place} ({z.offset})") for z in zone_choices()),
        ]
