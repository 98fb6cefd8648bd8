"""What is sent from the page of calendar feeds."""

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.web.forms import Form

LARGEST_ID = 2**31 - 1


class FeedForm(Form):
    """Of which run the feed is; without one, of all."""

    run_id = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(1, LARGEST_ID)])
