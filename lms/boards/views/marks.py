"""What readers mark with one button: read, followed, liked, kept, accepted."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.forms.marks import FollowForm, ReadForm, SwitchForm
from lms.boards.permissions import (
    get_board_for_reading,
    get_post_for_marking,
    get_post_for_reading,
    get_thread_for_accepting,
    get_thread_for_reading,
)
from lms.boards.services import changing, marks
from lms.boards.views.pages import PAGE, bp
from lms.boards.views.threads import place_of
from lms.boards.wording import FOLLOWING_TOLD
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import signed_in


@bp.post(f"{PAGE}/threads/<int:thread_id>/read")
@signed_in
def note_read(thread_id: int) -> Any:
    """Note how far somebody has read; their page says so by itself where scripts run."""
    now = clock.now()
    view = get_thread_for_reading(current_user, thread_id, now)
    form = _sent(ReadForm())
    up_to = min(form.up_to.data, view.thread.posts_count)
    with unit_of_work():
        marks.note_read(current_user.person, view.thread.id, up_to=up_to, now=now)
    if request.headers.get("X-Fragment") == "1":
        return "", 204
    return redirect(place_of(thread_id, up_to), 303)


@bp.post(f"{PAGE}/threads/<int:thread_id>/follow")
@signed_in
def follow_thread(thread_id: int) -> Any:
    """Choose what one hears of a thread."""
    now = clock.now()
    view = get_thread_for_reading(current_user, thread_id, now)
    following = _sent(FollowForm()).chosen
    with unit_of_work():
        marks.follow_thread(current_user.person, view.thread.id, following, now=now)
    flash(str(FOLLOWING_TOLD[following]), "ok")
    return redirect(url_for(".show_thread", thread_id=thread_id), 303)


@bp.post(f"{PAGE}/boards/<int:board_id>/follow")
@signed_in
def follow_board(board_id: int) -> Any:
    """Choose what one hears of a board."""
    board = get_board_for_reading(current_user, board_id, clock.now())
    following = _sent(FollowForm()).chosen
    with unit_of_work():
        marks.follow_board(current_user.person, board.id, following)
    flash(str(FOLLOWING_TOLD[following]), "ok")
    return redirect(url_for(".show_board", board_id=board_id), 303)


@bp.post(f"{PAGE}/posts/<int:post_id>/like")
@signed_in
def like(post_id: int) -> Any:
    """Say that a post has helped, or take that back."""
    now = clock.now()
    view = get_post_for_marking(current_user, post_id, now)
    likes = _sent(SwitchForm()).is_on
    with unit_of_work():
        marks.set_like(view.post, current_user.person, likes=likes, now=now)
        place = place_of(view.post.thread_id, view.post.number)
    return redirect(place, 303)


@bp.post(f"{PAGE}/posts/<int:post_id>/bookmark")
@signed_in
def bookmark(post_id: int) -> Any:
    """Keep a post among one's bookmarks, or no longer."""
    now = clock.now()
    view = get_post_for_marking(current_user, post_id, now)
    keeps = _sent(SwitchForm()).is_on
    with unit_of_work():
        marks.set_bookmark(view.post, current_user.person, keeps=keeps, now=now)
        place = place_of(view.post.thread_id, view.post.number)
    return redirect(place, 303)


@bp.post(f"{PAGE}/posts/<int:post_id>/accept")
@signed_in
def accept(post_id: int) -> Any:
    """Say that an answer has helped: whoever asked, or a moderator; or take that back."""
    now = clock.now()
    post = get_post_for_reading(current_user, post_id, now)
    thread_id, number = post.thread.id, post.post.number
    view = get_thread_for_accepting(current_user, thread_id, now)
    accepts = _sent(SwitchForm()).is_on
    with unit_of_work():
        if accepts or view.thread.accepted_number == number:
            changing.accept_answer(
                view.thread, number if accepts else None, actor=current_user.person, now=now
            )
    return redirect(place_of(thread_id, number), 303)


def _sent(form: Any) -> Any:
    """Return a form of one button; what no page of ours sends is refused as a whole."""
    if not form.validate():
        raise Invalid("", _("Open the page again and repeat what you did."))
    return form
