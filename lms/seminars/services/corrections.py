"""Changing what is final: one person proposes it with a reason, another one decides.

The old values stay with each proposal, and both people with the history of the attendance.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.notifications.models import Link
from lms.notifications.services import notify
from lms.seminars.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    CorrectionState,
    Sitting,
    SittingState,
)
from lms.seminars.queries import sitting_row
from lms.seminars.queries.attendance import people_of_enrolments, recognised_minutes_of
from lms.seminars.services.attendance import (
    ENTITY,
    add_evidence,
    lock_lesson,
    settle,
    verdict_context,
)

SOURCE = "correction"
PROPOSAL = "attendance_correction"

# What is made up is studied, never decided.
TO_CHOOSE = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.PARTIAL,
    AttendanceStatus.ABSENT,
    AttendanceStatus.EXCUSED,
)


def propose_correction(
    attendance: Attendance,
    status: AttendanceStatus,
    minutes: int,
    *,
    reason: str,
    actor: Person,
    now: datetime,
) -> AttendanceCorrection:
    """Propose another verdict in the place of a final one; return the proposal.

    `minutes` are the recognised minutes attended: all of them for who was present, none for who
    was absent, whatever is given. Raises Invalid without a reason, for a status or minutes that
    cannot be, or when nothing would change; Conflict while attendance is not final, and while
    another proposal is open.
    """
    sitting = db.session.get_one(Sitting, attendance.sitting_id)
    lock(attendance)
    if sitting.state != SittingState.FINAL:
        raise Conflict(_("Attendance is not final yet: tick, untick or excuse instead."))
    minutes = _checked(status, minutes, recognised_minutes_of(sitting))
    if not reason:
        raise Invalid("reason", _("Say why; the reason is kept, and the trainee reads it."))
    if (status, minutes) == (attendance.status, attendance.credited_minutes):
        raise Invalid("status", _("This is what stands already."))
    correction = AttendanceCorrection(
        attendance_id=attendance.id,
        state=CorrectionState.PROPOSED,
        old_status=attendance.status,
        old_minutes=attendance.credited_minutes,
        new_status=status,
        new_minutes=minutes,
        reason=reason,
        proposed_by_id=actor.id,
        proposed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(correction)
    except IntegrityError as error:
        raise Conflict(_("Another correction of this attendance is waiting already.")) from error
    _record(correction, "", actor, now)
    return correction


def _checked(status: AttendanceStatus, minutes: int, recognised: int) -> int:
    if status not in TO_CHOOSE:
        raise Invalid("status", _("Choose one of these."))
    if status == AttendanceStatus.PRESENT:
        return recognised
    if status == AttendanceStatus.ABSENT:
        return 0
    if not 0 <= minutes <= recognised:
        raise Invalid("minutes", _("Give 0 to %(most)d minutes.", most=recognised))
    return minutes


def approve_correction(correction: AttendanceCorrection, *, actor: Person, now: datetime) -> None:
    """Put a proposal in force: it is counted among the person's hours, and they are told.

    Twice is harmless. Raises Conflict for who has proposed it, when it was refused, and when the
    attendance has changed since.
    """
    attendance = db.session.get_one(Attendance, correction.attendance_id)
    lock_lesson(attendance)
    if not _decide(correction, CorrectionState.APPROVED, actor, now):
        return
    old = (correction.old_status, correction.old_minutes)
    if (attendance.status, attendance.credited_minutes) != old:
        raise Conflict(_("This attendance has changed since. Refuse it and propose it anew."))
    attendance.status = correction.new_status
    attendance.credited_minutes = correction.new_minutes
    attendance.reason = correction.reason
    attendance.decided_by_id = actor.id
    attendance.decided_at = now
    add_evidence(attendance, SOURCE)
    record_change(
        ENTITY,
        attendance.id,
        old=correction.old_status,
        new=attendance.status,
        actor_id=actor.id,
        reason=correction.reason,
        now=now,
    )
    db.session.flush()
    sitting = db.session.get_one(Sitting, attendance.sitting_id)
    if sitting.lesson_id is not None:
        settle(attendance.enrolment_id, sitting.lesson_id, now)
    _tell(attendance, now)


def refuse_correction(correction: AttendanceCorrection, *, actor: Person, now: datetime) -> None:
    """Refuse a proposal; attendance stays as it is.

    Twice is harmless. Raises Conflict for who has proposed it, and when it was approved.
    """
    _decide(correction, CorrectionState.REFUSED, actor, now)


def _decide(
    correction: AttendanceCorrection, new: CorrectionState, actor: Person, now: datetime
) -> bool:
    """Note the decision; False when it was decided so before."""
    lock(correction)
    if correction.state == new:
        return False
    if correction.state != CorrectionState.PROPOSED:
        raise Conflict(_("This correction was decided in the meantime."))
    if correction.proposed_by_id == actor.id:
        raise Conflict(_("You have proposed this yourself: somebody else has to decide."))
    correction.state = new
    correction.decided_by_id = actor.id
    correction.decided_at = now
    db.session.flush()
    _record(correction, CorrectionState.PROPOSED, actor, now)
    return True


def _record(correction: AttendanceCorrection, old: str, actor: Person, now: datetime) -> None:
    record_change(
        PROPOSAL,
        correction.attendance_id,
        old=old,
        new=correction.state,
        actor_id=actor.id,
        reason=correction.reason,
        now=now,
    )


def _tell(attendance: Attendance, now: datetime) -> None:
    row = sitting_row(attendance.sitting_id)
    assert row is not None
    for person in people_of_enrolments([attendance.enrolment_id]).values():
        notify(
            person,
            "seminars.attendance_corrected",
            context={
                "sitting_id": row.id,
                "title": row.title,
                "recognised_minutes": row.recognised_minutes or 0,
                "reason": attendance.reason,
                **verdict_context(attendance),
            },
            link=Link("seminars.show_sitting", {"sitting_id": row.id}),
            group=row.course_code,
            now=now,
        )
