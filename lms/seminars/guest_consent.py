"""What guests of a public seminar consent to, in the form of DOMAIN section 4.

Shown in the page's language; that language and VERSION are kept with each guest. Whoever changes
a text changes VERSION.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

VERSION = "2026-11-1"


@dataclass(frozen=True)
class GuestConsent:
    """The one consent guests are asked for."""

    purpose: Any
    items: Any
    retention: Any
    refusal: Any


TEXT = GuestConsent(
    purpose=_l(
        "To hold a place for you in this one seminar, to send you your link, reminders and "
        "changes, to let you into its video room, which is told your name, and to count how many "
        "people came."
    ),
    items=_l(
        "Name, e-mail address, organisation if you give it, time zone, language, and when you "
        "were in the seminar."
    ),
    retention=_l("Until 180 days after the seminar; then it is deleted."),
    refusal=_l(
        "You may refuse. Without this data we cannot send you a link; what the page of the "
        "seminar says remains open to everybody."
    ),
)
