"""The inbox: what its reader was told, and the way to what it is about; how they are told."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import localise
from lms.i18n.times import reader_zone
from lms.notifications import permissions, queries, rules, services
from lms.notifications.forms import LARGEST_ID, ChoicesForm, MarkAllForm
from lms.notifications.wording import TOPIC_WORDS, path_of, words_of
from lms.web.form_tokens import without_form_token
from lms.web.guards import public, signed_in

bp = localise(Blueprint("notifications", __name__, url_prefix="/<language:language>"))

ON_A_PAGE = 30


@bp.get("/notifications")
@signed_in
def list_notices() -> Any:
    """Show what the reader was told, the newest first, by the course or board it belongs to.

    What they may not read any more has no words here either: titles are words of others.
    """
    before = request.args.get("before", LARGEST_ID, type=int)
    found = queries.notices_of(
        current_user.id, before=min(max(before, 0), LARGEST_ID), limit=ON_A_PAGE + 1
    )
    notices = found[:ON_A_PAGE]
    gone = services.no_longer_told(current_user.id, notices, clock.now())
    return render_template(
        "notifications/list_notices.html",
        groups=rules.by_group(notices),
        words={
            notice.id: words_of(notice.kind, notice.context)
            for notice in notices
            if notice.id not in gone
        },
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
    path = path_of(notice.endpoint, notice.values)
    if not path:
        raise NotFound
    return redirect(path, 303)


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


# --- how one is told ------------------------------------------------------------------


@bp.route("/notifications/choices", methods=["GET", "POST"])
@signed_in
def edit_choices() -> Any:
    """Show and save of what the reader hears by mail, and how. Of two tabs, the last one counts."""
    hour, weekday = queries.digest_time(current_user.id)
    told = queries.how_one_is_told(current_user.id)
    form = ChoicesForm(data={**told, "hour": hour, "weekday": weekday})
    if form.validate_on_submit():
        with unit_of_work():
            services.save_choices(
                current_user.person,
                form.chosen,
                hour=form.hour.data,
                weekday=form.weekday.data,
                now=clock.now(),
            )
        flash(_("Your choice is saved."), "ok")
        return redirect(url_for(".edit_choices"), 303)
    page = render_template(
        "notifications/edit_choices.html", form=form, clock_name=reader_zone().label
    )
    return page, 422 if form.errors else 200


@bp.route("/notifications/unsubscribe/<token>", methods=["GET", "POST"])
@public
@without_form_token
def unsubscribe(token: str) -> Any:
    """Stop the mails of a link for whoever holds it: a POST does, a mail program's too (RFC 8058).

    Programs that look through mails open every link: looking changes nothing. The answer is the
    page itself, for mail programs do not follow to another.
    """
    found = permissions.get_mails_for_stopping(token)
    if request.method == "POST":
        with unit_of_work():
            services.stop_mails(found.person, found.topic, now=clock.now())
    is_stopped, is_by_link = queries.is_stopped(found.person.id, found.topic)
    return render_template(
        "notifications/unsubscribe.html",
        token=token,
        topic=TOPIC_WORDS[found.topic] if found.topic else "",
        is_stopped=is_stopped,
        is_by_link=is_by_link,
    )


@bp.post("/notifications/unsubscribe/<token>/undo")
@public
def resume_mails(token: str) -> Any:
    """Take back that mails were stopped by a link."""
    found = permissions.get_mails_for_stopping(token)
    with unit_of_work():
        services.resume_mails(found.person, found.topic, now=clock.now())
    flash(_("You get these mails again."), "ok")
    return redirect(url_for(".unsubscribe", token=token), 303)
