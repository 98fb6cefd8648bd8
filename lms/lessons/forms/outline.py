"""Forms of the outline editor: a module, a session, its text, the question after it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.core.text import TextInLanguages
from lms.courses.forms import choices_of
from lms.lessons.models import LessonKind
from lms.lessons.rules.outline import LONGEST_TEXT, NEVER_COUNTS
from lms.lessons.services import MOST_CHOICES
from lms.web.forms import Form, LongTextField
from lms.web.language_fields import TextInLanguagesField
from lms.web.saving import RevisedForm

MOST_MINUTES = 1200

KINDS = {
    LessonKind.RECORDED: _l("Recorded session"),
    LessonKind.READING: _l("Reading"),
    LessonKind.LIVE: _l("Live session"),
    LessonKind.PRACTICE: _l("Practice"),
    LessonKind.FIELD: _l("Field visit"),
    LessonKind.DISCUSSION: _l("Group discussion"),
    LessonKind.CEREMONY: _l("Ceremony"),
    LessonKind.BREAK: _l("Break"),
}
HOURS = {
    "live": _l("Live sessions"),
    "recorded": _l("Recorded sessions and readings"),
    "practice": _l("Practice"),
    "discussion": _l("Group discussion"),
    "field": _l("Field visits"),
}


def _minutes(label: Any) -> IntegerField:
    in_reach = NumberRange(0, MOST_MINUTES, message=_l("Give minutes from 0 to 1200."))
    return IntegerField(label, [Optional(), in_reach], default=0)


class NewModuleForm(Form):
    """A module that is about to be added."""

    title = TextInLanguagesField(_l("Title of the module"))


class NewSessionForm(Form):
    """A session that is about to be added."""

    kind = SelectField(_l("Kind"), choices=choices_of(KINDS))
    title = TextInLanguagesField(_l("Title of the session"))


class ModuleForm(RevisedForm):
    """A module: its title, and the minutes it plans for each kind of session."""

    title = TextInLanguagesField(_l("Title of the module"))
    live_minutes = _minutes(HOURS["live"])
    recorded_minutes = _minutes(HOURS["recorded"])
    practice_minutes = _minutes(HOURS["practice"])
    discussion_minutes = _minutes(HOURS["discussion"])
    field_minutes = _minutes(HOURS["field"])

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column."""
        minutes = {
            f"{kind}_minutes": self[f"{kind}_minutes"].data or 0
            for kind in ("live", "recorded", "practice", "discussion", "field")
        }
        return {"title": self.title.data, **minutes}


class SessionForm(RevisedForm):
    """A session: its title, its kind, and what it counts for."""

    title = TextInLanguagesField(_l("Title of the session"))
    kind = SelectField(_l("Kind"), choices=choices_of(KINDS))
    recognised_minutes = _minutes(_l("Recognised minutes"))

    def validate_recognised_minutes(self, field: Any) -> None:
        """Refuse minutes for what never counts."""
        if field.data and self.kind.data in NEVER_COUNTS:
            raise ValidationError(_("Ceremonies and breaks do not count for hours: write 0."))

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column."""
        return {
            "title": self.title.data,
            "kind": LessonKind(self.kind.data),
            "recognised_minutes": self.recognised_minutes.data or 0,
        }


class TextForm(RevisedForm):
    """The text of a session in one language, as Markdown."""

    body = LongTextField(_l("Text"), limit=LONGEST_TEXT, optional=True)


class ChoicesForm(Form):
    """A question with its answers, one below the other, in each language."""

    prompt = TextInLanguagesField(_l("Question"), limit=500)
    choices = TextInLanguagesField(_l("Answers, one on each line"), limit=3000, is_long=True)
    correct_choice = RadioField(
        _l("Right answer"),
        coerce=int,
        choices=[SelectChoice(at, str(at + 1)) for at in range(MOST_CHOICES)],
        default=0,
    )

    def show_in(self, languages: Sequence[str]) -> None:
        """Offer the texts in these languages."""
        for field in self:
            if isinstance(field, TextInLanguagesField):
                field.show_in(languages)

    @staticmethod
    def stored(question: Any) -> dict[str, Any]:
        """Return what is there now, by field, the answers as one text; nothing of no question."""
        if question is None:
            return {}
        first, choices = question.choices[0], question.choices
        lines = {tag: "\n".join(each.texts.get(tag, "") for each in choices) for tag in first.texts}
        return {
            "prompt": question.prompt,
            "choices": TextInLanguages(first.source, lines),
            "correct_choice": question.correct_choice,
        }

    def validate_choices(self, field: Any) -> None:
        """Ask for the same number of answers in every language."""
        counts = {len(text.splitlines()) for text in field.entered.values()}
        if len(counts) > 1:
            raise ValidationError(_("Give the same number of answers in each language."))

    @property
    def answers(self) -> list[TextInLanguages]:
        """Return the answers in their order, each in all languages."""
        text: TextInLanguages | None = self.choices.data
        if text is None:
            return []
        lines = {tag: each.splitlines() for tag, each in text.texts.items()}
        return [
            TextInLanguages(text.source, {tag: each[at] for tag, each in lines.items()})
            for at in range(len(lines[text.source]))
        ]


class QuestionForm(ChoicesForm):
    """The question after a recorded session."""

    explanation = TextInLanguagesField(
        _l("Explanation shown after the right answer"), limit=2000, is_long=True, optional=True
    )

    @staticmethod
    def stored(question: Any) -> dict[str, Any]:
        """Return what is there now, by field; nothing of no question."""
        entered = ChoicesForm.stored(question)
        return {**entered, "explanation": question.explanation} if entered else {}


class PlaceForm(Form):
    """Where a module or a session goes: one up, one down, or to a place of a module."""

    step = HiddenField()
    module_id = IntegerField(validators=[Optional()])
    position = IntegerField(validators=[Optional(), NumberRange(1, 200)])
