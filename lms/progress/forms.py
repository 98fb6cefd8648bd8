"""What is sent: beats of the player, answers, the reason of an export."""

import json
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Length

from lms.core.access_log import LONGEST_REASON, SHORTEST_REASON
from lms.core.errors import Invalid
from lms.web.forms import Form, LineField, required

# A beat of 15 seconds holds a handful; a day offline with much seeking, some dozens.
MOST_INTERVALS = 500
LONGEST_BEAT = 64 * 1024


@dataclass(frozen=True)
class Beat:
    """What a player says it played, of the right shape; whether it can be true is the rules'."""

    token: str
    intervals: list[tuple[int, int]]
    position: int


def read_beat(body: bytes) -> Beat:
    """Return the beat of a request's body; raises Invalid naming what cannot be read."""
    data = _read_json(body)
    token, intervals, position = (data.get(name) for name in ("token", "intervals", "position"))
    if not isinstance(token, str):
        raise Invalid("token", _("Open the lesson again to go on."))
    if not isinstance(intervals, list) or len(intervals) > MOST_INTERVALS:
        raise Invalid("intervals", _("Send a list of at most 500 intervals."))
    if not all(_is_pair(interval) for interval in intervals):
        raise Invalid("intervals", _("An interval is two whole seconds, first and last."))
    if position is None or not _is_whole(position):
        raise Invalid("position", _("The position is a whole second."))
    return Beat(token, [(start, end) for start, end in intervals], position)


def _read_json(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST_BEAT:
        raise Invalid("", _("This is too long."))
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("", _("This is not readable.")) from error
    if not isinstance(data, dict):
        raise Invalid("", _("This is not readable."))
    return data


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value))


def _is_whole(value: Any) -> bool:
    """Tell whether JSON held an integer: True is one in Python, NaN and 3.0 are not."""
    return isinstance(value, int) and not isinstance(value, bool)


class AnswerForm(Form):
    """The answer to a check question; its choices are those of the lesson."""

    choice = RadioField(
        _l("Your answer"), coerce=int, validators=[required(_l("Choose one of the answers."))]
    )


_chosen = required(_l("Choose one of the answers."))


class ThreeAnswersForm(Form):
    """The answers to the questions after a session; their choices are those of the session."""

    question_1 = RadioField(_l("First question"), [_chosen], coerce=int)
    question_2 = RadioField(_l("Second question"), [_chosen], coerce=int)
    question_3 = RadioField(_l("Third question"), [_chosen], coerce=int)

    def of(self, position: int) -> RadioField:
        """Return the field of a question."""
        field: RadioField = self[f"question_{position}"]
        return field

    @property
    def answers(self) -> dict[int, int]:
        """Return the choices by the positions of their questions."""
        return {position: self.of(position).data for position in (1, 2, 3)}


class ExportForm(Form):
    """Why personal data leaves the site."""

    reason = LineField(
        _l("Reason for the export"),
        limit=LONGEST_REASON,
        validators=[
            Length(min=SHORTEST_REASON, message=_l("Give a reason of at least 10 characters."))
        ],
    )
