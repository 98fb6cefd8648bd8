"""The staff's side of questions: the queue, and one question with what was answered so far."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards import conversation_permissions as permissions
from lms.boards.forms.messages import AnswerForm
from lms.boards.manage.pages import DECIDING, bp
from lms.boards.queries import questions as queries
from lms.boards.queries.conversations import messages_in
from lms.boards.queries.questions import QuestionRow
from lms.boards.rules.messages import QUEUE, Place
from lms.boards.rules.pages import LARGEST_NUMBER
from lms.boards.services import questions
from lms.core import clock
from lms.core.access_log import record_access
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.web.guards import requires_role
from lms.web.limits import client_address

QUESTION = "/questions/<int:conversation_id>"
ON_A_PAGE = 30


@bp.get("/questions")
@requires_role(*DECIDING)
def list_questions() -> Any:
    """List the questions to the staff, those that have waited longest first."""
    state = request.args.get("state", "")
    state = state if state in set(QUEUE) else ""
    after = Place.read(request.args.get("after", ""))
    found = queries.questions(state, after=after, limit=ON_A_PAGE + 1)
    return render_template(
        "boards/manage/list_questions.html",
        questions=found[:ON_A_PAGE],
        state=state,
        states=QUEUE,
        is_first=after is None,
        next_place=found[ON_A_PAGE - 1].place if len(found) > ON_A_PAGE else None,
    )


@bp.route(QUESTION, methods=["GET", "POST"])
@requires_role(*DECIDING)
def show_question(conversation_id: int) -> Any:
    """Show a question and what was written on it, and take an answer or a last word."""
    row = permissions.get_question_for_staff(current_user, conversation_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        _note_reading(row)
        return _page(row, form), 422 if form.errors else 200
    is_last_word = "close" in request.form
    act = questions.close_question if is_last_word else questions.answer_question
    with unit_of_work():
        act(
            permissions.get_question_for_answering(current_user, conversation_id),
            form.body.data,
            form_key=form.sent_key,
            actor=current_user.person,
            now=clock.now(),
        )
    closed = _("The question is closed, and its author is told.")
    flash(closed if is_last_word else _("The answer is sent."), "ok")
    return _back(conversation_id)


def _note_reading(row: QuestionRow) -> None:
    with unit_of_work():
        record_access(
            actor_id=current_user.id,
            action="read question to the staff",
            subject=f"conversation {row.id}",
            count=1,
            now=clock.now(),
            address=client_address(),
        )


def _page(row: QuestionRow, form: AnswerForm) -> str:
    before = request.args.get("before", LARGEST_NUMBER, type=int)
    messages = messages_in(row.id, before=min(max(before, 1), LARGEST_NUMBER), limit=ON_A_PAGE)
    return render_template(
        "boards/manage/show_question.html",
        question=row,
        messages=messages,
        first=messages[0].number if messages else 1,
        is_newest=not messages or messages[-1].number >= row.messages_count,
        form=form,
    )


@bp.post(f"{QUESTION}/take")
@requires_role(*DECIDING)
def take_question(conversation_id: int) -> Any:
    """See to a question; who comes second is told who was first."""
    try:
        with unit_of_work():
            question = permissions.get_question_for_answering(current_user, conversation_id)
            questions.take_question(question, actor=current_user.person, now=clock.now())
    except Conflict as error:
        flash(error.message, "warn")
    else:
        flash(_("You see to this question now."), "ok")
    return _back(conversation_id)


@bp.post(f"{QUESTION}/close")
@requires_role(*DECIDING)
def close_question(conversation_id: int) -> Any:
    """Close a question without a last word."""
    with unit_of_work():
        question = permissions.get_question_for_answering(current_user, conversation_id)
        questions.close_question(
            question, "", form_key="", actor=current_user.person, now=clock.now()
        )
    flash(_("The question is closed, and its author is told."), "ok")
    return _back(conversation_id)


@bp.post(f"{QUESTION}/reopen")
@requires_role(*DECIDING)
def reopen_question(conversation_id: int) -> Any:
    """Open a closed question again."""
    with unit_of_work():
        question = permissions.get_question_for_answering(current_user, conversation_id)
        questions.reopen_question(question, actor=current_user.person, now=clock.now())
    flash(_("The question is open again."), "ok")
    return _back(conversation_id)


def _back(conversation_id: int) -> Any:
    return redirect(url_for(".show_question", conversation_id=conversation_id), 303)
