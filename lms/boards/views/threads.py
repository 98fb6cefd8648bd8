"""The page of a thread, and the way to the place of a post in it."""

from secrets import token_hex
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from lms.boards.composer import begun_answer, blank_answer
from lms.boards.permissions import get_post_for_reading, get_thread_for_reading
from lms.boards.queries.version import boards_version
from lms.boards.thread_page import thread_page
from lms.boards.views.boards import found_or_none
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.core.secrets import new_token
from lms.web.guards import ask_to_sign_in, public
from lms.web.page_cache import cached_for_visitors

# In the form that is the same for all who have not begun to answer, for the key of each.
KEY_STANDS_FOR = f"key-{token_hex(16)}"


@bp.get(f"{PAGE}/threads/<int:thread_id>")
@public
@cached_for_visitors(boards_version)
def show_thread(thread_id: int) -> Any:
    """Show the posts of a thread, a page of them, in the order they were written.

    Mails lead here: a visitor who may not see it is asked to sign in, whether there is such a
    thread or not.
    """
    now = clock.now()
    view = found_or_none(lambda: get_thread_for_reading(current_user, thread_id, now))
    if view is None:
        return ask_to_sign_in()
    number = request.args.get("at", type=int) or request.args.get("from", type=int) or 1
    page = thread_page(view, number, now)
    return render_template(
        "boards/show_thread.html",
        view=view,
        board=view.board,
        thread=view.thread,
        page=page,
        now=now,
        begun_answer=begun_answer(view, current_user.id) if view.can_answer else None,
        blank_answer=blank_answer,
        key_stands_for=KEY_STANDS_FOR,
        new_key=new_token(),
    )


@bp.get(f"{PAGE}/posts/<int:post_id>")
@public
def show_post(post_id: int) -> Any:
    """Lead to the place of a post in its thread."""
    now = clock.now()
    view = found_or_none(lambda: get_post_for_reading(current_user, post_id, now))
    if view is None:
        return ask_to_sign_in()
    return redirect(place_of(view.thread.id, view.post.number))


def place_of(thread_id: int, number: int) -> str:
    """Return the address of a post on the page of its thread where it stands."""
    return url_for("boards.show_thread", thread_id=thread_id, at=number, _anchor=f"post-{number}")
