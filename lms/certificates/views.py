"""The holder's certificates, and the page where anybody checks one."""

import re
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.certificates import permissions, queries, rules
from lms.core import clock
from lms.core.access_log import record_access
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import localise
from lms.media.serving import send_media
from lms.web.guards import public, signed_in
from lms.web.limits import check_limit, client_address

bp = localise(Blueprint("certificates", __name__, url_prefix="/<language:language>"))

CHECKS = "30/minute"

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|]+')
FILE_NAME_LENGTH = 120


@bp.get("/certificates")
@signed_in
def list_certificates() -> Any:
    """List the reader's certificates."""
    return render_template(
        "certificates/list_certificates.html",
        certificates=queries.certificates_of_person(current_user.id),
    )


@bp.get("/certificates/<int:certificate_id>")
@signed_in
def show_certificate(certificate_id: int) -> Any:
    """Show one certificate with its file, its check address and its hash."""
    certificate = _certificate_to_read(certificate_id)
    return render_template(
        "certificates/show_certificate.html",
        certificate=certificate,
        is_own=certificate.enrolment.person_id == current_user.id,
        is_late=rules.drawing_is_late(certificate.issued_at, now=clock.now()),
        successor=queries.successor_of(certificate) if certificate.is_replaced else None,
    )


@bp.get("/certificates/<int:certificate_id>/pdf")
@signed_in
def download_certificate(certificate_id: int) -> Any:
    """Send the PDF, or lead to the page that waits for it."""
    certificate = _certificate_to_read(certificate_id)
    if not certificate.pdf_key:
        return redirect(url_for(".show_certificate", certificate_id=certificate_id), 303)
    response = send_media(
        certificate.pdf_key,
        mimetype="application/pdf",
        download_name=file_name(certificate.number, certificate.holder_name),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _certificate_to_read(certificate_id: int) -> Any:
    """Return the certificate; that staff looked at somebody else's is kept in the access log."""
    certificate = permissions.get_certificate_for_reading(current_user, certificate_id)
    if certificate.enrolment.person_id != current_user.id:
        subject = f"enrolment {certificate.enrolment_id}"
        with unit_of_work():
            record_access(
                actor_id=current_user.id,
                action=request.endpoint or "",
                subject=subject,
                count=1,
                now=clock.now(),
                address=client_address(),
            )
    return certificate


def file_name(number: str, holder_name: str) -> str:
    """Return a name that says what the file is and that every system can keep."""
    words = f"{_('Certificate')} {number} {holder_name}"
    return _NOT_IN_FILE_NAMES.sub(" ", words)[:FILE_NAME_LENGTH].strip(" .") + ".pdf"


@bp.get("/verify/")
@public
def find_certificate() -> Any:
    """Ask for a verification code, and lead to its page."""
    typed = request.args.get("code")
    if typed is None:
        return _unlisted("certificates/find_certificate.html")
    code = rules.read_code(typed)
    if code:
        return redirect(url_for(".verify_certificate", code=code), 303)
    return _unlisted(
        "certificates/find_certificate.html",
        422,
        typed=typed,
        is_number=rules.is_number(typed),
    )


@bp.get("/verify/<code>")
@public
def verify_certificate(code: str) -> Any:
    """Say whether the certificate with this code is valid, and what it certifies to whom."""
    check_limit(CHECKS, "verify", client_address())
    read = rules.read_code(code)
    certificate = queries.certificate_by_code(read) if read else None
    if certificate is None:
        return _unlisted("certificates/find_certificate.html", 404, typed=code, is_unknown=True)
    return _unlisted(
        "certificates/verify_certificate.html",
        certificate=certificate,
        code=read,
        masked_name=rules.masked(certificate.holder_name),
    )


def _unlisted(template: str, status: int = 200, **shown: Any) -> Any:
    """Answer with a page that search engines are asked to leave out."""
    response = make_response(render_template(template, **shown), status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
