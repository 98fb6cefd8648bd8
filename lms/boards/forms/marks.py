"""What readers send of themselves: how far they have read, what they follow, like and keep.

Their forms are buttons: no field of them has words.
"""

from wtforms import HiddenField, IntegerField
from wtforms.validators import AnyOf, NumberRange

from lms.boards.models import Following
from lms.boards.rules.pages import LARGEST_NUMBER
from lms.web.forms import Form, required


class ReadForm(Form):
    """Up to which number somebody has read."""

    up_to = IntegerField(validators=[required(), NumberRange(1, LARGEST_NUMBER)])


class FollowForm(Form):
    """What somebody wants to hear."""

    following = HiddenField(validators=[AnyOf([each.value for each in Following])])

    @property
    def chosen(self) -> Following:
        """Return what was chosen."""
        return Following(self.following.data)


class SwitchForm(Form):
    """Something set, or taken back; what is meant stands in the form, so that twice is once."""

    on = HiddenField(validators=[AnyOf(["1", "0"])])

    @property
    def is_on(self) -> bool:
        """Tell whether it is to be set."""
        return bool(self.on.data == "1")
