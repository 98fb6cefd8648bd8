"""What those who were in a session thought of it, for those who hold and plan it."""

from typing import Any

from flask import render_template
from flask_login import current_user

from lms.seminars.manage.pages import TEACHING, bp
from lms.seminars.permissions import get_sitting_for_management
from lms.seminars.queries import sitting_row
from lms.seminars.queries.evaluations import summary_of
from lms.seminars.rules.evaluations import FEWEST
from lms.web.guards import requires_role


@bp.get("/sessions/<int:sitting_id>/evaluations")
@requires_role(*TEACHING)
def show_evaluations(sitting_id: int) -> Any:
    """Show means and remarks, once so many have answered that they tell of nobody."""
    run, _sitting = get_sitting_for_management(current_user, sitting_id)
    return render_template(
        "seminars/manage/show_evaluations.html",
        run=run,
        sitting=sitting_row(sitting_id),
        summary=summary_of(sitting_id),
        fewest=FEWEST,
    )
