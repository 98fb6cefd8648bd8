"""Pages of guests of a public seminar: two short ones to register, and the way out again.

What was entered on the first waits in the signed cookie of the browser for the consent on the
second: that can be read in any language, and nothing is kept of who does not agree.
"""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import page_language
from lms.i18n.times import told_zone
from lms.seminars import guest_consent
from lms.seminars.forms.guests import GuestConsentForm, GuestForm, LinkAgainForm
from lms.seminars.permissions import (
    Comer,
    get_guest_for_cancelling,
    get_sitting_for_guests,
    get_sitting_for_registering,
)
from lms.seminars.queries import SittingRow
from lms.seminars.rules.guests import is_full, takes_guests
from lms.seminars.rules.presence import PassKind
from lms.seminars.services import guests
from lms.seminars.services.guests import Registration
from lms.seminars.views.joining import by_link
from lms.seminars.views.pages import PAGE, bp
from lms.web.guards import public
from lms.web.limits import check_limit, client_address

REGISTER = f"{PAGE}/sessions/<int:sitting_id>/register"
ENTERED, SENT = "guest_entered", "guest_sent"

MAILS_TO_ADDRESS = "5/hour"
MAILS_FROM_ADDRESS = "120/hour"  # it may stand for a whole office


@bp.route(REGISTER, methods=["GET", "POST"])
@public
def register_guest(sitting_id: int) -> Any:
    """Ask who wants to come as a guest: the first of two pages."""
    row = get_sitting_for_guests(sitting_id)
    if not takes_guests(row, clock.now()) or is_full(row):
        return _no_place(row), 409 if request.method == "POST" else 200
    form = GuestForm(data=_known_of_reader() | _entered(sitting_id))
    form.fit(told_zone())
    if not form.validate_on_submit():
        page = render_template("seminars/register_guest.html", sitting=row, form=form)
        return page, 422 if form.errors else 200
    if form.leave_empty.data:
        return _sent(sitting_id, form.email.address)
    session[ENTERED] = {**form.entered, "sitting_id": sitting_id}
    return redirect(url_for(".consent_as_guest", sitting_id=sitting_id), 303)


def _known_of_reader() -> dict[str, str]:
    if not current_user.is_authenticated:
        return {}
    return {"name": current_user.full_name, "email": current_user.email}


def _entered(sitting_id: int) -> dict[str, Any]:
    """Return what was entered on the first page for this seminar, nothing for another."""
    entered: dict[str, Any] = session.get(ENTERED, {})
    return entered if entered.get("sitting_id") == sitting_id else {}


@bp.route(f"{REGISTER}/consent", methods=["GET", "POST"])
@public
def consent_as_guest(sitting_id: int) -> Any:
    """Show what a guest consents to and register them: the second page.

    The answer is the same whether or not the address is registered already.
    """
    row = get_sitting_for_guests(sitting_id)
    entered = _entered(sitting_id)
    if not entered:  # or pushed twice: then the next page tells where the mail went
        return redirect(url_for(".thank_guest", sitting_id=sitting_id), 303)
    form = GuestConsentForm()
    if not form.validate_on_submit():
        page = render_template(
            "seminars/consent_as_guest.html",
            sitting=row,
            entered=entered,
            form=form,
            text=guest_consent.TEXT,
        )
        return page, 422 if form.errors else 200
    _count_mail(entered["email"])
    if not _register(entered):
        return _no_place(get_sitting_for_guests(sitting_id)), 409
    return _sent(sitting_id, entered["email"])


def _register(entered: dict[str, Any]) -> bool:
    sitting = get_sitting_for_registering(entered["sitting_id"])
    registration = Registration(
        name=entered["name"],
        email=entered["email"],
        organisation=entered["organisation"],
        time_zone=entered["time_zone"],
        language=page_language(),
        consent_version=guest_consent.VERSION,
    )
    with unit_of_work():
        return guests.register(sitting, registration, now=clock.now())


@bp.route(f"{REGISTER}/again", methods=["GET", "POST"])
@public
def send_guest_link(sitting_id: int) -> Any:
    """Send a guest their link once more; the answer is the same for every address."""
    row = get_sitting_for_guests(sitting_id)
    form = LinkAgainForm()
    if not form.validate_on_submit():
        page = render_template("seminars/send_guest_link.html", sitting=row, form=form)
        return page, 422 if form.errors else 200
    _count_mail(form.email.address)
    with unit_of_work():
        guests.send_link_again(
            get_sitting_for_registering(sitting_id), form.email.address, now=clock.now()
        )
    return _sent(sitting_id, form.email.address, is_known=False)


def _count_mail(address: str) -> None:
    check_limit(MAILS_FROM_ADDRESS, "guest-mail-from", client_address())
    check_limit(MAILS_TO_ADDRESS, "guest-mail-to", address)


def _sent(sitting_id: int, address: str, *, is_known: bool = True) -> Any:
    # In the session and not in the address: addresses of pages end up in logs.
    session.pop(ENTERED, None)
    session[SENT] = {"to": address, "is_known": is_known, "sitting_id": sitting_id}
    return redirect(url_for(".thank_guest", sitting_id=sitting_id), 303)


@bp.get(f"{REGISTER}/sent")
@public
def thank_guest(sitting_id: int) -> Any:
    """Say where the mail with the link went."""
    row = get_sitting_for_guests(sitting_id)
    sent = session.get(SENT, {})
    if sent.get("sitting_id") != sitting_id:
        return redirect(url_for(".register_guest", sitting_id=sitting_id))
    return render_template(
        "seminars/thank_guest.html", sitting=row, to=sent["to"], is_known=sent["is_known"]
    )


def _no_place(row: SittingRow) -> str:
    return render_template("seminars/_no_place.html", sitting=row, is_full=is_full(row))


@bp.route(f"{PAGE}/join/<token>/cancel", methods=["GET", "POST"])
@by_link
def cancel_guest(comer: Comer, token: str) -> Any:
    """Give a guest's place back, by a button: programs that look through mails follow links."""
    if comer.who.kind != PassKind.GUEST:
        raise NotFound
    if request.method != "POST":
        return render_template("seminars/cancel_guest.html", comer=comer, token=token)
    guest, sitting = get_guest_for_cancelling(comer)
    with unit_of_work():
        guests.cancel(guest, sitting, now=clock.now())
    flash(_("Your place is given back. Thank you for telling us."), "ok")
    return redirect(url_for(".show_sitting", sitting_id=comer.sitting.id), 303)
