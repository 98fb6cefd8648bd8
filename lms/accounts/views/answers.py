"""What the pages of accounts share: their blueprint and the ways they answer."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user

from lms.accounts import permissions, rules, services
from lms.core import clock
from lms.core.errors import DomainError, Invalid, TooMany
from lms.i18n.languages import localise
from lms.web.guards import local_path
from lms.web.limits import client_address

bp = localise(Blueprint("accounts", __name__, url_prefix="/<language:language>"))


def form_page(template: str, form: Any, error: DomainError | None, **shown: Any) -> Any:
    """Return a page with a form: 422 with what is wrong beside its field, 429 with how long."""
    if isinstance(error, Invalid):
        form.refuse(error)
    elif error is not None:
        form.form_errors.append(error.message)
    status = 422 if form.errors else 200
    headers = {}
    if isinstance(error, TooMany):
        status = 429
        headers["Retry-After"] = str(error.retry_after)
    return private(render_template(template, form=form, **shown), status, headers)


def private(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    """Return a page that is not to be kept by the browser."""
    return make_response(page, status, {"Cache-Control": "no-store", **(headers or {})})


def present_session() -> Any:
    """Return the login session of this browser, to be ended by a new one; None for a visitor."""
    if not current_user.is_authenticated:
        return None
    return permissions.get_session_for_ending(current_user, current_user.login_session_id)


def open_session(person: Any, *, instead_of: Any = None) -> str:
    """Open a session for somebody who has shown who they are (inside a unit of work)."""
    now = clock.now()
    if instead_of is not None:
        services.end_session(instead_of, actor_id=instead_of.person_id, now=now)
    return services.start_session(
        person, user_agent=request.user_agent.string, address=client_address(), now=now
    )


def mail_sent(address: str, about: str) -> Any:
    """Lead to the page that says a mail is on its way: "confirm" or "reset"."""
    # In the session and not in the address: addresses of pages end up in logs.
    session["mail_sent"] = {"to": address, "about": about}
    return redirect(url_for("accounts.show_mail_sent"))


def next_path() -> str:
    """Return the page of this site the reader was on the way to, or ""."""
    return local_path(request.args.get("next"))


def way_on(roles: Any = None) -> str:
    """Return where to go after signing in."""
    if rules.is_staff(current_user.roles if roles is None else roles):
        return next_path() or url_for("enrolment_manage.list_runs")
    return next_path() or url_for("progress.show_my_learning")


def dead_link(about: str, status: int, *, may_renew: bool = False) -> Any:
    """Return the page for a link that no longer works (or never did)."""
    page = render_template("accounts/_dead_link.html", about=about, may_renew=may_renew)
    return private(page, status)
