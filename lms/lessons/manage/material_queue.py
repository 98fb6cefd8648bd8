"""The list of materials over all courses: what waits for a decision, and deciding on several."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock
from lms.core.errors import DomainError, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.lessons.forms.materials import KINDS, MOST_AT_ONCE, StepsForm
from lms.lessons.manage.pages import DECIDING, TEACHING, bp
from lms.lessons.permissions import get_material_for_deciding
from lms.lessons.queries.materials import ORDER_OF_STATES, queued_materials
from lms.lessons.services import materials
from lms.web.guards import requires_role

# Withdrawing and sending back need a reason of their own for each.
STEPS_OF_SEVERAL = ("approved", "released")


@bp.get("/materials")
@requires_role(*TEACHING)
def list_materials() -> Any:
    """List the materials that wait for a step: to staff all, to instructors their courses'."""
    return _list_page(StepsForm(formdata=None))


def _list_page(form: StepsForm, refusals: Any = ()) -> str:
    state = request.args.get("state", "")
    state = state if state in ORDER_OF_STATES else ""
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    found, total = queued_materials(
        taught_by=None if current_user.is_staff else current_user.id,
        state=state,
        now=clock.now(),
        offset=(page - 1) * MOST_AT_ONCE,
        limit=MOST_AT_ONCE,
    )
    return render_template(
        "lessons/manage/list_materials.html",
        materials=found,
        total=total,
        state=state,
        states=ORDER_OF_STATES,
        page=page,
        pages=max(1, -(-total // MOST_AT_ONCE)),
        form=form,
        kinds=KINDS,
        refusals=refusals,
    )


@bp.post("/materials")
@requires_role(*DECIDING)
def change_materials() -> Any:
    """Approve or release several at once, each by its own rules; say what stays as it was."""
    form = StepsForm()
    new = form.next_state
    if not form.validate() or new not in STEPS_OF_SEVERAL:
        return _list_page(form), 422
    chosen = list(dict.fromkeys(form.chosen.data))
    refusals = [
        said for material_id in chosen if (said := _take(material_id, new, form.release_moment))
    ]
    changed = len(chosen) - len(refusals)
    if changed:
        flash(
            ngettext("%(num)s material is changed.", "%(num)s materials are changed.", changed),
            "ok",
        )
    if refusals:
        return _list_page(StepsForm(formdata=None), refusals), 409
    return redirect(url_for(".list_materials", state=request.args.get("state")), 303)


def _take(material_id: int, new: Any, release_at: datetime | None) -> Any:
    """Take one material to the state that was chosen; return its title and why it is not there.

    Each in a unit of work of its own: what is refused for one leaves the others as they became.
    """
    title = None
    try:
        material, _found = get_material_for_deciding(current_user, material_id)
        title = material.title
        with unit_of_work():
            materials.change_material_state(
                material,
                new,
                actor=current_user.person,
                is_staff=True,
                now=clock.now(),
                release_at=release_at,
            )
    except NotFound:
        return title, _("It is no longer there.")
    except DomainError as error:
        return title, error.message
    return None
