"""Forms of the inbox."""

from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from lms.web.forms import Form, required

LARGEST_ID = 2**31 - 1


class MarkAllForm(Form):
    """Up to which notice everything is read: the newest its reader was shown."""

    up_to = IntegerField(widget=HiddenInput(), validators=[required(), NumberRange(1, LARGEST_ID)])
