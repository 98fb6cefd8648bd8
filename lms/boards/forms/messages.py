"""What people write to the staff and to each other, and how they report a message."""

import re

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from lms.boards.forms.posting import PostTextField
from lms.boards.rules.messages import LONGEST_MESSAGE, LONGEST_REPORT, LONGEST_SUBJECT
from lms.core.secrets import new_token
from lms.web.forms import Form, LineField

_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")


class KeyedForm(Form):
    """A form with a key of its own: sent again, by a double click or Back, it is known by that."""

    form_key = HiddenField(default=new_token)

    @property
    def sent_key(self) -> str:
        """Return the key of this form, a new one when it has none that could be one."""
        sent = self.form_key.data or ""
        return sent if _KEY.fullmatch(sent) else new_token()


class MessageForm(KeyedForm):
    """A message, as plain text."""

    body = PostTextField(_l("Your message"), limit=LONGEST_MESSAGE)


class QuestionForm(KeyedForm):
    """A question to the staff."""

    subject = LineField(_l("Subject"), limit=LONGEST_SUBJECT)
    body = PostTextField(_l("Your question"), limit=LONGEST_MESSAGE)


class AnswerForm(KeyedForm):
    """The staff's answer to a question, or the last word before they close it."""

    body = PostTextField(_l("Your reply"), limit=LONGEST_MESSAGE)


class ReportForm(Form):
    """Why the staff should look at a message."""

    words = PostTextField(_l("What is wrong with it?"), limit=LONGEST_REPORT)
