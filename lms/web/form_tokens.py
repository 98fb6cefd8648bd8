"""No act without a token of this reader's own form: another site cannot send one (SECURITY 27)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf import CSRFProtect

View = TypeVar("View", bound=Callable[..., Any])

HEADER = "X-CSRFToken"
ASKS_FOR_NONE = "asks_for_no_form_token"


def without_form_token(view: View) -> View:
    """Let a view be called by programs that were given its whole address and open no page first.

    Only where a signed word in the address says whose matter it is, whoever is signed in.
    """
    setattr(view, ASKS_FOR_NONE, True)
    return view


def init_app(app: Flask) -> None:
    """Ask for the token before every view that changes something."""
    _FormTokens(app)


class _FormTokens(CSRFProtect):
    """Looks into the headers first: a beat has no form to be read through."""

    def protect(self, apply_exemptions: bool = False) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if not getattr(view, ASKS_FOR_NONE, False):
            super().protect(apply_exemptions)

    def _get_csrf_token(self) -> str | None:
        return request.headers.get(HEADER) or super()._get_csrf_token()
