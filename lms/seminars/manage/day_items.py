"""Whole days in the timetable of a run."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.permissions import get_run_for_change
from lms.seminars import permissions
from lms.seminars.forms.day_items import DayItemForm
from lms.seminars.manage.pages import DECIDING, bp
from lms.seminars.services import day_items as services
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent

ITEM = "/days/<int:item_id>"


@bp.route("/runs/<int:run_id>/days/new", methods=["GET", "POST"])
@requires_role(*DECIDING)
def add_day_item(run_id: int) -> Any:
    """Put whole days into the timetable of a run."""
    run = permissions.get_run_for_planning(current_user, run_id)
    form = DayItemForm()
    form.offer_languages()
    if form.validate_on_submit():
        try:
            row = get_run_for_change(current_user, run_id)
            with unit_of_work():
                services.add_day_item(
                    row, *form.entered, actor=current_user.person, now=clock.now()
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The days are in the timetable."), "ok")
            return redirect(url_for(".list_sittings", run_id=run_id, _anchor="days"), 303)
    page = render_template("seminars/manage/add_day_item.html", run=run, form=form)
    return page, 422 if form.errors else 200


@bp.route(ITEM, methods=["GET", "POST"])
@requires_role(*DECIDING)
def edit_day_item(item_id: int) -> Any:
    """Change whole days; calendars hear of it."""
    run, item = permissions.get_day_item_for_change(current_user, item_id)
    if item.is_cancelled:
        raise Conflict(_("Somebody has taken this out of the timetable."))
    form = DayItemForm(obj=item)
    form.offer_languages()
    show = partial(
        render_template, "seminars/manage/edit_day_item.html", run=run, item=item, form=form
    )
    if request.method == "GET":
        form.made_from(item.sequence)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = services.change_day_item(
                item,
                *form.entered,
                sequence=form.shown_revision,
                actor=current_user.person,
                now=clock.now(),
            )
            return is_saved, item.sequence

    def stored() -> dict[str, Any]:
        return {name: getattr(item, name) for name in ("title", "first_on", "last_on")}

    def done() -> str:
        return url_for(".list_sittings", run_id=run.id, _anchor="days")

    return answer_sent(form, Saving(save, show, stored, done))


@bp.post(f"{ITEM}/remove")
@requires_role(*DECIDING)
def remove_day_item(item_id: int) -> Any:
    """Take whole days out of the timetable; calendars strike them."""
    run, item = permissions.get_day_item_for_change(current_user, item_id)
    with unit_of_work():
        services.remove_day_item(item, actor=current_user.person, now=clock.now())
    flash(_("The days are taken out of the timetable."), "ok")
    return redirect(url_for(".list_sittings", run_id=run.id, _anchor="days"), 303)
