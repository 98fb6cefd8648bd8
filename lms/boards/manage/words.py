"""The staff's list of words with which posts wait or are not taken."""

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.forms.moderation import WordForm
from lms.boards.manage.pages import DECIDING, bp
from lms.boards.moderation_permissions import get_word
from lms.boards.queries.moderation import listed_words
from lms.boards.services import blocked_words
from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import requires_role


@bp.route("/words", methods=["GET", "POST"])
@requires_role(*DECIDING)
def list_words() -> Any:
    """Show the list, and put a word on it."""
    form = WordForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        with unit_of_work():
            blocked_words.add_word(
                form.word.data, form.chosen, actor=current_user.person, now=clock.now()
            )
    except Invalid as error:
        form.refuse(error)
        return _page(form), 422
    flash(_("The word is on the list."), "ok")
    return redirect(url_for(".list_words"), 303)


def _page(form: WordForm) -> str:
    return render_template("boards/manage/list_words.html", form=form, words=listed_words())


@bp.post("/words/<int:word_id>/remove")
@requires_role(*DECIDING)
def remove_word(word_id: int) -> Any:
    """Take a word off the list; somebody may have done so a moment before."""
    with suppress(NotFound):
        word = get_word(current_user, word_id)
        with unit_of_work():
            blocked_words.remove_word(word, actor=current_user.person, now=clock.now())
    flash(_("The word is no longer on the list."), "ok")
    return redirect(url_for(".list_words"), 303)
