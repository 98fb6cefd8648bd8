"""Pages of staff who manage boards: the list of all, a new one, what one says and who reads it."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.forms.boards import BoardForm, NewBoardForm
from lms.boards.manage.pages import DECIDING, bp
from lms.boards.permissions import get_board_for_managing, get_board_for_reading
from lms.boards.queries.managing import managed_boards, without_board
from lms.boards.services import boards
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses.forms import choices_of
from lms.i18n.formats import plain_in_language
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent


@bp.get("/boards")
@requires_role(*DECIDING)
def list_boards() -> Any:
    """List all boards, whoever reads them."""
    return render_template("boards/manage/list_boards.html", boards=managed_boards(clock.now()))


@bp.route("/boards/new", methods=["GET", "POST"])
@requires_role(*DECIDING)
def create_board() -> Any:
    """Open a board of a curriculum or a city, or another one of the whole site."""
    form = _new_form()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                boards.open_board(
                    form.chosen_kind,
                    form.content,
                    curriculum_id=form.curriculum_id,
                    city_id=form.city_id,
                    actor=current_user.person,
                    now=clock.now(),
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The board is open."), "ok")
            return redirect(url_for(".list_boards"), 303)
    page = render_template("boards/manage/create_board.html", form=form)
    return page, 422 if form.errors else 200


def _new_form() -> NewBoardForm:
    form = NewBoardForm()
    curricula, cities = without_board()
    for field, rows in ((form.curriculum, curricula), (form.city, cities)):
        named = {str(id_): plain_in_language(name) for id_, name in rows}
        field.choices = choices_of({"": _("None"), **named})
    return form


@bp.route("/boards/<int:board_id>", methods=["GET", "POST"])
@requires_role(*DECIDING)
def edit_board(board_id: int) -> Any:
    """Change what a board says, who reads and writes there, and whether it is open."""
    board = get_board_for_managing(current_user, board_id)
    form = BoardForm(data=_stored(board))
    show = partial(_page, board_id, form)
    if request.method == "GET":
        form.made_from(board.revision)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = boards.change_board(
                board,
                form.content,
                revision=form.shown_revision,
                actor=current_user.person,
                now=clock.now(),
            )
            return is_saved, board.revision

    def done() -> str:
        return url_for(".edit_board", board_id=board_id)

    return answer_sent(form, Saving(save, show, lambda: _stored(board), done))


def _page(board_id: int, form: BoardForm, **shown: Any) -> str:
    head = get_board_for_reading(current_user, board_id, clock.now())
    return render_template("boards/manage/edit_board.html", board=head, form=form, **shown)


def _stored(board: Any) -> dict[str, Any]:
    names = ("title", "description", "readable_by", "writable_by", "moderation", "position")
    stored = {name: getattr(board, name) for name in names}
    return {**stored, "is_closed": board.closed_at is not None}
