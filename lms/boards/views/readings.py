"""The page on which an author agrees that a post is used as course material."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.expertise_permissions import get_own_post
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.services.readings import allow_reuse as allow
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import signed_in


@bp.route(f"{PAGE}/posts/<int:post_id>/reuse", methods=["GET", "POST"])
@signed_in
def allow_reuse(post_id: int) -> Any:
    """Ask an author, by one button, and keep that they agree."""
    now = clock.now()
    view = get_own_post(current_user, post_id, now)
    if request.method == "POST":
        with unit_of_work():
            allow(view.post, actor=current_user.person, now=now)
        flash(_("Thank you. Your post may be used as course material, with your name."), "ok")
        return redirect(url_for(".show_post", post_id=post_id), 303)
    title = titles_in_languages([view.thread.id])[view.thread.id]
    return render_template("boards/allow_reuse.html", view=view, title=title)
