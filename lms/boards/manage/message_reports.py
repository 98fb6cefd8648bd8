"""Messages between two people that one of them has reported; of the rest staff see nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards import conversation_permissions as permissions
from lms.boards.manage.pages import DECIDING, bp
from lms.boards.queries.questions import open_reports
from lms.boards.rules.messages import Place
from lms.boards.services.message_reports import dismiss_report, hide_message
from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import requires_role
from lms.web.limits import client_address

REPORT = "/reported-messages/<int:message_id>"
ON_A_PAGE = 30

DECISIONS: Mapping[str, Callable[..., None]] = {"hide": hide_message, "dismiss": dismiss_report}


@bp.get("/reported-messages")
@requires_role(*DECIDING)
def list_message_reports() -> Any:
    """List the reported messages nobody has decided on, without their words."""
    after = Place.read(request.args.get("after", ""))
    found = open_reports(after=after, limit=ON_A_PAGE + 1)
    return render_template(
        "boards/manage/list_message_reports.html",
        reports=found[:ON_A_PAGE],
        is_first=after is None,
        next_place=found[ON_A_PAGE - 1].place if len(found) > ON_A_PAGE else None,
    )


@bp.get(REPORT)
@requires_role(*DECIDING)
def show_message_report(message_id: int) -> Any:
    """Show exactly the message that was reported, and the report; that this was seen is kept."""
    found = permissions.get_reported_message(current_user, message_id)
    report, body, words = found.report, found.message.body, found.message.report_words
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="read reported message",
            subject=f"message {report.message_id}",
            count=1,
            now=clock.now(),
            address=client_address(),
        )
    return render_template(
        "boards/manage/show_message_report.html", report=report, body=body, words=words
    )


@bp.post(f"{REPORT}/settle")
@requires_role(*DECIDING)
def settle_message_report(message_id: int) -> Any:
    """Hide a reported message, or leave it as it is."""
    message = permissions.get_report_for_settling(current_user, message_id)
    decision = request.form.get("decision", "")
    back = redirect(url_for(".show_message_report", message_id=message_id), 303)
    if decision not in DECISIONS:
        return back
    try:
        with unit_of_work():
            DECISIONS[decision](message, actor=current_user.person, now=clock.now())
    except Conflict as error:
        flash(error.message, "danger")
    else:
        flash(_("Your decision is kept, and those concerned are told."), "ok")
    return back
