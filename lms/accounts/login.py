"""Who is signed in: the session cookie, and the reader as `current_user`."""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, g, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin

from lms.accounts import queries, services
from lms.accounts.models import Person, PersonState, Role
from lms.accounts.rules import LIFE_OF_OTHERS, is_alive, is_staff
from lms.core import clock
from lms.core.unit_of_work import unit_of_work

SEEN_EVERY = timedelta(minutes=5)


class Reader(UserMixin):
    """A signed-in person as the pages see them."""

    def __init__(self, person: Person, login_session_id: int) -> None:
        self.person = person
        self.id = person.id
        self.roles = {str(role.role) for role in person.roles}
        self.login_session_id = login_session_id

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

    person = None
    id = None
    roles: frozenset[str] = frozenset()
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
    found = queries.login_session(token)
    if found is None or found.person.state != PersonState.ACTIVE:
        return None
    reader = Reader(found.person, found.id)
    now = clock.now()
    if not is_alive(found, reader.roles, now):
        return None
    if now - found.last_seen_at > SEEN_EVERY:
        with unit_of_work():
            services.touch_session(found, now=now)
    return reader


def remember(response: Any, token: str) -> Response:
    """Put the session cookie on the answer; the form tokens of before are gone."""
    session.clear()
    g.pop("csrf_token", None)
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
