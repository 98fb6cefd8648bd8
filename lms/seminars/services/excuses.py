"""Why somebody was not there: excused by staff, or kept away by an outage in their city."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.events import publish
from lms.seminars.events import OutageCertified
from lms.seminars.models import (
    Attendance,
    AttendanceStatus,
    OutageCertificate,
    Sitting,
    SittingState,
)
from lms.seminars.queries.attendance import evidence_in, recognised_minutes_of
from lms.seminars.services.attendance import ENTITY, judge, tell_anew

OUTAGE = "outage_certificate"

# Who was there for the whole of it has nothing to be excused from, nor to make up.
MISSED = frozenset(AttendanceStatus) - {AttendanceStatus.PRESENT}


def excuse(attendance: Attendance, *, reason: str, actor: Person, now: datetime) -> None:
    """Excuse somebody from what they missed of a sitting; twice is harmless.

    It counts as if attended, up to the cap on the sum of excuses. Raises Invalid without a reason;
    Conflict for who missed nothing or has made it up, and once attendance is final: then it takes
    a correction.
    """
    sitting = _open(attendance)
    if attendance.status == AttendanceStatus.EXCUSED:
        return
    if not reason:
        raise Invalid("reason", _("Say what excuses them."))
    if attendance.status not in {AttendanceStatus.ABSENT, AttendanceStatus.PARTIAL}:
        raise Conflict(_("There is nothing to excuse: nothing of this session was missed."))
    _set_status(attendance, AttendanceStatus.EXCUSED, reason, actor, now)
    tell_anew(sitting, [attendance], is_worse=False, now=now)


def withdraw_excuse(attendance: Attendance, *, actor: Person, now: datetime) -> None:
    """Take an excuse back: presence alone decides again; twice is harmless.

    Raises Conflict once attendance is final.
    """
    sitting = _open(attendance)
    if attendance.status != AttendanceStatus.EXCUSED:
        return
    _set_status(attendance, AttendanceStatus.ABSENT, "", actor, now)
    evidence = evidence_in(sitting.id).get(attendance.enrolment_id, ())
    judge(attendance, sitting, evidence, recognised_minutes_of(sitting))
    db.session.flush()
    tell_anew(sitting, [attendance], is_worse=True, now=now)


def _open(attendance: Attendance) -> Sitting:
    sitting = lock(db.session.get_one(Sitting, attendance.sitting_id))
    lock(attendance)
    if sitting.state == SittingState.FINAL:
        raise Conflict(_("Attendance of this session is final. Propose a correction instead."))
    return sitting


def _set_status(
    attendance: Attendance, new: AttendanceStatus, reason: str, actor: Person, now: datetime
) -> None:
    old = attendance.status
    attendance.status = new
    attendance.reason = reason
    attendance.decided_by_id = actor.id
    attendance.decided_at = now
    record_change(
        ENTITY, attendance.id, old=old, new=new, actor_id=actor.id, reason=reason, now=now
    )
    db.session.flush()


def certify_outage(
    attendance: Attendance, *, reason: str, actor: Person, now: datetime
) -> OutageCertificate:
    """Certify that power or line failed for somebody during a sitting, and return the certificate.

    From then on more of what they make up counts. Twice is harmless: the first one stands. Raises
    Invalid without a reason, Conflict for who missed nothing.
    """
    present = _outage_of(attendance)
    if present is not None:
        return present
    if not reason:
        raise Invalid("reason", _("Say what failed, and for how long."))
    if attendance.status not in MISSED:
        raise Conflict(_("Nothing of this session was missed."))
    certificate = OutageCertificate(
        sitting_id=attendance.sitting_id,
        enrolment_id=attendance.enrolment_id,
        reason=reason,
        certified_by_id=actor.id,
        certified_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(certificate)
    except IntegrityError:
        present = _outage_of(attendance)
        if present is None:
            raise
        return present
    record_change(
        OUTAGE, certificate.id, old="", new="certified", actor_id=actor.id, reason=reason, now=now
    )
    publish(OutageCertified(attendance.enrolment_id, now))
    return certificate


def _outage_of(attendance: Attendance) -> OutageCertificate | None:
    return db.session.scalar(
        select(OutageCertificate).where(
            OutageCertificate.sitting_id == attendance.sitting_id,
            OutageCertificate.enrolment_id == attendance.enrolment_id,
        )
    )
