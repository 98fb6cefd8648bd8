"""What people thought of a session: asked once of each, kept apart from who said it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.seminars.forms.evaluations import EvaluationForm
from lms.seminars.permissions import get_sitting_for_evaluating
from lms.seminars.queries import holders_of
from lms.seminars.queries.evaluations import has_evaluated
from lms.seminars.rules.evaluations import was_interpreted
from lms.seminars.services import evaluations
from lms.seminars.views.pages import PAGE, bp
from lms.web.guards import signed_in


@bp.route(f"{PAGE}/sessions/<int:sitting_id>/evaluate", methods=["GET", "POST"])
@signed_in
def evaluate(sitting_id: int) -> Any:
    """Ask for six marks and a remark; who has given theirs gives no others."""
    visit, enrolment = get_sitting_for_evaluating(current_user, sitting_id, clock.now())
    enrolment_id = enrolment.id
    form = EvaluationForm()
    form.ask_of_interpretation(was_interpreted(holders_of([sitting_id]).get(sitting_id, [])))
    if form.validate_on_submit():
        with unit_of_work():
            is_first = evaluations.evaluate(sitting_id, enrolment_id, form.opinion, now=clock.now())
        if is_first:
            flash(_("Thank you. Your answers are kept without your name."), "ok")
        else:
            flash(_("You have evaluated this session before; those answers stand."), "info")
        return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)
    page = render_template(
        "seminars/evaluate.html",
        sitting=visit.sitting,
        form=form,
        has_evaluated=has_evaluated(sitting_id, enrolment_id),
    )
    return page, 422 if form.errors else 200
