"""The count at one boarding."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange

from lms.web.forms import Form, LineField, LongTextField, required

MOST_PEOPLE = 1000


def _people(label: Any) -> IntegerField:
    in_reach = NumberRange(0, MOST_PEOPLE, message=_l("Give a number from 0 to 1000."))
    return IntegerField(label, [required(), in_reach])


class HeadCountForm(Form):
    """How many should be there and are, at one boarding."""

    boarding = LineField(_l("Boarding"), limit=120)
    expected = _people(_l("Expected"))
    counted = _people(_l("Counted"))
    missing = LongTextField(_l("Who is missing"), limit=1000, optional=True)
