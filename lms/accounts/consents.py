"""What a consent says: its purpose, items, retention, and what follows from refusing.

The texts are shown in the page's language; that language and VERSION are kept with each consent.
Whoever changes a text changes VERSION, so that it stays known what each person agreed to.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.accounts.models import ConsentItem
from lms.accounts.rules import REQUIRED_CONSENT
from lms.core.errors import NotFound

VERSION = "2026-11-3"


@dataclass(frozen=True)
class ConsentText:
    """One consent, as the form of DOMAIN section 4 has it."""

    item: ConsentItem
    label: Any
    title: Any
    purpose: Any
    items: Any
    retention: Any
    refusal: Any

    @property
    def is_required(self) -> bool:
        """Tell whether there is no account without it."""
        return self.item == REQUIRED_CONSENT


TEXTS = (
    ConsentText(
        item=ConsentItem.COLLECTION_AND_USE,
        label=_l("I agree to the collection and use of my personal data"),
        title=_l("Collection and use of personal data"),
        purpose=_l(
            "To open and protect your account, to let you take part in courses, to record what "
            "you have completed, and to issue your certificates and confirm them to those you "
            "show them to."
        ),
        items=_l(
            "Name, name in your own script, e-mail address, language, time zone, city, "
            "organisation and position; the year you were born, if you give it; what you watched, "
            "read and answered in your courses; what you write on boards and in messages; when, "
            "from which internet address and with which browser you signed in."
        ),
        retention=_l(
            "Until three years after the end of your last course. The register of completions is "
            "kept for ten years, so that a lost certificate can be issued again. An account that "
            "was never used for a course is deleted when you ask for it."
        ),
        refusal=_l(
            "You may refuse. Without this data we cannot open an account, and you cannot enrol; "
            "the descriptions of courses remain open to everybody."
        ),
    ),
    ConsentText(
        item=ConsentItem.PHOTO_AND_RECORDING,
        label=_l("I agree to photos and recordings that show me"),
        title=_l("Photos and recordings"),
        purpose=_l(
            "To let those who could not be present watch recordings of live sessions, and to "
            "report on the training to the public."
        ),
        items=_l("Your image and voice in live sessions, group photos and closing ceremonies."),
        retention=_l("Three years after the end of the course, or until you withdraw."),
        refusal=_l(
            "You may refuse, and withdraw at any time, without any disadvantage: you can take "
            "part with the camera off."
        ),
    ),
    ConsentText(
        item=ConsentItem.ALUMNI_NEWS,
        label=_l("I would like news for former trainees by mail"),
        title=_l("News for former trainees"),
        purpose=_l("To tell you about later courses, seminars and meetings of former trainees."),
        items=_l("E-mail address and city."),
        retention=_l("Two years; then we ask again. Or until you withdraw."),
        refusal=_l("You may refuse, and withdraw at any time, without any disadvantage."),
    ),
)


def text_of(item: str) -> ConsentText:
    """Return the text of one consent. Raises NotFound for what is none."""
    for text in TEXTS:
        if text.item == item:
            return text
    raise NotFound
