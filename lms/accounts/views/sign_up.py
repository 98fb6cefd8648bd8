"""Sign up, confirm the address."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import consents, login, permissions, services, tries
from lms.accounts.forms import SignUpForm
from lms.accounts.views.answers import (
    bp,
    dead_link,
    form_page,
    mail_sent,
    next_path,
    open_session,
    present_session,
    private,
    way_on,
)
from lms.core import clock
from lms.core.errors import Conflict, DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import page_language
from lms.i18n.times import told_zone
from lms.web.guards import public
from lms.web.limits import client_address


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Any:
    """Take a sign-up. The answer is the same whether or not the address has an account."""
    if current_user.is_authenticated:
        return redirect(way_on())
    form = SignUpForm()
    error = None
    if form.validate_on_submit():
        try:
            return _take_sign_up(form)
        except DomainError as refusal:
            error = refusal
    return form_page("accounts/sign_up.html", form, error, texts=consents.TEXTS)


def _take_sign_up(form: SignUpForm) -> Any:
    address = form.email.address
    if form.leave_empty.data:
        return mail_sent(address, "confirm")
    # What can be mended at once costs none of the mails one may ask for.
    services.check_new_password(form.password.data, address=address, is_staff=False)
    tries.before_mail(address)
    entered = services.SignUp(
        email=address,
        full_name=form.full_name.data,
        password_hash=services.new_password_hash(
            form.password.data, address=address, is_staff=False
        ),
        language=page_language(),
        consents=[text.item for text in consents.TEXTS if form[text.item].data],
        consent_version=consents.VERSION,
        time_zone=told_zone(),
        address=client_address(),
        next_path=next_path(),
    )
    with unit_of_work():
        services.ask_sign_up(entered, now=clock.now())
    return mail_sent(address, "confirm")


@bp.get("/check-your-mail")
@public
def show_mail_sent() -> Any:
    """Say where a mail went and what to do with it."""
    sent = session.get("mail_sent")
    if sent is None:
        return redirect(url_for("accounts.sign_in"))
    server = current_app.config["MAIL_SERVER"]
    page = render_template("accounts/show_mail_sent.html", is_kept_here=not server, **sent)
    return private(page)


@bp.route("/confirm-email/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> Any:
    """Confirm an address by a button: programs that look through mails follow links.

    They ask by GET and by HEAD, so only a POST counts.
    """
    try:
        found = permissions.get_link_for_confirming(token, clock.now())
    except NotFound:
        return dead_link("confirm", 404)
    if not found.is_live:
        return _dead_confirmation(found)
    if request.method != "POST":
        return private(render_template("accounts/confirm_email.html", person=found.person))
    present = present_session()
    try:
        with unit_of_work():
            services.confirm_email(found.link, found.person, now=clock.now())
            token = open_session(found.person, instead_of=present)
    except Conflict:
        return dead_link("confirmed", 410)
    answer = redirect(next_path() or url_for("organisations.edit_profile"))
    login.remember(answer, token)
    flash(_("Your e-mail address is confirmed, and you are signed in."), "ok")
    return answer


def _dead_confirmation(found: permissions.FoundLink) -> Any:
    """Offer a new link where one is of use; by a button, it goes to the same address."""
    person = found.person
    if not person.awaits_confirmation:
        return dead_link("confirmed", 410)
    if request.method != "POST":
        return dead_link("confirm", 410, may_renew=True)
    tries.before_mail(person.email)
    with unit_of_work():
        services.send_confirmation(person, next_path=next_path(), now=clock.now())
    return mail_sent(person.email, "confirm")
