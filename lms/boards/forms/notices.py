"""The form by which a notice is given to others, or another time."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from lms.boards.forms.days import year_in_reach
from lms.boards.forms.posting import AUDIENCES
from lms.boards.models import NoticeAudience
from lms.courses.forms import choices_of
from lms.enrolment.rules import end_of_day
from lms.web.saving import RevisedForm


class NoticeReachForm(RevisedForm):
    """Whom a notice is for, and until which day."""

    audience = SelectField(_l("For whom"), choices=choices_of(AUDIENCES))
    expires_on = DateField(_l("Valid until the end of (in Busan)"), [Optional(), year_in_reach])

    @property
    def chosen(self) -> NoticeAudience:
        """Return whom it is for."""
        return NoticeAudience(self.audience.data)

    @property
    def expires_at(self) -> datetime | None:
        """Return the moment from which it is shown no more, if there is one."""
        return end_of_day(self.expires_on.data) if self.expires_on.data else None
