"""What guests of a public seminar are asked: two short pages."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from lms.accounts.forms import AddressField, NameField
from lms.i18n.times import listed_zone, zone_choices
from lms.web.forms import Form, LineField, required

_ADDRESS = re.compile(r"[/@]|www\.", re.IGNORECASE)


class GuestForm(Form):
    """Who comes, and on which clock they read the time."""

    name = NameField(_l("Your name"))
    email = AddressField(_l("E-mail address"))
    organisation = LineField(_l("Organisation"), limit=200, optional=True)
    time_zone = SelectField(_l("Your time zone"))
    # People do not see it; programs that fill in every field give themselves away.
    leave_empty = StringField(_l("Leave this field empty"))

    def fit(self, time_zone: str) -> None:
        """Offer the zones, by country in the page's language; this one until another is chosen."""
        offered = [
            SelectChoice(each.name, f"{each.place} ({each.offset})") for each in zone_choices()
        ]
        self.time_zone.choices = [SelectChoice("", _("Choose your time zone")), *offered]
        if not self.time_zone.raw_data and not self.time_zone.data:
            self.time_zone.data = time_zone

    def validate_name(self, field: Any) -> None:
        """Refuse addresses: the name stands in a mail that anybody can have sent to anybody."""
        if _ADDRESS.search(field.data or ""):
            raise ValidationError(_("Write the name in letters."))

    def validate_time_zone(self, field: Any) -> None:
        """Refuse what is not in the list; the empty line is none."""
        if not field.data or listed_zone(field.data) != field.data:
            raise ValidationError(_("Choose your time zone."))

    @property
    def entered(self) -> dict[str, str]:
        """Return what was entered, as it waits for the consent."""
        return {
            "name": self.name.data,
            "email": self.email.address,
            "organisation": self.organisation.data,
            "time_zone": self.time_zone.data,
        }


class GuestConsentForm(Form):
    """The consent without which nobody can be registered."""

    agrees = BooleanField(
        _l("I agree to the collection and use of my personal data"),
        [required(_l("Without this consent we cannot register you."))],
    )


class LinkAgainForm(Form):
    """The address a link is to be sent to once more."""

    email = AddressField(_l("E-mail address"))
