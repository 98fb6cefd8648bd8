"""Why posts are reported and hidden, in the reader's language."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.boards.models import ReportReason
from lms.boards.rules.moderation import Hiding

REASONS: Mapping[ReportReason, LazyString] = {
    ReportReason.PERSONAL_DATA: _l("Personal data of somebody"),
    ReportReason.PATIENT: _l("A patient can be recognised"),
    ReportReason.PICTURE: _l("A picture of people who have not agreed"),
    ReportReason.INSULT: _l("An insult or hatred"),
    ReportReason.ADVERTISING: _l("Advertising or fraud"),
    ReportReason.RIGHTS: _l("Words or pictures that belong to others"),
    ReportReason.OFF_TOPIC: _l("It does not belong here"),
    ReportReason.OTHER: _l("Something else"),
}
BY_REPORTS = _l("Several people have reported it; a moderator will look at it.")


def reason_words(reason: str | None) -> str:
    """Return a reason of the list; without one it was several reports."""
    return str(BY_REPORTS if reason is None else REASONS[ReportReason(reason)])


def hiding_of(kept: str) -> Hiding:
    """Return why a post is hidden, from what its history keeps, for pages to show."""
    return Hiding.read(kept)
