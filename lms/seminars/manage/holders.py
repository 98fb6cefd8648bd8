"""Who holds a sitting: named and taken off by staff, confirmed by them or by themselves."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.lessons.queries.speakers import invitations_to
from lms.seminars import permissions, queries
from lms.seminars.forms.holders import MODES, ROLES, HolderForm
from lms.seminars.manage.pages import DECIDING, TEACHING, bp
from lms.seminars.queries import planning
from lms.seminars.rules.planning import clashes_of_holders, said_it_suits
from lms.seminars.services import holders as services
from lms.web.guards import requires_role

PEOPLE = "/sessions/<int:sitting_id>/people"
HOLDER = f"{PEOPLE}/<int:holder_id>"


@bp.route(PEOPLE, methods=["GET", "POST"])
@requires_role(*DECIDING)
def edit_holders(sitting_id: int) -> Any:
    """Show who holds a sitting, and name one more."""
    run, sitting = permissions.get_sitting_for_change(current_user, sitting_id)
    invitations = invitations_to(sitting.lesson_id) if sitting.lesson_id else []
    form = HolderForm()
    form.offer(planning.people_to_choose(sitting), invitations, sitting.starts_at)
    if form.validate_on_submit():
        suited = {each.id for each in invitations if said_it_suits(each, sitting.starts_at)}
        try:
            _add(sitting, form, is_confirmed=form.is_confirmed.data or form.speaker_id in suited)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for(".edit_holders", sitting_id=sitting_id), 303)
    row, _repeats = planning.sitting_with_repeats(sitting)
    page = render_template(
        "seminars/manage/edit_holders.html",
        run=run,
        row=row,
        form=form,
        holders=queries.holders_of([sitting_id]).get(sitting_id, []),
        clashes=_clashes(sitting_id, clock.now()),
        roles=ROLES,
        modes=MODES,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _clashes(sitting_id: int, now: datetime) -> Any:
    engagements = planning.engagements_around_sitting(sitting_id, now)
    return clashes_of_holders(engagements).get(sitting_id, ())


def _add(sitting: Any, form: HolderForm, *, is_confirmed: bool) -> None:
    now = clock.now()
    actor = current_user.person
    with unit_of_work():
        holder = services.add_holder(sitting, form.role.data, actor=actor, now=now, **form.holder)
        if is_confirmed:
            services.confirm_holder(holder, actor=actor, now=now)


@bp.post(f"{HOLDER}/confirm")
@requires_role(*TEACHING)
def confirm_holder(sitting_id: int, holder_id: int) -> Any:
    """Note that somebody has confirmed place and time: staff for them, or they themselves."""
    _sitting, holder = permissions.get_holder_for_confirming(current_user, sitting_id, holder_id)
    with unit_of_work():
        services.confirm_holder(holder, actor=current_user.person, now=clock.now())
    flash(_("The time is confirmed."), "ok")
    return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)


@bp.post(f"{HOLDER}/remove")
@requires_role(*DECIDING)
def remove_holder(sitting_id: int, holder_id: int) -> Any:
    """Take somebody from those who hold a sitting."""
    _sitting, holder = permissions.get_holder_for_change(current_user, sitting_id, holder_id)
    with unit_of_work():
        services.remove_holder(holder, actor=current_user.person, now=clock.now())
    flash(_("They no longer hold this session."), "ok")
    return redirect(url_for(".edit_holders", sitting_id=sitting_id), 303)
