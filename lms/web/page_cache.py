"""Whole pages for visitors, kept in memory until what they show changes.

A page is kept per address, language and the visitor's display choices, under the version
of the data it shows. People who signed in always get a page made for them.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

from flask import Response, current_app, make_response, request, session
from flask_login import current_user

from lms.i18n.times import reader_zone
from lms.web.display import display

View = TypeVar("View", bound=Callable[..., Any])

CAPACITY = 512

_pages: OrderedDict[tuple[Any, ...], tuple[bytes, bytes, str]] = OrderedDict()
_lock = Lock()


def cached_for_visitors(version: Callable[[], str]) -> Callable[[View], View]:
    """Keep the view's 200 answers for visitors as long as `version()` stays the same."""

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(*args: Any, **kwargs: Any) -> Any:
            if current_user.is_authenticated or session or request.method != "GET":
                return view(*args, **kwargs)
            shown = display()
            key = (
                current_app.config["BASE_URL"],
                request.full_path,
                version(),
                reader_zone(),
                shown,
            )
            page = _kept(key)
            if page is None:
                response = make_response(view(*args, **kwargs))
                if response.status_code != 200 or "Set-Cookie" in response.headers:
                    return response
                page = _keep(key, response.get_data())
            return _answer(*page)

        return cached  # type: ignore[return-value]

    return decorate


def _kept(key: tuple[Any, ...]) -> tuple[bytes, bytes, str] | None:
    with _lock:
        page = _pages.get(key)
        if page is not None:
            _pages.move_to_end(key)
        return page


def _keep(key: tuple[Any, ...], body: bytes) -> tuple[bytes, bytes, str]:
    page = (body, gzip.compress(body, 6), hashlib.sha256(body).hexdigest()[:20])
    with _lock:
        _pages[key] = page
        while len(_pages) > CAPACITY:
            _pages.popitem(last=False)
    return page


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
