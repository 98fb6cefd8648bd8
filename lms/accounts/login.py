"""Who is signed in: the session cookie, and the reader as `current_user`."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from flask import Flask, Request, Response, current_app, g, make_response, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin

from lms.accounts import queries, services
from lms.accounts.models import Person, PersonState, Role
from lms.accounts.rules import LIFE_OF_OTHERS, is_alive, is_staff
from lms.core import clock
from lms.core.unit_of_work import unit_of_work

SEEN_EVERY = timedelta(minutes=5)


class Reader(UserMixin):
    """A signed-in person as the pages see them."""

    def __init__(self, found: queries.SignedIn) -> None:
        self.id = found.person_id
        self.roles = found.roles
        self.email = found.email
        self.full_name = found.full_name
        self.name_in_own_script = found.name_in_own_script
        self.preferred_language = found.preferred_language
        self.time_zone = found.time_zone
        self.email_confirmed_at = found.email_confirmed_at
        self.unread = found.unread
        self.login_session_id = found.session_id

    @cached_property
    def person(self) -> Person:
        """Return the row of the person, for what is done by them or to them."""
        return queries.person_with_roles(self.id)

    def get_id(self) -> str:
        return str(self.id)

    @property
    def is_staff(self) -> bool:
        """Tell whether the staff pages are theirs."""
        return is_staff(self.roles)

    @property
    def teaches(self) -> bool:
        """Tell whether they are an instructor."""
        return Role.INSTRUCTOR in self.roles


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    id = None
    roles: frozenset[str] = frozenset()
    preferred_language = ""
    time_zone = ""
    email_confirmed_at = None
    unread = 0
    is_staff = False
    teaches = False


def init_app(app: Flask) -> None:
    """Load the reader from the session cookie on each request."""
    manager = LoginManager(app)
    manager.anonymous_user = Visitor
    manager.session_protection = None
    manager.request_loader(_load)


def cookie_name() -> str:
    """Return the name of the session cookie; `__Host-` wherever the site is served by TLS."""
    return "__Host-ieum" if current_app.config["SESSION_COOKIE_SECURE"] else "ieum"


def _load(request: Request) -> Reader | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    found = queries.signed_in(token)
    if found is None or found.state != PersonState.ACTIVE:
        return None
    now = clock.now()
    if not is_alive(found.created_at, found.last_seen_at, found.roles, now):
        return None
    if now - found.last_seen_at > SEEN_EVERY:
        with unit_of_work():
            services.touch_session(found.session_id, now=now)
    return Reader(found)


def remember(response: Any, token: str) -> Response:
    """Put the session cookie on the answer; the form tokens of before are gone."""
    _drop_form_tokens()
    return _with_cookie(response, token)


def remember_here(show: Callable[[], Any], token: str) -> Response:
    """Put the session cookie on a page, which is made for who has just signed in."""
    _drop_form_tokens()
    found = queries.signed_in(token)
    assert found is not None
    g._login_user = Reader(found)
    return _with_cookie(make_response(show()), token)


def _drop_form_tokens() -> None:
    session.clear()
    g.pop("csrf_token", None)


def _with_cookie(response: Any, token: str) -> Response:
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(LIFE_OF_OTHERS[1].total_seconds()),
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
        path="/",
    )
    answer: Response = response
    return answer


def forget(response: Any) -> Response:
    """Take the session cookie away and ask the browser to drop what it kept."""
    session.clear()
    response.delete_cookie(cookie_name(), path="/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    answer: Response = response
    return answer
