"""What those who speak for a city certify: power or line failed for somebody in a session."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.seminars import permissions
from lms.seminars.forms.attendance import OutageForm
from lms.seminars.services import excuses
from lms.seminars.views.pages import PAGE, bp
from lms.web.guards import signed_in

LARGEST_ROW = 2**31 - 1


@bp.route(f"{PAGE}/sessions/<int:sitting_id>/outages", methods=["GET", "POST"])
@signed_in
def list_outages(sitting_id: int) -> Any:
    """Show who of the reader's cities missed something of a session, and take what failed."""
    now = clock.now()
    view = permissions.get_sitting_for_outages(current_user, sitting_id, now)
    form = OutageForm()
    if request.method == "GET" or not form.validate():
        return _page(view, form), 422 if form.errors else 200
    attendance = permissions.get_attendance_for_outage(
        current_user, sitting_id, _number(form.attendance_id.data), now
    )
    try:
        with unit_of_work():
            excuses.certify_outage(
                attendance, reason=form.reason.data, actor=current_user.person, now=now
            )
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(view, form), 409
    flash(_("The outage is certified. More of what they make up counts now."), "ok")
    return redirect(url_for(".list_outages", sitting_id=sitting_id), 303)


def _number(sent: str) -> int:
    number = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 11 else 0
    if not 0 < number <= LARGEST_ROW:
        raise NotFound
    return number


def _page(view: permissions.OutageView, form: OutageForm) -> str:
    return render_template(
        "seminars/list_outages.html",
        sitting=view.sitting,
        people=[each for each in view.people if each.status not in {None, "present"}],
        form=form,
        chosen=form.attendance_id.data,
    )
