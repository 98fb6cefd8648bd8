"""The three questions asked of those who make up for a sitting with its recording."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import BY_CODE
from lms.seminars.forms.recordings import SittingQuestionForm
from lms.seminars.manage.pages import TEACHING, bp
from lms.seminars.queries import sitting_row
from lms.seminars.queries.recordings import questions_of
from lms.seminars.recording_permissions import get_sitting_for_recording
from lms.seminars.rules.recordings import QUESTIONS
from lms.seminars.services import recordings as services
from lms.web.guards import requires_role

LIST = "/sessions/<int:sitting_id>/questions"
QUESTION = f"{LIST}/<int:position>"


@bp.get(LIST)
@requires_role(*TEACHING)
def list_questions(sitting_id: int) -> Any:
    """Show what is asked after a sitting, and what is still missing."""
    run, _sitting = get_sitting_for_recording(current_user, sitting_id)
    return render_template(
        "seminars/manage/list_questions.html",
        run=run,
        row=sitting_row(sitting_id),
        questions={each.position: each for each in questions_of(sitting_id)},
        positions=range(1, QUESTIONS + 1),
    )


@bp.route(QUESTION, methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_question(sitting_id: int, position: int) -> Any:
    """Write one of the questions."""
    run, sitting = get_sitting_for_recording(current_user, sitting_id)
    if position > QUESTIONS:
        raise NotFound
    known = {each.position: each for each in questions_of(sitting_id)}
    form = SittingQuestionForm(data=SittingQuestionForm.stored(known.get(position)))
    form.show_in(list(BY_CODE))
    if form.validate_on_submit() and form.prompt.data is not None:
        try:
            with unit_of_work():
                services.set_question(
                    sitting,
                    position,
                    prompt=form.prompt.data,
                    choices=form.answers,
                    correct_choice=form.correct_choice.data,
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for(".list_questions", sitting_id=sitting_id), 303)
    page = render_template(
        "seminars/manage/edit_question.html",
        run=run,
        row=sitting_row(sitting_id),
        form=form,
        position=position,
    )
    return page, 422 if form.errors else 200


@bp.post(f"{QUESTION}/remove")
@requires_role(*TEACHING)
def remove_question(sitting_id: int, position: int) -> Any:
    """Ask one of the questions no more."""
    _run, sitting = get_sitting_for_recording(current_user, sitting_id)
    with unit_of_work():
        services.remove_question(sitting, position)
    flash(_("The question is removed."), "ok")
    return redirect(url_for(".list_questions", sitting_id=sitting_id), 303)
