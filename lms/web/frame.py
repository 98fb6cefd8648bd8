"""The head and the foot of the site, made once for all pages that share them.

They follow from the language, the reader's roles, how pages are shown and which view it is, and
are kept by these. What differs from page to page (its address, the reader's name, how much they
have not read, the token of their forms) is a slot in what is kept, filled for each answer.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import quote

from flask import Flask, current_app, render_template, request
from flask_login import current_user
from markupsafe import Markup, escape

from lms.core.kept import Kept
from lms.i18n.languages import PAGE_LANGUAGES, page_language
from lms.i18n.times import reader_zone
from lms.web.addresses import alternate_url, readable_path
from lms.web.display import display
from lms.web.page_cache import form_token, of_reader, reader_name

CAPACITY = 2048

# Not to be guessed: no text of a page can be taken for a slot.
_SLOT = f"slot-{secrets.token_hex(12)}-"
_SLOTS = re.compile(rf"{_SLOT}(\w+)\.")

_FILLINGS: Mapping[str, Callable[[], str]] = {
    "here": lambda: escape(quote(readable_path(), safe="!$'()*,/:;?@")),  # as url_for writes it
    "reader": lambda: escape(reader_name()),
    "token": lambda: escape(form_token()),
    "unread": lambda: escape(of_reader("unread")),
    "unread_words": lambda: escape(of_reader("unread_words")),
    "zone": lambda: escape(reader_zone().label),
    **{
        language.code: lambda code=language.code: escape(alternate_url(code))  # type: ignore[misc]
        for language in PAGE_LANGUAGES
    },
}


def init_app(app: Flask) -> None:
    """Open the memory of frames: each application has its own settings in them."""
    app.extensions["frames"] = Kept[list[str]](CAPACITY)


def frame(part: str, *, signed_in: bool, bare: bool = False) -> Markup:
    """Return the "header" or "footer" of this page.

    `bare` asks neither for a person nor for the database: the pages of 500 and 503.
    """
    frames: Kept[list[str]] = current_app.extensions["frames"]
    roles = frozenset(current_user.roles) if signed_in else frozenset()
    shown = (page_language(), display(), reader_zone().is_guess)
    key = (part, request.endpoint, signed_in, bare, roles, shown)
    pieces = frames.get(key) or frames.keep(key, _make(part, signed_in, bare))
    filled = [_FILLINGS[piece]() if n % 2 else piece for n, piece in enumerate(pieces)]
    return Markup("".join(filled))


def _make(part: str, signed_in: bool, bare: bool) -> list[str]:
    """Return the part as its texts and, between each two, the name of the slot there."""
    html = render_template(
        f"layouts/_{part}.html",
        signed_in=signed_in,
        bare=bare,
        here=_slot("here"),
        reader=_slot("reader"),
        token=_slot("token"),
        unread=_slot("unread"),
        unread_words=_slot("unread_words"),
        zone_label=_slot("zone"),
        zone_is_guess=reader_zone().is_guess,
        alternates={language.code: _slot(language.code) for language in PAGE_LANGUAGES},
    )
    return _SLOTS.split(html)


def _slot(name: str) -> str:
    return f"{_SLOT}{name}."
