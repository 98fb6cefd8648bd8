"""What every day that is entered on the boards keeps to."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_in_reach(_form: Any, field: Any) -> None:
    """Refuse a day near the ends of the calendar: not every clock can tell its hours."""
    day: date | None = field.data
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_l("Give a day between 2000 and 2100."))
