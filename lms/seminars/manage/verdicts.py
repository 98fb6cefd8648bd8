"""One person's attendance of one sitting: what led to it, excuses, corrections by two people."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.seminars import permissions
from lms.seminars.forms.attendance import CorrectionForm, ExcuseForm
from lms.seminars.manage.pages import DECIDING, TEACHING, bp
from lms.seminars.queries import verdicts
from lms.seminars.services import corrections, excuses
from lms.web.guards import requires_role
from lms.web.limits import client_address

ATTENDANCE = "/attendance/<int:attendance_id>"
ON_PAGE = 50
DECISIONS = {
    "approve": corrections.approve_correction,
    "refuse": corrections.refuse_correction,
}


@bp.get(ATTENDANCE)
@requires_role(*TEACHING)
def show_attendance(attendance_id: int) -> Any:
    """Show one verdict with its evidence and history."""
    page = _page(attendance_id)
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="seminars_manage.show_attendance",
            subject=f"attendance {attendance_id}",
            count=1,
            now=clock.now(),
            address=client_address(),
        )
    return page


@bp.post(f"{ATTENDANCE}/excuse")
@requires_role(*DECIDING)
def excuse(attendance_id: int) -> Any:
    """Excuse somebody from what they missed."""
    attendance = permissions.get_attendance_for_excusing(current_user, attendance_id)
    form = ExcuseForm(prefix="excuse")
    if not form.validate():
        return _page(attendance_id, excuse_form=form), 422
    try:
        with unit_of_work():
            excuses.excuse(
                attendance,
                reason=form.reason.data,
                actor=current_user.person,
                now=clock.now(),
            )
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(attendance_id, excuse_form=form), 409
    flash(_("The excuse is noted, and the trainee is told."), "ok")
    return _back(attendance_id)


@bp.post(f"{ATTENDANCE}/withdraw-excuse")
@requires_role(*DECIDING)
def withdraw_excuse(attendance_id: int) -> Any:
    """Take an excuse back: presence alone decides again."""
    attendance = permissions.get_attendance_for_excusing(current_user, attendance_id)
    try:
        with unit_of_work():
            excuses.withdraw_excuse(attendance, actor=current_user.person, now=clock.now())
    except Conflict as error:
        flash(error.message, "danger")
    else:
        flash(_("The excuse is taken back. The trainee is told and may object anew."), "ok")
    return _back(attendance_id)


@bp.post(f"{ATTENDANCE}/correction")
@requires_role(*TEACHING)
def propose_correction(attendance_id: int) -> Any:
    """Propose another verdict in the place of a final one."""
    _row, attendance = permissions.get_attendance_for_management(current_user, attendance_id)
    form = CorrectionForm(prefix="correction")
    if not form.validate():
        return _page(attendance_id, correction_form=form), 422
    try:
        with unit_of_work():
            corrections.propose_correction(
                attendance,
                form.status.data,
                form.minutes.data or 0,
                reason=form.reason.data,
                actor=current_user.person,
                now=clock.now(),
            )
    except Invalid as error:
        form.refuse(error)
        return _page(attendance_id, correction_form=form), 422
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(attendance_id, correction_form=form), 409
    flash(_("The correction waits for a second person of the staff."), "ok")
    return _back(attendance_id)


@bp.post("/corrections/<int:correction_id>/decide")
@requires_role(*DECIDING)
def decide_correction(correction_id: int) -> Any:
    """Put a proposal in force, or refuse it."""
    correction = permissions.get_correction_for_deciding(current_user, correction_id)
    attendance_id = correction.attendance_id
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        return _back(attendance_id)
    try:
        with unit_of_work():
            DECISIONS[decision](correction, actor=current_user.person, now=clock.now())
    except Conflict as error:
        flash(error.message, "danger")
    else:
        done = _("The attendance is corrected, and the trainee is told.")
        flash(done if decision == "approve" else _("The correction is refused."), "ok")
    return _back(attendance_id)


@bp.get("/corrections")
@requires_role(*DECIDING)
def list_corrections() -> Any:
    """List the corrections that wait for a second person."""
    return render_template(
        "seminars/manage/list_corrections.html", proposals=verdicts.open_proposals(ON_PAGE)
    )


def _back(attendance_id: int) -> Any:
    return redirect(url_for(".show_attendance", attendance_id=attendance_id), 303)


def _page(attendance_id: int, **forms: Any) -> str:
    row, attendance = permissions.get_attendance_for_management(current_user, attendance_id)
    forms.setdefault("excuse_form", ExcuseForm(prefix="excuse", formdata=None))
    forms.setdefault(
        "correction_form",
        CorrectionForm(
            prefix="correction",
            formdata=None,
            data={"status": attendance.status, "minutes": attendance.credited_minutes},
        ),
    )
    return render_template(
        "seminars/manage/show_attendance.html",
        row=row,
        attendance=attendance,
        who=verdicts.whose(attendance),
        traces=verdicts.traces_of(attendance),
        history=verdicts.history_of_attendance(attendance_id),
        **forms,
    )
