"""Sign in and out; a new password by mail."""

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import login, passwords, permissions, queries, rules, services, tries
from lms.accounts.forms import AddressForm, NewPasswordForm, SignInForm
from lms.accounts.views.answers import (
    bp,
    dead_link,
    form_page,
    mail_sent,
    next_path,
    open_session,
    present_session,
    way_on,
)
from lms.core import clock
from lms.core.errors import Conflict, DomainError, Invalid, NotFound, TooMany
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import public, signed_in, signs_in_by
from lms.web.kept_forms import KeptForm, carried_form, kept_form, kept_page


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Sign in with address and password; a form that was kept on the page comes back after it."""
    kept = carried_form()
    if current_user.is_authenticated:
        return kept_page(kept) if kept else redirect(way_on())
    form = SignInForm()
    error = None
    if form.validate_on_submit():
        try:
            return _take_sign_in(form, kept)
        except DomainError as refusal:
            error = refusal
    return _sign_in_page(form, error, kept)


def _sign_in_page(form: SignInForm, error: DomainError | None, kept: KeptForm | None) -> Any:
    demo = queries.demo_accounts() if current_app.config["DEMO"] else []
    return form_page("accounts/sign_in.html", form, error, demo_accounts=demo, kept=kept)


@bp.record_once
def _keep_forms(state: BlueprintSetupState) -> None:
    signs_in_by(state.app, _ask_with_kept)


def _ask_with_kept(status: int) -> Any:
    """Return the sign-in page with the form that came too late on it; None for no form."""
    kept = kept_form()
    if kept is None:
        return None
    answer = _sign_in_page(SignInForm(formdata=None), None, kept)
    answer.status_code = status
    return answer


def _take_sign_in(form: SignInForm, kept: KeptForm | None) -> Any:
    address = form.email.address
    tries.before_password(address)
    person = queries.person_by_email(address)
    stored = person.password_hash if person else ""
    if not passwords.matches(stored, form.password.data):
        tries.after_wrong_password()
        raise Invalid("", _("The e-mail address and the password do not belong together."))
    assert person is not None
    tries.forgive(address)
    if person.awaits_confirmation:
        tries.before_mail(address)
        with unit_of_work():
            services.send_confirmation(person, next_path=next_path(), now=clock.now())
        return mail_sent(address, "confirm")
    goal = way_on([role.role for role in person.roles])
    with unit_of_work():
        services.check_may_enter(person, proved_hash=stored)
        token = open_session(person)
    if kept is not None:
        return login.remember_here(lambda: kept_page(kept), token)
    return login.remember(redirect(goal), token)


@bp.post("/sign-out")
@signed_in
def sign_out() -> Any:
    """End this session, here and in the database."""
    present = present_session()
    with unit_of_work():
        services.end_session(present, actor_id=current_user.id, now=clock.now())
    return login.forget(redirect(url_for("enrolment.show_home")))


@bp.route("/reset", methods=["GET", "POST"])
@public
def ask_reset() -> Any:
    """Send a link for a new password. The answer is the same whether or not anybody has one."""
    form = AddressForm()
    error = None
    if form.validate_on_submit():
        address = form.email.address
        try:
            tries.before_mail(address)
        except TooMany as refusal:
            error = refusal
        else:
            with unit_of_work():
                services.ask_reset(address)
            return mail_sent(address, "reset")
    return form_page("accounts/ask_reset.html", form, error)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> Any:
    """Set a password by a link from a mail (or from the command line, for the first admin)."""
    try:
        found = permissions.get_link_for_new_password(token, clock.now())
    except NotFound:
        return dead_link("reset", 404)
    if not found.is_live:
        return dead_link("reset", 410)
    form = NewPasswordForm()
    error = None
    is_staff = bool(found.person.roles)
    if form.validate_on_submit():
        try:
            return _take_new_password(form, found, is_staff=is_staff)
        except Conflict:
            return dead_link("reset", 410)
        except DomainError as refusal:
            error = refusal
    return form_page(
        "accounts/reset_password.html",
        form,
        error,
        person=found.person,
        shortest=rules.shortest_password(is_staff=is_staff),
    )


def _take_new_password(
    form: NewPasswordForm, found: permissions.FoundLink, *, is_staff: bool
) -> Any:
    person = found.person
    new_hash = services.new_password_hash(
        form.password.data, address=person.email, is_staff=is_staff
    )
    address = person.email
    goal = way_on([role.role for role in person.roles])
    if not person.full_name:
        goal = url_for("organisations.edit_profile")
    present = present_session()
    with unit_of_work():
        services.reset_password(found.link, person, new_hash, now=clock.now())
        token = open_session(person, instead_of=present)
    tries.forgive(address)
    answer = login.remember(redirect(goal), token)
    flash(_("Your new password counts from now on, and you are signed in."), "ok")
    return answer
