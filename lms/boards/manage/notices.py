"""The page on which a notice is given to others, or another time."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from lms.boards.forms.notices import NoticeReachForm
from lms.boards.manage.pages import TEACHING, bp
from lms.boards.permissions import get_notice_for_moderating
from lms.boards.services.notices import change_notice
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent


@bp.route("/threads/<int:thread_id>/notice", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_notice(thread_id: int) -> Any:
    """Say anew whom a notice is for and until when."""
    view = get_notice_for_moderating(current_user, thread_id, clock.now())
    thread = view.thread
    form = NoticeReachForm(data=_stored(thread))
    show = partial(render_template, "boards/manage/edit_notice.html", view=view, form=form)
    if request.method == "GET":
        form.made_from(thread.revision)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = change_notice(
                thread,
                form.chosen,
                form.expires_at,
                revision=form.shown_revision,
                actor=current_user.person,
                now=clock.now(),
            )
            return is_saved, thread.revision

    def done() -> str:
        return url_for("boards.show_thread", thread_id=thread_id)

    return answer_sent(form, Saving(save, show, lambda: _stored(thread), done))


def _stored(thread: Any) -> dict[str, Any]:
    last = thread.expires_at and busan_day(thread.expires_at)
    return {"audience": thread.audience, "expires_on": last}
