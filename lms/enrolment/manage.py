"""Staff pages of course runs: the list, planning one, taking one to its next state."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.queries import changes_of, people_who_teach
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses import permissions as course_permissions
from lms.enrolment import permissions, queries, rules, services
from lms.enrolment.forms import RunForm, StateForm
from lms.enrolment.queries import management
from lms.i18n.formats import language_name
from lms.i18n.languages import BY_CODE, localise
from lms.web.guards import requires_role

bp = localise(Blueprint("enrolment_manage", __name__, url_prefix="/<language:language>/manage"))

ON_PAGE = 25


@bp.get("/runs")
@requires_role("instructor", "staff", "admin")
def list_runs() -> Any:
    """List the runs: to staff all, to instructors their own."""
    state = request.args.get("state", "")
    state = state if state in management.ORDER_OF_STATES else ""
    page = max(1, request.args.get("page", 1, type=int))
    runs, total = management.managed_runs(
        taught_by=None if current_user.is_staff else current_user.id,
        state=state,
        offset=(min(page, 10_000) - 1) * ON_PAGE,
        limit=ON_PAGE,
    )
    return render_template(
        "enrolment/manage/list_runs.html",
        runs=runs,
        total=total,
        state=state,
        states=management.ORDER_OF_STATES,
        page=page,
        pages=max(1, -(-total // ON_PAGE)),
    )


@bp.route("/runs/new", methods=["GET", "POST"])
@requires_role("staff", "admin")
def create_run() -> Any:
    """Choose a course, then plan a run of it."""
    code = request.args.get("course", "")
    choices = management.courses_to_run()
    if code not in {choice for choice, _title in choices}:
        return render_template("enrolment/manage/choose_course.html", courses=choices)
    course = course_permissions.get_course_for_viewing(current_user, code)
    form = _run_form(course)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                run = services.create_run(
                    course,
                    cohort_no=form.cohort_no.data,
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    enrolment_closes_at=rules.end_of_day(form.enrolment_closes_on.data),
                    working_language=form.working_language.data,
                    capacity=form.capacity.data,
                    instructors=[
                        person
                        for person in people_who_teach()
                        if person.id in form.instructors.data
                    ],
                    actor=current_user.person,
                    now=clock.now(),
                )
                run_id = run.id
        except Invalid as error:
            form.refuse(error)
        else:
            flash(
                _("The run is planned, as a draft only staff see. Publish it when it is ready."),
                "ok",
            )
            return redirect(url_for(".change_run_state", run_id=run_id), 303)
    page = render_template("enrolment/manage/create_run.html", form=form, course=course)
    return page, 422 if form.errors else 200


def _run_form(course: Any) -> RunForm:
    form = RunForm()
    languages: Sequence[str] = list(dict.fromkeys([*course.languages, *BY_CODE]))
    form.working_language.choices = [(code, language_name(code)) for code in languages]
    form.instructors.choices = [(person.id, person.full_name) for person in people_who_teach()]
    if request.method == "GET":
        form.cohort_no.data = queries.next_cohort_no(course)
        form.working_language.data = languages[0]
    return form


@bp.route("/runs/<int:run_id>/state", methods=["GET", "POST"])
@requires_role("staff", "admin")
def change_run_state(run_id: int) -> Any:
    """Show where a run stands and what it can become; take it there."""
    run = permissions.get_run_for_change(current_user, run_id)
    form = StateForm()
    if request.method == "GET":
        return _state_page(run_id, form)
    if not form.validate() or form.next_state is None:
        return _state_page(run_id, form, refusal=_("Choose one of the steps.")), 422
    try:
        with unit_of_work():
            services.change_run_state(
                run,
                form.next_state,
                actor=current_user.person,
                now=clock.now(),
                reason=form.reason.data or "",
                version=form.shown_version,
            )
    except Conflict as error:
        return _state_page(run_id, form, refusal=error.message), 409
    except Invalid as error:
        form.refuse(error)
        return _state_page(run_id, form), 422
    flash(_("The state of the run is changed."), "ok")
    return redirect(url_for(".change_run_state", run_id=run_id), 303)


def _state_page(run_id: int, form: StateForm, refusal: str = "") -> str:
    run = permissions.get_run_for_change(current_user, run_id)
    steps = rules.steps_of(run)
    now = clock.now()
    faults = {step: queries.fault_of_step(run, step, now=now) for step in steps}
    return render_template(
        "enrolment/manage/change_run_state.html",
        run=run,
        form=form,
        steps=steps,
        faults={step: services.FAULTS[fault] for step, fault in faults.items() if fault},
        changes=changes_of("course_run", run_id),
        instructors=management.instructors_of(run_id),
        refusal=refusal,
    )
