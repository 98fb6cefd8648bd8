"""Writes on certificates: issue, revoke, reissue, and keep the PDF once it is drawn.

Whoever issues first locks the run, whose counter gives the serial number. At most one standing
certificate per enrolment and kind is what the database itself allows.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.certificates import queries, rules
from lms.certificates.events import CertificateIssued, CertificateRevoked
from lms.certificates.models import Certificate, CertificateKind, CertificateState
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.events import publish
from lms.core.text import clean_line, clean_text
from lms.enrolment.models import CourseRun
from lms.enrolment.rules import busan_day
from lms.jobs.queue import enqueue
from lms.notifications.models import Link
from lms.notifications.services import notify
from lms.progress.events import CourseCompleted
from lms.web.page_globals import is_demo_site

NAME_LIMIT = 200
REASON_LIMIT = 1000

# What a reissue may not change: it corrects a name, it does not certify something else.
CARRIED_OVER = (
    "enrolment_id",
    "holder_language",
    "course_code",
    "course_title",
    "recognised_minutes",
    "starts_on",
    "ends_on",
    "is_sample",
)


def issue_for_completion(event: CourseCompleted) -> Certificate:
    """Issue the certificate of a completed course, in the transaction of its completion.

    Called again, or at the same time elsewhere, it returns the certificate that is there already,
    even one since revoked: only staff put another in its place. The hours are those the course is
    recognised for; how many of them the holder earned stands in the completion.
    """
    present = queries.latest_certificate(event.enrolment_id)
    if present is not None:
        return present
    basis = queries.basis(event.completion_id)
    enrolment, holder, course = basis.enrolment, basis.holder, basis.course
    run = lock(basis.run)
    starts_on, ends_on = rules.training_period(
        run.starts_on, run.ends_on, enrolled_at=enrolment.enrolled_at, completed_at=event.at
    )
    demo = (holder.is_demo, enrolment.is_demo, run.is_demo, course.is_demo, is_demo_site())
    certificate = Certificate(
        enrolment_id=enrolment.id,
        holder_name=holder.full_name,
        holder_name_in_own_script=holder.name_in_own_script,
        holder_language=basis.home_language or holder.preferred_language,
        course_code=course.code,
        course_title=basis.version.title,
        languages=rules.languages_for(holder.preferred_language),
        recognised_minutes=basis.completion.figures["required_minutes"],
        starts_on=starts_on,
        ends_on=ends_on,
        is_sample=any(demo),
    )
    try:
        with db.session.begin_nested():
            _put_in_force(certificate, run, actor=None, reason="", now=event.at)
    except IntegrityError:
        present = queries.latest_certificate(event.enrolment_id)
        if present is None:
            raise
        return present
    return certificate


def revoke(certificate: Certificate, *, actor: Person, reason: str, now: datetime) -> None:
    """End a certificate for good. Its PDF stays, its check page says that it is revoked.

    Raises Invalid without a reason, Conflict when it no longer stands.
    """
    reason = _reason(reason)
    _lock_standing(certificate)
    _close(certificate, CertificateState.REVOKED, actor, reason, now)
    publish(CertificateRevoked(certificate.id, certificate.enrolment_id, now))


def reissue(
    certificate: Certificate,
    *,
    holder_name: str,
    holder_name_in_own_script: str,
    languages: Sequence[str],
    actor: Person,
    reason: str,
    now: datetime,
) -> Certificate:
    """Put a corrected certificate in the place of one that stands, and return it.

    The new one has its own number, code and day; the old one says that it was replaced. Raises
    Invalid for a missing name or reason or an unknown choice of languages, Conflict when the old
    one no longer stands.
    """
    reason = _reason(reason)
    holder_name = clean_line(holder_name, NAME_LIMIT)
    if not holder_name:
        raise Invalid("holder_name", _("Enter the name as it stands in the passport."))
    if tuple(languages) not in rules.LANGUAGES:
        raise Invalid("languages", _("Choose one of the combinations of languages."))
    run = _lock_standing(certificate)
    _close(certificate, CertificateState.REISSUED, actor, reason, now)
    successor = Certificate(
        **{name: getattr(certificate, name) for name in CARRIED_OVER},
        supersedes_id=certificate.id,
        holder_name=holder_name,
        holder_name_in_own_script=clean_line(holder_name_in_own_script, NAME_LIMIT),
        languages=list(languages),
    )
    _put_in_force(successor, run, actor=actor, reason=reason, now=now)
    return successor


def keep_pdf(certificate: Certificate, *, key: str, sha256: str, now: datetime) -> None:
    """Note where the drawn PDF is kept and tell the holder; both only the first time.

    A certificate that no longer stands when its drawing is done is left as it is.
    """
    lock(certificate)
    if certificate.state != CertificateState.QUEUED:
        return
    certificate.pdf_key = key
    certificate.pdf_sha256 = sha256
    _set_state(certificate, CertificateState.ISSUED, actor=None, reason="", now=now)
    notify(
        queries.holder_of(certificate.enrolment_id),
        "certificates.issued",
        context={
            "certificate_id": certificate.id,
            "holder_name": certificate.holder_name,
            "course_title": certificate.course_title,
            "number": certificate.number,
            "verification_code": certificate.verification_code,
            "is_sample": certificate.is_sample,
        },
        link=Link("certificates.show_certificate", {"certificate_id": certificate.id}),
        group=certificate.course_code,
        key=f"certificates.issued:{certificate.id}",
        now=now,
    )


def _put_in_force(
    certificate: Certificate, run: CourseRun, *, actor: Person | None, reason: str, now: datetime
) -> None:
    """Add a new certificate of this moment: the next number of the locked run, a new code, the
    foundation's name and signatory of the day; have it drawn, and announce it."""
    day = busan_day(now)
    foundation = queries.foundation_on(day)
    run.certificates_issued += 1
    certificate.kind = CertificateKind.COMPLETION
    certificate.state = CertificateState.QUEUED
    certificate.number = rules.certificate_number(
        foundation.code, day.year, certificate.course_code, run.cohort_no, run.certificates_issued
    )
    certificate.verification_code = rules.verification_code(secrets.randbits(rules.CODE_BITS))
    certificate.issued_on = day
    certificate.issued_at = now
    certificate.foundation_name = foundation.name
    certificate.signatory_name = foundation.signatory_name
    certificate.signatory_title = foundation.signatory_title
    db.session.add(certificate)
    db.session.flush()
    _note_change(certificate, "", actor=actor, reason=reason, now=now)
    enqueue(
        "certificates.render",
        key=f"certificates.render:{certificate.id}",
        certificate_id=certificate.id,
    )
    publish(CertificateIssued(certificate.id, certificate.enrolment_id, now))


def _lock_standing(certificate: Certificate) -> CourseRun:
    """Lock the run, then the certificate, in the order in which certificates are issued."""
    run = lock(queries.run_of(certificate.enrolment_id))
    lock(certificate)
    if not certificate.is_standing:
        raise Conflict(_("This certificate has been revoked or replaced in the meantime."))
    return run


def _close(
    certificate: Certificate, state: CertificateState, actor: Person, reason: str, now: datetime
) -> None:
    certificate.closing_reason = reason
    certificate.closed_at = now
    _set_state(certificate, state, actor=actor, reason=reason, now=now)
    db.session.flush()  # before a successor: two that stand at once are refused


def _set_state(
    certificate: Certificate,
    state: CertificateState,
    *,
    actor: Person | None,
    reason: str,
    now: datetime,
) -> None:
    old = certificate.state
    certificate.state = state
    _note_change(certificate, old, actor=actor, reason=reason, now=now)


def _note_change(
    certificate: Certificate, old: str, *, actor: Person | None, reason: str, now: datetime
) -> None:
    record_change(
        "certificate",
        certificate.id,
        old=old,
        new=certificate.state,
        actor_id=actor.id if actor is not None else None,
        reason=reason,
        now=now,
    )


def _reason(typed: str) -> str:
    reason = clean_text(typed, REASON_LIMIT)
    if not clean_line(reason):  # nothing but invisible characters is nothing
        raise Invalid("reason", _("Say why; the reason is kept with the certificate."))
    return reason
