"""Signs of life as pages send them, and the code shown on site."""

import json
import re
import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid
from lms.web.forms import Form, LineField

LONGEST_BEAT = 1024
_TAB = re.compile(r"[A-Za-z0-9-]{8,40}")


def read_tab(body: bytes) -> str:
    """Return the tab a beat comes from; raises Invalid for anything else than a beat."""
    tab = _field(body, "tab")
    if not isinstance(tab, str) or not _TAB.fullmatch(tab):
        raise Invalid("tab", _("Open the page of the session again to go on."))
    return tab


def _field(body: bytes, name: str) -> Any:
    if len(body) > LONGEST_BEAT:
        raise Invalid("", _("This is too long."))
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("", _("This is not readable.")) from error
    return data.get(name) if isinstance(data, dict) else None


def tab_or_new(tab: str) -> str:
    """Return the tab an entry comes from; a new one where no script has named it."""
    return tab if _TAB.fullmatch(tab) else secrets.token_hex(8)


class CheckInForm(Form):
    """The code that is shown in the room."""

    code = LineField(_l("Code shown in the room"), limit=40)
