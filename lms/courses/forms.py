"""Forms of those who make courses and curricula."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.courses.models import Delivery, Level, PublicationState
from lms.courses.rules.versions import CRS_CODE, MOST_SDG_TARGETS, SDG_TARGET
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.web.forms import Form, LineField, LongTextField, required
from lms.web.hours_field import HoursField
from lms.web.language_fields import TextInLanguagesField
from lms.web.saving import RevisedForm

LEVELS = {
    Level.BASIC: _l("Basic"),
    Level.INTERMEDIATE: _l("Intermediate"),
    Level.ADVANCED: _l("Advanced"),
}
DELIVERIES = {
    Delivery.ONLINE: _l("Online"),
    Delivery.BLENDED: _l("Blended"),
    Delivery.ONSITE: _l("In Busan"),
}


def choices_of(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return what a field offers: each value with its words."""
    return [SelectChoice(value, said) for value, said in words.items()]


class CheckboxesField(SelectMultipleField):
    """Several of a few, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewCourseForm(Form):
    """A course that is about to be made; the rest is filled in afterwards."""

    code = LineField(
        _l("Code"),
        limit=20,
        validators=[
            Regexp(
                r"[A-Z]{2,5}-[0-9]{2,4}\Z",
                message=_l("Write capital letters, a hyphen and a number, for example TRN-201."),
            )
        ],
    )
    curriculum_id = SelectField(_l("Curriculum"), coerce=int)
    title = TextInLanguagesField(_l("Title"))
    level = SelectField(_l("Level"), choices=choices_of(LEVELS))
    delivery = SelectField(_l("Delivery mode"), choices=choices_of(DELIVERIES))


class CourseForm(RevisedForm):
    """What a draft says of its course."""

    title = TextInLanguagesField(_l("Title"))
    objectives = TextInLanguagesField(_l("Objectives"), limit=4000, is_long=True, optional=True)
    target_group = TextInLanguagesField(_l("Target group"), limit=2000, is_long=True, optional=True)
    level = SelectField(_l("Level"), choices=choices_of(LEVELS))
    delivery = SelectField(_l("Delivery mode"), choices=choices_of(DELIVERIES))
    languages = CheckboxesField(_l("Languages of the course"))
    theory_minutes = HoursField(_l("Theory hours"))
    practical_minutes = HoursField(_l("Practical hours"))
    sdg_targets = LineField(_l("SDG targets"), limit=60, optional=True)
    crs_code = LineField(_l("CRS purpose code"), limit=10, optional=True)
    prerequisite_code = SelectField(_l("Prerequisite"))
    completion_percent = IntegerField(
        _l("Hours needed for completion, in percent"),
        [required(), NumberRange(50, 100, message=_l("Give a number from 50 to 100."))],
    )

    def offer(self, courses: Mapping[str, str], languages: Sequence[str]) -> None:
        """Offer these courses as prerequisites, and fields in these languages."""
        self.prerequisite_code.choices = choices_of({"": _("None"), **courses})
        self.languages.choices = [SelectChoice(code, code) for code in CONTENT_LANGUAGES]
        for field in (self.title, self.objectives, self.target_group):
            field.show_in(languages)

    def validate_languages(self, field: Any) -> None:
        """Ask for one language at least."""
        if not field.data:
            raise ValidationError(_("Choose one language at least."))

    def validate_sdg_targets(self, field: Any) -> None:
        """Refuse what is no target of the Sustainable Development Goals."""
        targets = targets_in(field.data)
        if len(targets) > MOST_SDG_TARGETS or not all(map(SDG_TARGET.fullmatch, targets)):
            raise ValidationError(_("Give one to three targets, for example 11.2, 9.1."))

    def validate_crs_code(self, field: Any) -> None:
        """Refuse what is no purpose code of the OECD."""
        if field.data and not CRS_CODE.fullmatch(field.data):
            raise ValidationError(_("A purpose code has five digits, for example 21010."))

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column of the version."""
        names = (
            "title", "objectives", "target_group", "level", "delivery", "languages",
            "theory_minutes", "practical_minutes", "crs_code", "prerequisite_code",
            "completion_percent",
        )  # fmt: skip
        return {
            **{name: self[name].data for name in names},
            "level": Level(self.level.data),
            "delivery": Delivery(self.delivery.data),
            "sdg_targets": targets_in(self.sdg_targets.data),
        }


class NewCurriculumForm(Form):
    """A curriculum that is about to be made; the rest is filled in afterwards."""

    code = LineField(
        _l("Code"),
        limit=20,
        validators=[
            Regexp(
                r"[A-Z]{2,8}\Z",
                message=_l("Write two to eight capital letters, for example PRT."),
            )
        ],
    )
    title = TextInLanguagesField(_l("Title"))
    summary = TextInLanguagesField(_l("Summary"), limit=1000, is_long=True)


class CurriculumForm(RevisedForm):
    """What a curriculum says."""

    title = TextInLanguagesField(_l("Title"))
    summary = TextInLanguagesField(_l("Summary"), limit=1000, is_long=True)
    target_group = TextInLanguagesField(_l("Target group"), limit=2000, is_long=True, optional=True)

    @property
    def content(self) -> dict[str, Any]:
        """Return what was entered, by column."""
        return {name: self[name].data for name in ("title", "summary", "target_group")}


class CoursePlaceForm(Form):
    """Where a course goes: one up or down in its curriculum, or to another one."""

    step = HiddenField()
    curriculum = SelectField(_l("Curriculum"), [Optional()])

    @property
    def places(self) -> int:
        """Return by how many places the course moves down."""
        return {"up": -1, "down": 1}.get(self.step.data or "", 0)


class TeachersForm(Form):
    """Who may edit the drafts of a course."""

    teachers = CheckboxesField(_l("Teaching staff"), coerce=int)


class StepForm(Form):
    """The next state of a version or a curriculum, and why."""

    state = HiddenField()
    reason = LongTextField(_l("Reason"), limit=1000, optional=True)

    @property
    def next_state(self) -> PublicationState | None:
        """Return the state that was chosen, if it is one."""
        known = {str(state): state for state in PublicationState}
        return known.get(self.state.data or "")


def targets_in(text: str) -> list[str]:
    """Return the SDG targets of a list with commas or spaces, each once."""
    return list(dict.fromkeys(text.replace(",", " ").split()))
