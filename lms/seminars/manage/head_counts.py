"""Counting people at each boarding, on a telephone beside the bus."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import NotFound
from lms.core.unit_of_work import unit_of_work
from lms.seminars.forms.head_counts import HeadCountForm
from lms.seminars.manage.pages import TEACHING, bp
from lms.seminars.permissions import get_sitting_for_management
from lms.seminars.queries import planning
from lms.seminars.rules.planning import WITH_HEAD_COUNT
from lms.seminars.services.head_counts import record_head_count
from lms.web.guards import requires_role


@bp.route("/sessions/<int:sitting_id>/head-count", methods=["GET", "POST"])
@requires_role(*TEACHING)
def count_heads(sitting_id: int) -> Any:
    """Show the counts so far, and take one more; one that is named in the address is corrected."""
    run, sitting = get_sitting_for_management(current_user, sitting_id)
    if sitting.kind not in WITH_HEAD_COUNT:
        raise NotFound
    counts = planning.head_counts_of(sitting_id)
    form = HeadCountForm(data=_asked_for(sitting.run_id, counts))
    if form.validate_on_submit():
        with unit_of_work():
            record_head_count(
                sitting,
                form.boarding.data,
                expected=form.expected.data,
                counted=form.counted.data,
                missing=form.missing.data,
                actor=current_user.person,
                now=clock.now(),
            )
        flash(_("The count is kept."), "ok")
        return redirect(url_for(".count_heads", sitting_id=sitting_id), 303)
    row, _repeats = planning.sitting_with_repeats(sitting)
    page = render_template(
        "seminars/manage/count_heads.html", run=run, row=row, form=form, counts=counts
    )
    return page, 422 if form.errors else 200


def _asked_for(run_id: int, counts: Any) -> dict[str, Any]:
    """Return the count the address names; else nothing but how many there should be."""
    asked = request.args.get("count", "")
    for count in counts:
        if str(count.id) == asked:
            return {
                "boarding": count.boarding,
                "expected": count.expected,
                "counted": count.counted,
                "missing": count.missing,
            }
    last = counts[-1].expected if counts else planning.count_of_active(run_id)
    return {"expected": last}
