"""The inbox: what its reader was told, newest first, and the way to what it is about."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.routing import BuildError

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import localise
from lms.i18n.times import reader_zone
from lms.notifications import permissions, queries, rules, services
from lms.notifications.forms import LARGEST_ID, MarkAllForm
from lms.notifications.wording import words_of
from lms.web.guards import signed_in

bp = localise(Blueprint("notifications", __name__, url_prefix="/<language:language>"))

ON_A_PAGE = 30


@bp.get("/notifications")
@signed_in
def list_notices() -> Any:
    """Show what the reader was told, by day on their clock."""
    before = request.args.get("before", LARGEST_ID, type=int)
    found = queries.notices_of(
        current_user.id, before=min(max(before, 0), LARGEST_ID), limit=ON_A_PAGE + 1
    )
    notices = found[:ON_A_PAGE]
    return render_template(
        "notifications/list_notices.html",
        days=rules.by_day(notices, reader_zone().name),
        words={notice.id: words_of(notice) for notice in notices},
        is_first="before" not in request.args,
        newest=notices[0].id if notices else None,
        oldest=notices[-1].id if len(found) > ON_A_PAGE else None,
    )


@bp.post("/notifications/<int:notice_id>/open")
@signed_in
def open_notice(notice_id: int) -> Any:
    """Lead to what a notice is about; it is read by that.

    Not by a link: a program that follows all links of a page would have read everything.
    """
    notice = permissions.get_notice_for_opening(current_user, notice_id)
    with unit_of_work():
        services.mark_read(notice, now=clock.now())
    try:
        return redirect(url_for(notice.endpoint, **notice.values), 303)
    except (BuildError, KeyError) as error:  # a page that an earlier version of the site had
        raise NotFound from error


@bp.post("/notifications/read")
@signed_in
def mark_all_read() -> Any:
    """Mark everything as read, up to the newest notice the reader was shown."""
    form = MarkAllForm()
    if not form.validate():
        raise Invalid("up_to", _("Open your notifications again and repeat what you did."))
    with unit_of_work():
        services.mark_all_read(current_user.person, up_to=form.up_to.data, now=clock.now())
    flash(_("All notifications are marked as read."), "ok")
    return redirect(url_for(".list_notices"), 303)
