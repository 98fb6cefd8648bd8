"""One's own posts: changed for a day, taken back; no other is touched here."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards import attaching, composer
from lms.boards.forms.posting import ThreadForm
from lms.boards.permissions import (
    PostView,
    check_can_edit,
    get_post_for_deleting,
    get_post_for_editing,
)
from lms.boards.queries import original_of
from lms.boards.queries.about import tags_of
from lms.boards.queries.files import files_of_post
from lms.boards.rules.files import LARGEST_FORM
from lms.boards.services import changing, judging
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import signed_in
from lms.web.requests import takes_large_bodies
from lms.web.saving import Saving, answer_sent


@bp.route(f"{PAGE}/posts/<int:post_id>/edit", methods=["GET", "POST"])
@signed_in
@takes_large_bodies(LARGEST_FORM)
def edit_post(post_id: int) -> Any:
    """Change one's own post; what stood there is kept as its history."""
    view = get_post_for_editing(current_user, post_id, clock.now())
    form = _form_of(view)
    show = partial(_edit_page, view, form)
    if request.method == "GET":
        form.made_from(view.post.revision)
        return show()
    answer = _shown_again(post_id, form, show)
    if answer is not None:
        return answer

    def save() -> tuple[bool, int]:
        words = composer.words_of(form)
        judged = attaching.beside_files(words, files_of_post(post_id))
        if not form.checked.data and judging.warnings_about(judged):
            raise Invalid("checked", _("Look at it once more and tick that it may be posted."))
        with unit_of_work():
            # A moderator may have let others see it since the form was sent.
            check_can_edit(view, clock.now())
            files = files_of_post(post_id)
            attaching.check(files)
            judging.check_change(
                view.post,
                current_user.person,
                attaching.beside_files(words, files),
                own_host=request.host,
                now=clock.now(),
            )
            is_saved = changing.edit_post(
                view.post,
                words,
                revision=form.shown_revision,
                editor=current_user.person,
                now=clock.now(),
                may_be_reused=bool(form.may_be_reused.data),
                tags=form.tags if isinstance(form, ThreadForm) else None,
                files={each.id for each in files},
                said_of_files=attaching.said_of(files),
            )
            return is_saved, view.post.revision

    def done() -> str:
        return url_for(".show_post", post_id=post_id)

    return answer_sent(form, Saving(save, show, partial(_stored, view), done))


def _shown_again(post_id: int, form: Any, show: Any) -> Any:
    """Do what was asked about files, and show the form again; None when it is to be saved."""
    refused = attaching.act_on_files(
        lambda: get_post_for_editing(current_user, post_id, clock.now()).post
    )
    if refused:
        return show(error=refused), 422
    if attaching.is_about_files():
        return show()
    if request.form.get("act") == "preview":
        files = attaching.named_files(attaching.ready_to_name("", post_id))
        return show(preview=composer.preview_of(form, files))
    return None


def _form_of(view: PostView) -> Any:
    stored = _stored(view)
    if view.post.number > 1:
        return composer.answer_form(**stored)
    return composer.thread_form(view.thread.kind, **stored)


def _stored(view: PostView) -> dict[str, Any]:
    lines = tags_of([view.thread.id]) if view.post.number == 1 else {}
    tags = {each.kind: each.value for each in lines.get(view.thread.id, ())}
    text = original_of(view.post.id)
    return composer.content_of(text, tags, may_be_reused=view.post.may_be_reused)


def _edit_page(view: PostView, form: Any, *, error: str = "", **shown: Any) -> str:
    files = files_of_post(view.post.id)
    attaching.attach(
        form,
        "post",
        view.post.id,
        files=files,
        error=error,
        is_checked=bool(form.errors or form.form_errors),
    )
    judged = attaching.beside_files(composer.words_of(form), files)
    warnings = judging.warnings_about(judged) if form.checked.errors else ()
    return render_template(
        "boards/edit_post.html", view=view, form=form, warnings=warnings, **shown
    )


@bp.route(f"{PAGE}/posts/<int:post_id>/delete", methods=["GET", "POST"])
@signed_in
def delete_post(post_id: int) -> Any:
    """Ask once, and take one's own post back."""
    view = get_post_for_deleting(current_user, post_id, clock.now())
    board_id, thread_id, is_first = view.board.id, view.thread.id, view.post.number == 1
    if request.method == "GET":
        return render_template("boards/delete_post.html", view=view)
    with unit_of_work():
        changing.delete_post(view.post, author=current_user.person, now=clock.now())
    flash(_("Your post is taken back."), "ok")
    if is_first:
        return redirect(url_for(".show_board", board_id=board_id), 303)
    return redirect(url_for(".show_thread", thread_id=thread_id), 303)
