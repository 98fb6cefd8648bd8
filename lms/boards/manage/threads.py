"""Threads kept on top of their board, or closed to answers, by those who moderate."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.forms.marks import SwitchForm
from lms.boards.manage.pages import TEACHING, bp
from lms.boards.permissions import get_thread_for_moderating
from lms.boards.services import changing
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import requires_role


@bp.post("/threads/<int:thread_id>/pin")
@requires_role(*TEACHING)
def pin_thread(thread_id: int) -> Any:
    """Keep a thread on top of its board, or no longer."""
    now = clock.now()
    view = get_thread_for_moderating(current_user, thread_id, now)
    is_on = _is_on()
    with unit_of_work():
        changing.pin_thread(view.thread, is_pinned=is_on, actor=current_user.person, now=now)
    flash(_("Pinned to the top.") if is_on else _("No longer pinned."), "ok")
    return redirect(url_for("boards.show_thread", thread_id=thread_id), 303)


@bp.post("/threads/<int:thread_id>/lock")
@requires_role(*TEACHING)
def lock_thread(thread_id: int) -> Any:
    """Take no more answers in a thread, or again."""
    now = clock.now()
    view = get_thread_for_moderating(current_user, thread_id, now)
    is_on = _is_on()
    with unit_of_work():
        changing.lock_thread(view.thread, is_locked=is_on, actor=current_user.person, now=now)
    flash(_("Locked: no more answers are taken.") if is_on else _("Open for answers again."), "ok")
    return redirect(url_for("boards.show_thread", thread_id=thread_id), 303)


def _is_on() -> bool:
    form = SwitchForm()
    if not form.validate():
        raise Invalid("", _("Open the page again and repeat what you did."))
    return form.is_on
