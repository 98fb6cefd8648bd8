"""Error pages in the reader's language, and JSON for scripts. None needs the database."""

import secrets
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.exceptions import HTTPException

from lms.core import errors
from lms.web.guards import may_call, sign_in_page
from lms.web.kept_forms import is_from_here, kept_form, kept_page, texts_written
from lms.web.saving import closed_answer, expired_answer, is_autosave, signed_out_answer

STATUS_OF = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
}
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Register the pages for what the domain, the framework and the database raise."""
    app.register_error_handler(errors.DomainError, _domain)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    # Found by a door, and removed by somebody else before the unit of work began.
    app.register_error_handler(ObjectDeletedError, lambda _error: _page(404))
    app.register_error_handler(Exception, _unforeseen)


def _domain(error: errors.DomainError) -> Any:
    """Answer what is refused, with what was written: a door may close while somebody writes."""
    code, retry_after = STATUS_OF[type(error)], getattr(error, "retry_after", None)
    if is_autosave():
        return closed_answer(error.message), code, _headers(retry_after)
    return _page(code, message=error.message, retry_after=retry_after, written=texts_written())


def _expired_form(_error: CSRFError) -> Any:
    """Answer a form without a token that counts; what this site's own page sent is not lost.

    Another site's form is not even shown: its words would stand here as the reader's.
    """
    if is_autosave():
        view = current_app.view_functions[str(request.endpoint)]
        return expired_answer() if may_call(view) else signed_out_answer()
    kept = kept_form() if is_from_here() else None
    if kept is None:
        return _page(400, expired_form=True)
    if kept.may_be_sent or current_user.is_authenticated:
        return kept_page(kept, status=400)
    return sign_in_page(400)


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400:  # a redirect of the router
        return error
    return _page(code if code in PAGES else (400 if code < 500 else 500))


def _database(error: OperationalError) -> Any:
    current_app.logger.error("database unavailable", exc_info=error)
    return _page(503, retry_after=30)


def _unforeseen(error: Exception) -> Any:
    reference = secrets.token_hex(4)
    current_app.logger.error("unforeseen error %s", reference, exc_info=error)
    return _page(500, reference=reference)


def _page(code: int, **shown: Any) -> Any:
    if code >= 500:
        # Who reads is kept in the database: asking it here would fail the page about its failure.
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    headers = _headers(shown.get("retry_after"))
    if request.path.startswith("/api/"):
        return {"error": code, "message": shown.get("message", "")}, code, headers
    return render_template(f"errors/{code}.html", code=code, **shown), code, headers


def _headers(retry_after: int | None) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    return headers
