"""Who may call a view at all. What they may reach inside is the permission door's matter."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.sansio.app import App
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from lms.web.saving import is_autosave, signed_out_answer

View = TypeVar("View", bound=Callable[..., Any])

POLICY = "guard_policy"
LETS_IN = "guard_lets_in"
SIGN_IN_PAGE = "sign_in_page"


def public(view: View) -> View:
    """Let everybody in."""
    setattr(view, POLICY, "public")
    return view


def signed_in(view: View) -> View:
    """Let people in who have signed in; send others to the sign-in page and back afterwards."""
    return _guarded(view, "signed in", lambda: True)


def requires_role(*roles: str) -> Callable[[View], View]:
    """Let people in who hold one of the roles; admins pass wherever staff do."""

    def decorate(view: View) -> View:
        return _guarded(view, "|".join(roles), lambda: bool(current_user.roles & set(roles)))

    return decorate


def _guarded(view: View, policy: str, allowed: Callable[[], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return ask_to_sign_in()
        if not allowed():
            raise Forbidden
        return view(*args, **kwargs)

    setattr(guarded, POLICY, policy)
    setattr(guarded, LETS_IN, allowed)
    return guarded  # type: ignore[return-value]


def lets_in(view: Callable[..., Any]) -> bool:
    """Tell whether this reader, having signed in, would pass the guard of a view."""
    allowed = getattr(view, LETS_IN, None)
    return allowed is not None and current_user.is_authenticated and allowed()


def may_call(view: Callable[..., Any]) -> bool:
    """Tell whether this reader, signed in or not, would pass the guard of a view."""
    return getattr(view, POLICY, "") == "public" or lets_in(view)


def signs_in_by(app: App, page: Callable[[int], Any]) -> None:
    """Let `page` ask people to sign in where they sent a form.

    It is given the status of the answer, and returns None when nothing was typed.
    """
    app.extensions[SIGN_IN_PAGE] = page


def sign_in_page(status: int) -> Any:
    """Return the sign-in page with the form that was sent kept on it; None for no form."""
    return current_app.extensions[SIGN_IN_PAGE](status)


def ask_to_sign_in() -> Any:
    """Answer a visitor where a person is needed: 401 for scripts, the sign-in page for readers.

    What somebody typed into a form stays on that page (docs/decisions/0011).
    """
    if request.path.startswith("/api/"):
        return {"error": "signed_out"}, 401
    if is_autosave():
        return signed_out_answer()
    kept = sign_in_page(401) if request.method == "POST" else None
    if kept is not None:
        return kept
    back = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or ""
    return redirect(url_for("accounts.sign_in", next=local_path(back)))


def local_path(address: str | None) -> str:
    """Return the path of an address on this site, or "" for anything that leads elsewhere."""
    if not address:
        return ""
    if address.startswith(request.host_url):
        address = address[len(request.host_url) - 1 :]
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    if not plain or "\\" in address or any(ord(char) < 0x20 for char in address):
        return ""
    return address


def check_every_view_is_guarded(app: Flask) -> None:
    """Refuse to start with a view nobody decided about: deny by default."""
    open_views = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, POLICY)
    ]
    if open_views:
        raise RuntimeError(f"views without a guard: {', '.join(sorted(open_views))}")
