"""Whole pages, kept in memory until what they show changes (docs/decisions/0005).

A page is kept per address, language and display choices, under the version of the data it shows;
for people who signed in also per what it shows of them. Their name, what waits unread for them
and the token of their forms are never kept.
"""

import gzip
import hashlib
import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, request, session
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from lms.core.kept import Kept
from lms.i18n.times import reader_zone
from lms.web.display import display

View = TypeVar("View", bound=Callable[..., Any])

CAPACITY = 512

_pages: Kept[tuple[bytes, bytes, str]] = Kept(CAPACITY)


def _unread_words() -> str:
    if not current_user.unread:
        return _("Notifications")
    return _("Notifications: %(count)s unread", count=current_user.unread)


def _token() -> str:
    if "form_token" not in g:  # each kept row of a page asks for it
        g.form_token = generate_csrf()
    return str(g.form_token)


# What is one reader's alone, and what stands for it in a kept page until each answer.
_OF_READER: Mapping[str, Callable[[], str]] = {
    "name": lambda: escape(current_user.full_name),
    "token": _token,
    "unread": lambda: str(current_user.unread or ""),
    "unread_words": lambda: escape(_unread_words()),
}
_STANDS_FOR = {name: f"{name}-{secrets.token_hex(16)}" for name in _OF_READER}


def cached_for_visitors(
    version: Callable[[], str], *, about_reader: Callable[[], Hashable] | None = None
) -> Callable[[View], View]:
    """Keep the view's 200 answers for visitors as long as `version()` stays the same.

    With `about_reader`, pages of people who signed in are kept too: it returns everything about
    the reader that the page shows, besides their name, roles, zone and display choices, and what
    the head of the site says.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(*args: Any, **kwargs: Any) -> Any:
            is_reader = current_user.is_authenticated
            has_message = "_flashes" in session or (session and not is_reader)
            if request.method != "GET" or has_message or (is_reader and about_reader is None):
                return view(*args, **kwargs)
            key = (
                current_app.config["BASE_URL"],
                request.full_path,
                version(),
                reader_zone(),
                display(),
                (frozenset(current_user.roles), about_reader())
                if about_reader and is_reader
                else (),
            )
            page = _pages.get(key)
            if page is None:
                response = _made_for_anybody(view, args, kwargs)
                if response.status_code != 200 or "Set-Cookie" in response.headers:
                    return _with_reader(response) if is_reader else response
                page = _pages.keep(key, _packed(response.get_data()))
            return _personal(page[0]) if is_reader else _answer(*page)

        return cached  # type: ignore[return-value]

    return decorate


def of_reader(name: str) -> str:
    """Return one of `_OF_READER` as markup, or what stands for it in a page that is being kept."""
    return _STANDS_FOR[name] if g.get("is_being_kept") else _OF_READER[name]()


def reader_name() -> str:
    """Return the name of the reader, or what stands for it in a page that is being kept."""
    return of_reader("name")


def form_token() -> str:
    """Return the token of the reader's forms, or what stands for it in a page being kept."""
    return of_reader("token")


def _made_for_anybody(view: Any, args: Any, kwargs: Any) -> Response:
    with being_kept():
        return make_response(view(*args, **kwargs))


@contextmanager
def being_kept() -> Iterator[None]:
    """Let what is made inside bear stand-ins for what is its reader's alone."""
    before = g.get("is_being_kept", False)
    g.is_being_kept = True
    try:
        yield
    finally:  # an error page that comes instead is never kept, and names its reader itself
        g.is_being_kept = before


def with_form_token(html: str) -> str:
    """Return a kept piece with the token of this reader's forms."""
    stands_for = _STANDS_FOR["token"]
    return html.replace(stands_for, form_token()) if stands_for in html else html


def _personal(body: bytes) -> Response:
    return _with_reader(Response(body, mimetype="text/html"))


def _with_reader(response: Response) -> Response:
    html = response.get_data(as_text=True)
    for name, stands_for in _STANDS_FOR.items():
        html = html.replace(stands_for, _OF_READER[name]())
    response.set_data(html)
    return response


def _packed(body: bytes) -> tuple[bytes, bytes, str]:
    return body, gzip.compress(body, 6), hashlib.sha256(body).hexdigest()[:20]


def _answer(body: bytes, packed: bytes, etag: str) -> Response:
    takes_gzip = request.accept_encodings["gzip"] > 0
    response = Response(packed if takes_gzip else body, mimetype="text/html")
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(etag + ("-gz" if takes_gzip else ""))
    response.make_conditional(request)
    return response
