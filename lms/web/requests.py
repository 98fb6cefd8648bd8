"""What is refused before any view: bodies of unknown length, hostile hosts and characters."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

from lms.web.guards import lets_in

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_BODY = "largest_body"
LARGE_FROM = "large_from"


def takes_large_bodies(
    most: int, *, lets: Callable[[], bool] | None = None
) -> Callable[[View], View]:
    """Let a view be sent up to `most` bytes by those its guard lets in; others as everywhere.

    Below the guard. Where that lets in everybody, `lets` says who may send so much: whoever holds
    the link in the address. The view reads the body as a stream, or files of a form, which wait
    on disk.
    """

    def mark(view: View) -> View:
        setattr(view, LARGEST_BODY, most)
        setattr(view, LARGE_FROM, lets)
        return view

    return mark


class RowNumber(IntegerConverter):
    """The id of a row in an address: one way to write it, and no larger than a database holds."""

    regex = "[1-9][0-9]{0,9}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def init_app(app: Flask) -> None:
    """Check each request as it comes in."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_take_head_for_get)
    app.before_request(_check_body)
    app.before_request(_check_address)


def _take_head_for_get() -> None:
    """Let views know only GET and POST.

    HEAD carries no form token and needs none, so a view that took everything but GET for a
    sent form would act on it: programs that look through mails do ask by HEAD.
    """
    if request.method == "HEAD":
        request.method = "GET"


def _check_body() -> None:
    """Ask for a length: a chunked body would be cut at the limit without a word (SECURITY 36).

    What is too long is refused here, for a view that never reads its body would let it pass.
    """
    if request.method not in {"POST", "PUT", "PATCH"}:
        return
    length, usual = request.content_length, request.max_content_length
    if length is None and "Transfer-Encoding" in request.headers:
        abort(411)
    if length is None or usual is None or length <= usual:
        return
    if length > _largest_body():
        abort(413)
    request.max_content_length = length


def _largest_body() -> int:
    """Return how long a body this view takes; who its guard refuses must not fill the disk."""
    view = current_app.view_functions.get(request.endpoint or "")
    larger: int = getattr(view, LARGEST_BODY, 0)
    if view is None or not larger:
        return 0
    lets = getattr(view, LARGE_FROM, None)
    return larger if (lets() if lets is not None else lets_in(view)) else 0


def _check_address() -> None:
    """Refuse NUL and broken surrogates in the address: no text of ours holds them."""
    if "\x00" in request.path or "\ufffd" in request.path or b"%00" in request.query_string:
        raise BadRequest
