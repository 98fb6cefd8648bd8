"""A form field for recognised hours: people write 1.5, the database keeps minutes."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.widgets import TextInput

MOST_HOURS = 1000


class HoursField(Field):
    """Hours, to the half of an hour; empty is none. `data` is in minutes."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{round(Decimal(self.data or 0) / 60, 2).normalize():f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take "1.5", "1,5" or nothing. Raises ValueError for what is no number of half hours."""
        if not valuelist:
            return
        written = str(valuelist[0]).strip().replace(",", ".") or "0"
        try:
            hours = Decimal(written)
        except InvalidOperation as error:
            raise ValueError(_("Write hours as a number, for example 1.5.")) from error
        if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
            raise ValueError(_("Give hours from 0 to %(most)d.", most=MOST_HOURS))
        if hours * 2 % 1:
            raise ValueError(_("Give whole or half hours, for example 1.5."))
        self.data = int(hours * 60)
