"""What readers say of a post to the moderators, and authors against its being hidden."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.forms.moderation import AppealForm, ReasonForm
from lms.boards.moderation_permissions import (
    Reporting,
    get_post_for_appealing,
    get_post_for_reporting,
)
from lms.boards.moderation_wording import hiding_of, reason_words
from lms.boards.queries.moderation import appeal_against, last_hiding
from lms.boards.services import moderation
from lms.boards.views.messages import REPORTS_OF_PERSON, too_many
from lms.boards.views.pages import PAGE, bp
from lms.boards.views.threads import place_of
from lms.core import clock
from lms.core.errors import TooMany
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import signed_in
from lms.web.limits import check_limit

for words in (hiding_of, reason_words):
    bp.add_app_template_global(words)


@bp.route(f"{PAGE}/posts/<int:post_id>/report", methods=["GET", "POST"])
@signed_in
def report_post(post_id: int) -> Any:
    """Report a post to the moderators, once; who comes again is shown what they have said."""
    now = clock.now()
    found = get_post_for_reporting(current_user, post_id, now)
    form = ReasonForm()
    show = partial(render_template, "boards/report_post.html", found=found, form=form)
    if found.report is not None or not form.validate_on_submit():
        return show(), 422 if form.errors else 200
    try:
        check_limit(REPORTS_OF_PERSON, "report", str(current_user.id))
    except TooMany as error:
        return too_many(form, error, show)
    with unit_of_work():
        moderation.report_post(
            found.post,
            current_user.person,
            reason=form.chosen,
            words=form.words.data,
            now=clock.now(),
        )
    flash(_("Thank you. The moderators will look at the post within one working day."), "ok")
    return redirect(_after_reporting(found), 303)


def _after_reporting(found: Reporting) -> str:
    """Return where a reporter goes on: to the board once there is no thread to go back to."""
    if found.thread.state != "published":
        return url_for(".show_board", board_id=found.thread.board_id)
    return place_of(found.thread.id, found.post.number)


@bp.route(f"{PAGE}/posts/<int:post_id>/appeal", methods=["GET", "POST"])
@signed_in
def appeal_hiding(post_id: int) -> Any:
    """Ask for one's hidden post to be looked at by another moderator, once for each hiding."""
    view = get_post_for_appealing(current_user, post_id, clock.now())
    hiding = last_hiding(post_id)
    assert hiding is not None  # it is hidden
    appeal = appeal_against(hiding.id)
    form = AppealForm()
    if appeal is not None or not form.validate_on_submit():
        return render_template(
            "boards/appeal.html", view=view, hiding=hiding, appeal=appeal, form=form
        ), (422 if form.errors else 200)
    with unit_of_work():
        moderation.appeal_hiding(
            view.post, form.words.data, author=current_user.person, now=clock.now()
        )
    flash(_("Your appeal is sent. A moderator who has not hidden the post decides on it."), "ok")
    return redirect(url_for(".appeal_hiding", post_id=post_id), 303)
