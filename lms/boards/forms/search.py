"""What is looked for on the boards, and by what it is narrowed."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SearchField, SelectField
from wtforms.validators import Optional, ValidationError

from lms.boards.forms.days import year_in_reach
from lms.boards.forms.posting import GOALS
from lms.boards.models import TagKind
from lms.boards.queries.composing import Names
from lms.boards.queries.search import Wish
from lms.boards.rules.search import LONGEST_QUERY, Kinds
from lms.core.text import clean_line
from lms.courses.forms import choices_of
from lms.i18n.formats import language_name, plain_in_language
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.i18n.times import BUSAN
from lms.web.forms import Form

KINDS = {
    Kinds.ALL: _l("All posts"),
    Kinds.QUESTIONS: _l("Questions and their answers"),
    Kinds.SOLVED: _l("Questions with an answer that helped"),
}


def _asked(value: Any) -> str:
    # What is longer is cut: nobody looks for so much, and a search is no place for a refusal.
    return clean_line(value, LONGEST_QUERY) if isinstance(value, str) else ""


class SearchForm(Form):
    """A search; it is sent in the address and changes nothing, so it needs no token."""

    class Meta(Form.Meta):
        csrf = False

    q = SearchField(_l("Search the boards"), filters=[_asked])
    board = SelectField(_l("Board"), default="")
    kinds = SelectField(_l("What"), choices=choices_of(KINDS), default=str(Kinds.ALL))
    language = SelectField(_l("Language"), default="")
    sdg = SelectField(_l("SDG goal"), default="")
    field = SelectField(_l("Field"), default="")
    city = SelectField(_l("About the city"), default="")
    author_city = SelectField(_l("Written by people of"), default="")
    since = DateField(_l("From the day"), [Optional(), year_in_reach])
    until = DateField(_l("To the day"), [Optional(), year_in_reach])

    def offer(self, boards: Iterable[tuple[int, str]], names: Names) -> None:
        """Offer the boards somebody may read, and what posts can be about."""
        goals = {str(goal): _("Goal %(goal)s", goal=goal) for goal in GOALS}
        languages = sorted((language_name(tag), tag) for tag in CONTENT_LANGUAGES)
        fields = {code: plain_in_language(name) for code, name in names.fields.items()}
        cities = sorted((plain_in_language(name), slug) for slug, name in names.cities.items())
        by_city = {slug: name for name, slug in cities}
        self.board.choices = choices_of(
            {"": _("All boards"), **{str(number): name for number, name in boards}}
        )
        self.language.choices = choices_of(
            {"": _("Any language"), **{tag: name for name, tag in languages}}
        )
        self.sdg.choices = choices_of({"": _("All goals"), **goals})
        self.field.choices = choices_of({"": _("All fields"), **fields})
        self.city.choices = choices_of({"": _("All cities"), **by_city})
        self.author_city.choices = choices_of({"": _("All cities"), **by_city})

    def validate_until(self, field: Any) -> None:
        """Refuse a time that ends before it begins."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("This day is before the first one."))

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the words is asked for."""
        return any(name != "q" for name in self.asked)

    @property
    def asked(self) -> dict[str, str]:
        """Return what an address of the same search names."""
        said = {each.name: str(each.data) for each in self if each.data}
        return {name: value for name, value in said.items() if value != Kinds.ALL}

    @property
    def wish(self) -> Wish:
        """Return what narrows the search, days as they are in Busan."""
        tags = (
            (TagKind.SDG, self.sdg.data),
            (TagKind.FIELD, self.field.data),
            (TagKind.CITY, self.city.data),
        )
        return Wish(
            board_id=int(self.board.data) if self.board.data else None,
            language=self.language.data or None,
            tags=tuple((kind, value) for kind, value in tags if value),
            city=self.author_city.data or None,
            since=_beginning_of(self.since.data) if self.since.data else None,
            until=_beginning_of(self.until.data + timedelta(days=1)) if self.until.data else None,
            kinds=Kinds(self.kinds.data),
        )


def _beginning_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(BUSAN))
