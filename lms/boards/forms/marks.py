"""What readers send of themselves: how far they have read, what they follow, like and keep."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange

from lms.boards.models import Following
from lms.boards.rules.pages import LARGEST_NUMBER
from lms.web.forms import Form, required


class ReadForm(Form):
    """Up to which number somebody has read."""

    up_to = IntegerField(_l("Post"), [required(), NumberRange(1, LARGEST_NUMBER)])


class FollowForm(Form):
    """What somebody wants to hear."""

    following = SelectField(
        _l("What I hear"),
        choices=[
            (Following.FOLLOWED.value, _l("Every new post")),
            (Following.NORMAL.value, _l("What concerns me")),
            (Following.MUTED.value, _l("Nothing")),
        ],
    )

    @property
    def chosen(self) -> Following:
        """Return what was chosen."""
        return Following(self.following.data)


class SwitchForm(Form):
    """Something set, or taken back; what is meant stands in the form, so that twice is once."""

    on = SelectField(_l("Set"), choices=[("1", _l("Set")), ("0", _l("Take back"))])

    @property
    def is_on(self) -> bool:
        """Tell whether it is to be set."""
        return bool(self.on.data == "1")
