"""The account: its password, devices, consents and language."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import consents, login, passwords, permissions, queries, rules, services, tries
from lms.accounts.forms import ChangePasswordForm, LanguageForm
from lms.accounts.views.answers import bp, form_page, open_session
from lms.accounts.views.sign_in import sign_out
from lms.core import clock
from lms.core.errors import DomainError, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import page_language
from lms.web.guards import signed_in
from lms.web.limits import client_address


@bp.route("/account", methods=["GET", "POST"])
@signed_in
def show_account() -> Any:
    """Show address, password, devices and consents; a POST changes the password."""
    form = ChangePasswordForm()
    error = None
    if form.validate_on_submit():
        try:
            return _take_changed_password(form)
        except DomainError as refusal:
            error = refusal
    person = current_user.person
    return form_page(
        "accounts/show_account.html",
        form,
        error,
        language_form=LanguageForm(formdata=None, preferred_language=person.preferred_language),
        sessions=queries.open_sessions(
            current_user.id, life=rules.life_of_session(current_user.roles), now=clock.now()
        ),
        texts=consents.TEXTS,
        consents=queries.consents_of(current_user.id),
        shortest=rules.shortest_password(is_staff=bool(current_user.roles)),
    )


def _take_changed_password(form: ChangePasswordForm) -> Any:
    person = current_user.person
    # A borrowed session must not become the account by guessing on.
    tries.before_password(person.email)
    if not passwords.matches(person.password_hash, form.old_password.data):
        tries.after_wrong_password()
        raise Invalid("old_password", _("This is not your current password."))
    tries.forgive(person.email)
    new_hash = services.new_password_hash(
        form.password.data, address=current_user.email, is_staff=bool(current_user.roles)
    )
    with unit_of_work():
        services.change_password(person, new_hash, now=clock.now())
        token = open_session(person)
    answer = login.remember(redirect(url_for("accounts.show_account")), token)
    flash(_("Your new password counts from now on. Other devices are signed out."), "ok")
    return answer


@bp.post("/account/devices/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Any:
    """Sign one of the reader's devices out."""
    if session_id == current_user.login_session_id:
        return sign_out()
    found = permissions.get_session_for_ending(current_user, session_id)
    with unit_of_work():
        services.end_session(found, actor_id=current_user.id, now=clock.now())
    flash(_("That device is signed out."), "ok")
    return redirect(url_for("accounts.show_account", _anchor="devices"))


@bp.post("/account/devices/end-others")
@signed_in
def end_other_sessions() -> Any:
    """Sign the reader out everywhere but here."""
    with unit_of_work():
        services.end_sessions(
            current_user.person,
            actor_id=current_user.id,
            keep=current_user.login_session_id,
            now=clock.now(),
        )
    flash(_("All other devices are signed out."), "ok")
    return redirect(url_for("accounts.show_account", _anchor="devices"))


@bp.post("/account/consents/<item>")
@signed_in
def change_consent(item: str) -> Any:
    """Give or withdraw one consent."""
    text = consents.text_of(item)
    with unit_of_work():
        if request.form.get("give") == "1":
            services.give_consent(
                current_user.person,
                text.item,
                version=consents.VERSION,
                language=page_language(),
                address=client_address(),
                now=clock.now(),
            )
        else:
            services.withdraw_consent(current_user.person, text.item, now=clock.now())
    flash(_("Your choice is saved."), "ok")
    return redirect(url_for("accounts.show_account", _anchor="consents"))


@bp.post("/account/language")
@signed_in
def set_language() -> Any:
    """Choose the language of mails, and of pages opened without one."""
    form = LanguageForm()
    if not form.validate():
        raise Invalid("preferred_language", _("Choose one of the languages."))
    with unit_of_work():
        services.change_person(
            current_user.person,
            preferred_language=form.preferred_language.data,
            actor_id=current_user.id,
            now=clock.now(),
        )
    flash(_("Your choice is saved."), "ok")
    return redirect(url_for("accounts.show_account", _anchor="language"))
