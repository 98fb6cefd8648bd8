"""No act without a token of this reader's own form: another site cannot send one (SECURITY 27)."""

from flask import Flask, request
from flask_wtf import CSRFProtect

HEADER = "X-CSRFToken"


def init_app(app: Flask) -> None:
    """Ask for the token before every view that changes something."""
    _FormTokens(app)


class _FormTokens(CSRFProtect):
    """Looks into the headers first: a beat has no form to be read through."""

    def _get_csrf_token(self) -> str | None:
        return request.headers.get(HEADER) or super()._get_csrf_token()
