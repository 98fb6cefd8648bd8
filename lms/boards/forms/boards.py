"""Forms of staff who open, describe and close boards."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import NumberRange

from lms.boards.models import Audience, BoardKind, Moderation
from lms.boards.rules.managing import OPENED_BY_STAFF
from lms.boards.services.boards import BoardContent
from lms.boards.wording import NAMES
from lms.courses.forms import choices_of
from lms.i18n.languages import BY_CODE
from lms.web.forms import required
from lms.web.language_fields import TextInLanguagesField
from lms.web.saving import RevisedForm

LAST_POSITION = 999

READERS = {
    Audience.EVERYBODY: _l("Everybody, without signing in"),
    Audience.SIGNED_IN: _l("Everybody who has signed in"),
    Audience.MEMBERS: _l("The people it belongs to"),
    Audience.STAFF: _l("Only the staff"),
}
WRITERS = {audience: words for audience, words in READERS.items() if audience != "everybody"}
MODERATIONS = {
    Moderation.POST: _l("At once"),
    Moderation.PRE: _l("After a moderator has looked at them"),
}
KINDS: Mapping[BoardKind, Any] = {
    kind: {
        BoardKind.CURRICULUM: _l("Of a curriculum"),
        BoardKind.CITY: _l("Of a city"),
        **NAMES,
    }[kind]
    for kind in OPENED_BY_STAFF
}


class BoardForm(RevisedForm):
    """What a board says, who reads and writes there, and whether it is open."""

    title = TextInLanguagesField(_l("Title"), limit=120, optional=True)
    description = TextInLanguagesField(_l("Description"), limit=500, is_long=True, optional=True)
    readable_by = SelectField(
        _l("Who reads"), choices=choices_of(READERS), default=str(Audience.SIGNED_IN)
    )
    is_public_meant = BooleanField(_l("Everybody on the internet may read these names and posts"))
    writable_by = SelectField(_l("Who writes"), choices=choices_of(WRITERS))
    moderation = SelectField(_l("Posts are seen"), choices=choices_of(MODERATIONS))
    position = IntegerField(
        _l("Place in the list"),
        [
            required(),
            NumberRange(0, LAST_POSITION, message=_l("Give a number from 0 to 999.")),
        ],
        default=0,
    )
    is_closed = BooleanField(_l("Closed: it can be read, and nobody writes"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.title, self.description):
            field.show_in(list(BY_CODE))

    @property
    def content(self) -> BoardContent:
        """Return what was entered."""
        return BoardContent(
            title=self.title.data,
            description=self.description.data,
            position=self.position.data,
            readable_by=Audience(self.readable_by.data),
            writable_by=Audience(self.writable_by.data),
            moderation=Moderation(self.moderation.data),
            is_closed=bool(self.is_closed.data),
            is_public_meant=bool(self.is_public_meant.data),
        )


class NewBoardForm(BoardForm):
    """A board that is about to be opened: what it is for, and whose it is."""

    kind = SelectField(_l("What it is for"), choices=choices_of(KINDS))
    curriculum = SelectField(_l("Curriculum"), default="")
    city = SelectField(_l("City"), default="")

    @property
    def chosen_kind(self) -> BoardKind:
        """Return what the board is for."""
        return BoardKind(self.kind.data)

    @property
    def curriculum_id(self) -> int | None:
        """Return the curriculum that was chosen, if any."""
        return int(self.curriculum.data) if self.curriculum.data else None

    @property
    def city_id(self) -> int | None:
        """Return the city that was chosen, if any."""
        return int(self.city.data) if self.city.data else None
