"""Forms of the inbox, and of how its reader wants to be told."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from lms.i18n.times import weekdays
from lms.notifications.models import How, Topic
from lms.notifications.wording import HOW_WORDS, TOPIC_WORDS
from lms.web.forms import Form, required

LARGEST_ID = 2**31 - 1


class MarkAllForm(Form):
    """Up to which notice everything is read: the newest its reader was shown."""

    up_to = IntegerField(widget=HiddenInput(), validators=[required(), NumberRange(1, LARGEST_ID)])


def _how(topic: Topic) -> RadioField:
    choices = [SelectChoice(*each) for each in HOW_WORDS.items()]
    return RadioField(TOPIC_WORDS[topic], choices=choices, coerce=How)


def _weekdays() -> list[SelectChoice]:
    return [SelectChoice(number, name) for number, name in enumerate(weekdays())]


class ChoicesForm(Form):
    """How somebody wants to hear of each topic, and when their digests leave."""

    replies = _how(Topic.REPLIES)
    mentions = _how(Topic.MENTIONS)
    followed = _how(Topic.FOLLOWED)
    messages = _how(Topic.MESSAGES)
    notices = _how(Topic.NOTICES)
    hour = SelectField(
        _l("Hour of digests"),
        choices=[SelectChoice(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
    )
    weekday = SelectField(_l("Day of weekly digests"), choices=_weekdays, coerce=int)

    @property
    def topics(self) -> list[Any]:
        """Return the field of each topic, in the order they are shown."""
        return [self[topic] for topic in TOPIC_WORDS]

    @property
    def chosen(self) -> dict[Topic, How]:
        """Return how each topic is to be told."""
        return {topic: self[topic].data for topic in TOPIC_WORDS}
