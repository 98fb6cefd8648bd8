"""A form that came too late is kept, shown to its writer and sent by them (docs/decisions/0011).

The session ended, or the token of the form no longer counts: what was typed comes back in the
answer itself, nothing of it is stored. On the sign-in page it travels along with the password
under names of its own (`kept:…`), and stands afterwards in a form with a fresh token.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import current_app, g, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from lms.web.form_labels import labels_of
from lms.web.form_tokens import HEADER as TOKEN_HEADER
from lms.web.guards import local_path, may_call
from lms.web.saving import is_autosave

SIGN_IN = "accounts.sign_in"
PREFIX = "kept:"
TO, FROM, FILE = "kept-to", "kept-from", "kept-file"

FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
# A request may carry 1,000 parts; some are the sign-in form's own.
MOST_FIELDS = 940
MOST_FILES = 20
# What stands around each field in a body of several parts, and room for the sign-in form.
AROUND_FIELD = 160
ROOM = 16 * 1024
LONGEST_LINE = 80
LONGEST_NAME = 200
# What is shorter is soon typed again.
SHORTEST_TEXT = 40
# What may be a token: no blank in it.
ONE_WORD = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class KeptField:
    """One field as it was sent, and what its form calls it ("" when it calls it nothing)."""

    name: str
    value: str
    label: str

    @property
    def is_long(self) -> bool:
        """Tell whether it needs more than a line."""
        return len(self.value) > LONGEST_LINE or "\n" in self.value

    @property
    def is_shown_first(self) -> bool:
        """Tell whether a person wrote or chose it, as far as can be told."""
        return bool(self.label) or self.is_long

    @property
    def is_text(self) -> bool:
        """Tell whether a person wrote it, and so much that it is not soon typed again."""
        is_typed = bool(self.label) or not ONE_WORD.fullmatch(self.value)
        return is_typed and (len(self.value) > SHORTEST_TEXT or "\n" in self.value.strip())


@dataclass(frozen=True)
class KeptForm:
    """A form that could not be taken: where it goes, what was typed, which files were chosen."""

    endpoint: str
    target: str
    fields: tuple[KeptField, ...]
    files: tuple[str, ...]
    written_on: str

    @property
    def fits(self) -> bool:
        """Tell whether all of it can be sent once more, together with a password."""
        most = current_app.config["MAX_CONTENT_LENGTH"] - ROOM
        sizes = (
            AROUND_FIELD + len(f.name.encode()) + len(f.value.encode()) + f.value.count("\n")
            for f in self.fields
        )
        return len(self.fields) <= MOST_FIELDS and sum(sizes) <= most

    @property
    def may_be_sent(self) -> bool:
        """Tell whether this reader would pass the guard of the view it goes to."""
        return may_call(current_app.view_functions[self.endpoint])


def kept_form() -> KeptForm | None:
    """Return the form of a request that cannot be taken, or the one a sign-in carries along."""
    return carried_form() if request.endpoint == SIGN_IN else _sent_form()


def texts_written() -> list[KeptField]:
    """Return the longer texts of a form that was refused; none where its token was not looked at.

    What another site has a browser send would stand there as the reader's own words.
    """
    kept = _sent_form() if g.get("csrf_valid") else None
    return [] if kept is None else [each for each in kept.fields if each.is_text]


def carried_form() -> KeptForm | None:
    """Return the form that was kept on the sign-in page; None when there is none."""
    found = _target(request.form.get(TO, ""))
    if found is None:
        return None
    pairs = [
        (name.removeprefix(PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(PREFIX)
    ]
    return _kept(*found, pairs, request.form.getlist(FILE), request.form.get(FROM))


def _sent_form() -> KeptForm | None:
    """Return the form of this request; None for what scripts send and for forms of passwords."""
    if not _is_sent_by_person() or any(_is_password(name) for name in request.form):
        return None
    path = url_for(str(request.endpoint), **(request.view_args or {}))
    target = _with_query(path, request.query_string.decode(errors="replace"))
    files = [file.filename or "" for file in request.files.values()]
    pairs = request.form.items(multi=True)
    return _kept(str(request.endpoint), target, pairs, files, request.referrer)


def _is_sent_by_person() -> bool:
    return (
        request.method == "POST"
        and request.endpoint is not None
        and request.mimetype in FORM_TYPES
        and not request.path.startswith("/api/")
        and not is_autosave()
        and TOKEN_HEADER not in request.headers
    )


def _kept(
    endpoint: str,
    target: str,
    pairs: Iterable[tuple[str, str]],
    files: Iterable[str],
    written_on: str | None,
) -> KeptForm | None:
    sent = [(n, v) for n, v in pairs if not _is_password(n) and not n.endswith("csrf_token")]
    if not any(value.strip() for _name, value in sent):
        return None
    labels = labels_of(current_app.view_functions[endpoint], (name for name, _value in sent))
    return KeptForm(
        endpoint,
        target,
        tuple(KeptField(name, value, labels[name]) for name, value in sent),
        tuple(name[:LONGEST_NAME] for name in files if name)[:MOST_FILES],
        local_path(written_on),
    )


def _is_password(name: str) -> bool:
    return "password" in name.casefold()


def _target(address: str) -> tuple[str, str] | None:
    """Return the endpoint and the address of what takes forms here; None for all else.

    The address is made anew from what it was found to mean: nothing of the text itself is used.
    """
    parts = urlsplit(local_path(address))
    adapter = current_app.create_url_adapter(request)
    if not parts.path or adapter is None or parts.path.startswith("/api/"):
        return None
    try:
        endpoint, values = adapter.match(unquote(parts.path), method="POST")
    except HTTPException:
        return None
    return endpoint, _with_query(url_for(endpoint, **values), parts.query)


def _with_query(path: str, query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def is_from_here() -> bool:
    """Tell whether the browser says that a page of this site sent the request.

    Another site can have a browser send a form, but not say that it came from us. Who says
    nothing counts as another site.
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        return f"{origin}/" == request.host_url
    said = request.headers.get("Sec-Fetch-Site")
    return said == "same-origin" if said is not None else bool(local_path(request.referrer))


def kept_page(kept: KeptForm, *, status: int = 200) -> Any:
    """Return the page that shows a kept form to its writer, with the button that sends it."""
    page = render_template("web/kept_form.html", kept=kept, is_expired=status >= 400)
    return make_response(page, status, {"Cache-Control": "no-store"})
