"""Forms of this package, and the filters of the catalogue read from an address."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.core.text import clean_line
from lms.enrolment import rules
from lms.enrolment.models import RunState
from lms.enrolment.queries.offers import Choices
from lms.web.forms import Form, LongTextField, required

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_PLACES = 100_000


def filters_from(sent: Mapping[str, str], choices: Choices) -> rules.CatalogueFilters:
    """Return the filters of an address; what the catalogue does not have is left out."""
    allowed: Mapping[str, Sequence[str]] = {
        "field": list(choices.fields),
        "level": choices.levels,
        "delivery": choices.deliveries,
        "lang": choices.languages,
        "sdg": [str(goal) for goal in choices.goals],
        "runs": list(rules.When),
    }
    known = {name: sent[name] for name in allowed if sent.get(name) in allowed[name]}
    words = clean_line(sent.get("q", "")[: 4 * rules.LONGEST_QUERY], rules.LONGEST_QUERY)
    return rules.CatalogueFilters(q=words, **known)


class LeaveForm(Form):
    """Why somebody leaves, if they want to say."""

    reason = LongTextField(_l("Reason"), limit=1000, optional=True)


def _year_in_reach(_form: Any, field: Any) -> None:
    day: date | None = field.data
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_l("Give a day between 2000 and 2100."))


class RunForm(Form):
    """A new run of a course."""

    cohort_no = IntegerField(
        _l("Run number"),
        [required(), NumberRange(1, 9999, message=_l("Give a number from 1 to 9999."))],
    )
    starts_on = DateField(_l("First day"), [required(), _year_in_reach])
    ends_on = DateField(_l("Last day"), [required(), _year_in_reach])
    enrolment_closes_on = DateField(_l("Enrolment closes on"), [required(), _year_in_reach])
    working_language = SelectField(_l("Working language"))
    capacity = IntegerField(
        _l("Capacity"),
        [
            Optional(),
            NumberRange(1, MOST_PLACES, message=_l("Give a number from 1 to 100,000.")),
        ],
    )
    instructors = SelectMultipleField(
        _l("Instructors"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )


class StateForm(Form):
    """The next state of a run; `version` is the run as it was shown."""

    state = StringField()
    version = HiddenField()
    reason = LongTextField(_l("Reason"), limit=1000, optional=True)

    @property
    def next_state(self) -> RunState | None:
        """Return the state asked for, None when there is no such state."""
        return RunState(self.state.data) if self.state.data in list(RunState) else None

    @property
    def shown_version(self) -> int:
        """Return the version the page showed; 0, which no run has, when it was tampered with."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
