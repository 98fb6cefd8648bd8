"""What boards are called, what they are for and who reads them, in the reader's language."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from lms.boards.models import Audience, BoardKind, Following
from lms.boards.queries.boards import BoardHead
from lms.core.text import TextInLanguages
from lms.i18n.formats import in_language, plain_in_language
from lms.i18n.languages import page_locale

NAMES: Mapping[BoardKind, LazyString] = {
    BoardKind.ALUMNI: _l("Alumni"),
    BoardKind.NOTICES: _l("Notices"),
    BoardKind.QUESTIONS: _l("Questions and answers"),
    BoardKind.GOOD_PRACTICE: _l("Good practice"),
    BoardKind.IDEAS: _l("Cooperation ideas"),
    BoardKind.MATERIALS: _l("Exchange of materials"),
}
PURPOSES: Mapping[BoardKind, LazyString] = {
    BoardKind.RUN: _l("Questions, cases and talk of the people of this course run."),
    BoardKind.CURRICULUM: _l("For everybody who takes or teaches a course of this field."),
    BoardKind.CITY: _l("About this city, and with its people."),
    BoardKind.ALUMNI: _l("Where those who have completed a course stay in touch."),
    BoardKind.NOTICES: _l("What the foundation has to tell."),
    BoardKind.QUESTIONS: _l("Ask what your city wants to know; somebody elsewhere has done it."),
    BoardKind.GOOD_PRACTICE: _l("Cases that worked, and what was learned from those that did not."),
    BoardKind.IDEAS: _l("What cities could do together."),
    BoardKind.MATERIALS: _l("Plans, handbooks and data to share."),
}
MEMBERS: Mapping[BoardKind, LazyString] = {
    BoardKind.RUN: _l("Only the people of this course run can read this."),
    BoardKind.CURRICULUM: _l("Only those who take or teach courses of this field can read this."),
    BoardKind.CITY: _l("Only the people of this city can read this."),
    BoardKind.ALUMNI: _l("Only those who have completed a course can read this."),
}

FOLLOWING_TOLD: Mapping[Following, LazyString] = {
    Following.FOLLOWED: _l("You will hear of every new post here."),
    Following.NORMAL: _l("You will hear of what concerns you here."),
    Following.MUTED: _l("You will hear nothing more from here."),
}


def board_name(board: BoardHead) -> Markup:
    """Return the name of a board; words in another language are marked as such."""
    named = _named(board)
    if named is None:
        return escape(NAMES[board.kind])
    words = in_language(named, quiet=True)
    return words if board.title is not None else Markup(_with_cohort(board, words))


def plain_board_name(board: BoardHead) -> str:
    """Return the name of a board as plain characters, for titles, mails and feeds."""
    named = _named(board)
    if named is None:
        return str(NAMES[board.kind])
    words = plain_in_language(named)
    return words if board.title is not None else _with_cohort(board, words)


def told_board_name(kind: str, title: TextInLanguages | None, cohort_no: int | None = None) -> str:
    """Return the name of a board as notices and mails remember it."""
    if title is None:
        return str(NAMES[BoardKind(kind)])
    name = plain_in_language(title)
    if cohort_no is None:
        return name
    return _("%(course)s, cohort %(number)s", course=name, number=cohort_no)


def _named(board: BoardHead) -> TextInLanguages | None:
    """Return the title a board was given, or what it is of."""
    return board.title or board.course_title or board.curriculum_title or board.city_name


def _with_cohort(board: BoardHead, name: str) -> str:
    if board.kind != BoardKind.RUN:
        return name
    return _("%(course)s, cohort %(number)s", course=name, number=board.cohort_no)


def region_name(code: str) -> str:
    """Return the name of a country or region in the language of the page."""
    return str(page_locale().territories.get(code, code))


def purpose_words(board: BoardHead) -> Markup:
    """Return what a board is for: its own description, or that of its kind."""
    if board.description is not None:
        return in_language(board.description)
    return escape(PURPOSES[board.kind])


def reader_words(board: BoardHead) -> str:
    """Return who can read a board."""
    if board.readable_by == Audience.EVERYBODY:
        return _("Everybody can read this.")
    if board.readable_by == Audience.SIGNED_IN:
        return _("Everybody who has signed in can read this.")
    if board.readable_by == Audience.STAFF:
        return _("Only the staff can read this.")
    return str(MEMBERS[board.kind])
