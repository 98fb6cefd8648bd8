"""Forms in which somebody writes: a thread, an answer, a change of either."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import Optional, ValidationError

from lms.boards.forms.days import year_in_reach
from lms.boards.models import CASE_PARTS, NoticeAudience, TagKind
from lms.core.secrets import new_token
from lms.core.text import clean_post
from lms.courses.forms import choices_of
from lms.i18n.formats import language_name
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.web.forms import LineField, LongTextField
from lms.web.saving import RevisedForm

LONGEST_TITLE = 150
LONGEST_BODY = 20_000
LONGEST_PART = 6_000
GOALS = range(1, 18)

# What people write in: the languages of the partner cities, and others that are recognised.
POST_LANGUAGES = (*CONTENT_LANGUAGES, "de", "it", "he", "mr", "ur")

KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")

AUDIENCES = {
    NoticeAudience.ALL: _l("Everybody who reads this board"),
    NoticeAudience.TRAINEES: _l("Trainees"),
    NoticeAudience.ALUMNI: _l("Alumni"),
    NoticeAudience.INSTRUCTORS: _l("Instructors"),
    NoticeAudience.FOCAL_POINTS: _l("City focal points"),
}


# What each part of a case is called, in their order.
PART_WORDS = {
    "situation": _l("Situation"),
    "tried": _l("What we tried"),
    "result": _l("Result"),
    "ask": _l("What we would ask Busan"),
}


class PostTextField(LongTextField):
    """A text others read: nothing in it hides words or writes over what stands around it."""

    def process_formdata(self, valuelist: Any) -> None:
        super().process_formdata([clean_post(value) for value in valuelist])


def _languages() -> dict[str, Any]:
    return {"": _l("As it is written"), **{tag: language_name(tag) for tag in POST_LANGUAGES}}


class PostForm(RevisedForm):
    """An answer, or the part every thread has too.

    `key` makes one post of a form however often it is sent. `checked` says that its author has
    looked at what seems to be personal data.
    """

    key = HiddenField()
    reply_to = HiddenField()
    language = SelectField(_l("Language"), default="")
    body = PostTextField(_l("Your text"), limit=LONGEST_BODY)
    may_be_reused = BooleanField(_l("May be used as course material with my name"))
    checked = BooleanField(_l("I have checked it: this may be posted"))
    attached: Any = None  # the files that go with it, where there can be some (see attaching.py)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = choices_of(_languages())

    @property
    def sent_key(self) -> str:
        """Return the key of this form, a new one when it has none that could be one."""
        sent = self.key.data or ""
        return sent if KEY.fullmatch(sent) else new_token()

    @property
    def answered_number(self) -> int | None:
        """Return the number of the post this speaks to."""
        sent = str(self.reply_to.data or "")
        return int(sent) if sent.isdecimal() and len(sent) < 10 else None


class ThreadForm(PostForm):
    """A thread: its title, its words, what it is about."""

    title = LineField(_l("Title"), limit=LONGEST_TITLE)
    sdg = SelectField(_l("Sustainable development goal"), default="")
    field = SelectField(_l("Field"), default="")
    city = SelectField(_l("City"), default="")

    @property
    def tags(self) -> frozenset[tuple[TagKind, str]]:
        """Return the tags that were chosen."""
        chosen = (
            (TagKind.SDG, self.sdg.data),
            (TagKind.FIELD, self.field.data),
            (TagKind.CITY, self.city.data),
        )
        return frozenset((kind, value) for kind, value in chosen if value)


class CaseForm(ThreadForm):
    """A case of one's own city, told in four parts (DOMAIN 2.18)."""

    body = PostTextField(_l("More about it"), limit=LONGEST_BODY, optional=True)
    situation = PostTextField(PART_WORDS["situation"], limit=LONGEST_PART)
    tried = PostTextField(PART_WORDS["tried"], limit=LONGEST_PART)
    result = PostTextField(PART_WORDS["result"], limit=LONGEST_PART)
    ask = PostTextField(PART_WORDS["ask"], limit=LONGEST_PART, optional=True)

    @property
    def parts(self) -> dict[str, str]:
        """Return the parts that have words, by name, in their order."""
        return {name: self[name].data for name in CASE_PARTS if self[name].data}


class NoticeForm(ThreadForm):
    """A notice: for whom, and until which day."""

    audience = SelectField(_l("For whom"), choices=choices_of(AUDIENCES))
    expires_on = DateField(_l("Valid until the end of (in Busan)"), [Optional(), year_in_reach])

    def validate_audience(self, field: Any) -> None:
        if field.data not in set(NoticeAudience):
            raise ValidationError(str(_l("Choose one of the list.")))
