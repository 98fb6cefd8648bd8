"""Forms of attendance reports: a file on the clock it was saved on, and whose its names are."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, RadioField, SelectChoice, SelectField

from lms.i18n.times import BUSAN, zone_choices
from lms.seminars.queries.reports import NameInReport
from lms.seminars.rules.matching import Known, Who
from lms.web.forms import Form

UTC = "UTC"

# What is said of a name besides somebody's own value.
LATER, NOBODY, ANOTHER = "", "nobody", "another"

_WHO, _OTHER = "who-", "other-"
_NUMBER = re.compile("[0-9]{1,10}")


class ReportForm(Form):
    """A report, and the time zone of the account it was saved from."""

    file = FileField(_l("Report"), [FileRequired(_l("Choose the file of the report."))])
    zone = SelectField(_l("Time zone of the report"), default=BUSAN)

    def offer_zones(self) -> None:
        """Offer the zones people live in, by country and city, and UTC."""
        offered = [
            SelectChoice(each.name, f"{each.place} ({each.offset})") for each in zone_choices()
        ]
        self.zone.choices = [*offered, SelectChoice(UTC, UTC)]


class NamesForm(Form):
    """Whose names are; `form_of_names` adds the fields of each."""

    @property
    def said(self) -> Mapping[int, Who | None]:
        """Return what was said, by the line that stands for a name; None is nobody taught.

        Somebody picked from the list of all is meant, though the button beside it was not pushed.
        """
        found: dict[int, Who | None] = {}
        for line_id, who, other in self._pairs():
            value = other.data if who.data in {LATER, ANOTHER} else who.data
            if value:
                found[line_id] = None if value == NOBODY else _who(value)
        return found

    def fields_of(self, line_id: int) -> tuple[Field, Field]:
        """Return the choice of a name and, for somebody not proposed, the list of all."""
        return self[f"{_WHO}{line_id}"], self[f"{_OTHER}{line_id}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also that "somebody else" says who."""
        is_valid: bool = super().validate(extra_validators)
        for _line_id, who, other in self._pairs():
            if who.data == ANOTHER and not other.data:
                other.errors = [_("Choose who it was.")]
                is_valid = False
        return is_valid

    def _pairs(self) -> Iterator[tuple[int, Field, Field]]:
        for field in self:
            if field.name.startswith(_WHO):
                line_id = int(field.name.removeprefix(_WHO))
                yield line_id, *self.fields_of(line_id)


def asked_about(sent: Iterable[str]) -> set[int]:
    """Return the lines of whose names something was sent."""
    numbers = (name.removeprefix(_WHO) for name in sent if name.startswith(_WHO))
    return {int(number) for number in numbers if _NUMBER.fullmatch(number)}


def form_of_names(
    names: Iterable[NameInReport],
    people: Sequence[Known],
    proposed: Mapping[int, Sequence[Who]],
) -> NamesForm:
    """Return the form of some names: for each the people proposed, and a way to say another."""

    class FormOfNames(NamesForm):
        pass

    known = names_of(people)
    everybody = [SelectChoice(_value(who), words) for who, words in known.items()]
    for name in names:
        likely = [who for who in proposed[name.line_id] if who in known]
        who = RadioField(
            name.name or name.email,
            choices=[
                *(SelectChoice(_value(who), known[who]) for who in likely),
                SelectChoice(ANOTHER, _("Somebody else:")),
                SelectChoice(NOBODY, _("Nobody who is taught here (the host, an interpreter)")),
                SelectChoice(LATER, _("Leave it open")),
            ],
            default=LATER,
        )
        other = SelectField(
            _("Who is %(name)s?", name=name.name or name.email),
            choices=[SelectChoice("", _("Choose a person")), *everybody],
            default="",
        )
        setattr(FormOfNames, f"{_WHO}{name.line_id}", who)
        setattr(FormOfNames, f"{_OTHER}{name.line_id}", other)
    return FormOfNames()


def names_of(people: Iterable[Known]) -> dict[Who, str]:
    """Return how people are told apart: by their names, and by address who has another's name."""
    names = {person.who: (_name_of(person), person.email) for person in people}
    times = Counter(name for name, _email in names.values())
    return {
        who: f"{name} · {email}" if times[name] > 1 else name
        for who, (name, email) in names.items()
    }


def _name_of(person: Known) -> str:
    """Return a person's name, with that in their own script."""
    if person.name_in_own_script in {"", person.full_name}:
        return person.full_name
    return f"{person.full_name} ({person.name_in_own_script})"


def _value(who: Who) -> str:
    if who.enrolment_id is not None:
        return f"enrolment-{who.enrolment_id}"
    return f"guest-{who.guest_id}"


def _who(value: str) -> Who:
    kind, _dash, number = value.partition("-")
    return Who(**{f"{kind}_id": int(number)})
