"""Pieces of pages, kept by all that they show: rows of lists, posts (docs/decisions/0005).

No version is needed: what a piece is made from is read for each page anyway, and is its key.
"""

import hashlib
from typing import Any

from flask import g
from flask_login import current_user
from jinja2.runtime import Macro
from markupsafe import Markup

from lms.core.kept import Kept
from lms.i18n.formats import preferences
from lms.i18n.languages import page_language
from lms.i18n.times import reader_zone
from lms.web.page_cache import being_kept, with_form_token

CAPACITY = 4000

_pieces: Kept[str] = Kept(CAPACITY)


def piece(say: Macro, *given: Any) -> Markup:
    """Return what a macro says of the values given to it, made once for all pages.

    Only for macros with a name of their own that show nothing but what is given to them (values
    whose `repr` tells all of them), in the language and zone of the page, and the reader's roles.
    """
    key = _key(say.name, given)
    html = _pieces.get(key)
    if html is None:
        with being_kept():
            html = _pieces.keep(key, str(say(*given)))
    return Markup(with_form_token(html))


def _key(name: str, given: tuple[Any, ...]) -> bytes:
    if "pieces_seen_by" not in g:  # settled before a page is made, and asked for by each row
        reader = (current_user.is_authenticated, sorted(current_user.roles))
        g.pieces_seen_by = repr((page_language(), reader_zone(), preferences(), reader))
    said = repr((name, g.pieces_seen_by, given))
    return hashlib.blake2b(said.encode(), digest_size=16).digest()
