"""The record of one enrolment for staff, and what they do with its certificates."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.certificates import permissions, queries, rules, services
from lms.certificates.forms import ReissueForm, RevokeForm
from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import localise
from lms.web.guards import requires_role
from lms.web.limits import client_address

bp = localise(Blueprint("certificates_manage", __name__, url_prefix="/<language:language>/manage"))


@bp.get("/enrolments/<int:enrolment_id>")
@requires_role("staff", "admin", "instructor")
def show_record(enrolment_id: int) -> Any:
    """Show one person in one run: progress, decision, certificates, every change."""
    return _record_page(permissions.get_record(current_user, enrolment_id))


@bp.route("/certificates/<int:certificate_id>/revoke", methods=["GET", "POST"])
@requires_role("staff", "admin")
def revoke(certificate_id: int) -> Any:
    """End a certificate, once its number was typed and a reason given."""
    certificate = permissions.get_certificate_for_change(current_user, certificate_id)
    if request.method == "GET":  # the way back in another language after a refused form
        return _to_record(certificate)
    form = RevokeForm(prefix="revoke")
    if form.validate() and form.confirms(certificate.number):
        try:
            with unit_of_work():
                services.revoke(
                    certificate,
                    actor=current_user.person,
                    reason=form.reason.data,
                    now=clock.now(),
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Certificate %(number)s is revoked.", number=certificate.number), "ok")
            return _to_record(certificate)
    return _record_again(certificate, revoke_form=form)


@bp.route("/certificates/<int:certificate_id>/reissue", methods=["GET", "POST"])
@requires_role("staff", "admin")
def reissue(certificate_id: int) -> Any:
    """Put a corrected certificate in the place of one that stands."""
    certificate = permissions.get_certificate_for_change(current_user, certificate_id)
    if request.method == "GET":
        return _to_record(certificate)
    form = ReissueForm(prefix="reissue")
    if form.validate():
        try:
            with unit_of_work():
                successor = services.reissue(
                    certificate,
                    holder_name=form.holder_name.data,
                    holder_name_in_own_script=form.holder_name_in_own_script.data,
                    languages=form.languages.data.split("-"),
                    actor=current_user.person,
                    reason=form.reason.data,
                    now=clock.now(),
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Reissued as certificate %(number)s.", number=successor.number), "ok")
            return _to_record(certificate)
    return _record_again(certificate, reissue_form=form)


def _to_record(certificate: Any) -> Any:
    return redirect(url_for(".show_record", enrolment_id=certificate.enrolment_id), 303)


def _record_again(certificate: Any, **forms: Any) -> Any:
    record = permissions.get_record(current_user, certificate.enrolment_id)
    (form,) = forms.values()
    return _record_page(record, form=form, **forms), 422


def _record_page(record: queries.Record, **forms: Any) -> str:
    now = clock.now()
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="certificates.show_record",
            subject=f"enrolment {record.enrolment_id}",
            count=1,
            now=now,
            address=client_address(),
        )
    certificates = queries.certificates_of_enrolment(record.enrolment_id)
    standing = next((one for one in certificates if one.is_standing), None)
    may_change = permissions.can_change_certificates(current_user)
    if standing is not None and may_change:
        forms.setdefault("revoke_form", RevokeForm(prefix="revoke", formdata=None))
        reissue_form = ReissueForm(prefix="reissue", formdata=None).start_from(standing)
        forms.setdefault("reissue_form", reissue_form)
    return render_template(
        "certificates/manage/show_record.html",
        record=record,
        lessons=queries.lesson_lines(record.version_id, record.enrolment_id),
        certificates=certificates,
        standing=standing,
        may_change=may_change,
        is_late=standing is not None
        and standing.is_being_drawn
        and rules.drawing_is_late(standing.issued_at, now=now),
        history=queries.history_lines(record.enrolment_id, [one.id for one in certificates]),
        numbers={one.id: one.number for one in certificates},
        **forms,
    )
