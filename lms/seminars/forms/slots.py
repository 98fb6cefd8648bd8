"""What the adviser of slots is asked: read from the address, so an answer can be sent on."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.web.forms import Form, required

FIRST_YEAR, LAST_YEAR = 2000, 2100
SHORTEST, LONGEST, USUAL = 15, 480, 120


class SlotForm(Form):
    """For which cities, on which day in Busan, and how long."""

    class Meta:
        csrf = False  # it changes nothing

    day = DateField(_l("Day in Busan"), [required()])
    minutes = IntegerField(
        _l("Length in minutes"),
        [required(), NumberRange(SHORTEST, LONGEST, message=_l("Give 15 to 480 minutes."))],
    )
    city = SelectMultipleField(
        _l("Cities"),
        [required(_l("Choose one city at least."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_day(self, field: Any) -> None:
        """Keep to years whose calendars can be read."""
        if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(_l("Give a day between 2000 and 2100."))
