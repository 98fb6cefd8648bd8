"""Pages of staff who put together curricula: what one says, its courses in order, its state."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import UnprocessableEntity

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses import permissions
from lms.courses.forms import (
    CoursePlaceForm,
    CurriculumForm,
    NewCurriculumForm,
    StepForm,
    choices_of,
)
from lms.courses.manage.pages import DECIDING, bp
from lms.courses.queries.curricula import all_curricula, courses_in, managed_curricula
from lms.courses.rules.curricula import faults_of_step, steps_of_curriculum
from lms.courses.services import curricula
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import BY_CODE
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent


@bp.get("/curricula")
@requires_role(*DECIDING)
def list_curricula() -> Any:
    """List the curricula, whatever their state."""
    return render_template("courses/manage/list_curricula.html", curricula=managed_curricula())


@bp.route("/curricula/new", methods=["GET", "POST"])
@requires_role(*DECIDING)
def create_curriculum() -> Any:
    """Make a curriculum, as a draft visitors do not see."""
    form = NewCurriculumForm()
    if form.validate_on_submit() and form.title.data and form.summary.data:
        try:
            with unit_of_work():
                curricula.create_curriculum(
                    code=form.code.data,
                    title=form.title.data,
                    summary=form.summary.data,
                    actor=current_user.person,
                    now=clock.now(),
                )
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect(url_for(".edit_curriculum", code=form.code.data), 303)
    for field in (form.title, form.summary):
        field.show_in(list(BY_CODE))
    page = render_template("courses/manage/create_curriculum.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/curricula/<code>", methods=["GET", "POST"])
@requires_role(*DECIDING)
def edit_curriculum(code: str) -> Any:
    """Change what a curriculum says; the form saves itself too."""
    curriculum = permissions.get_curriculum_for_editing(current_user, code)
    form = CurriculumForm(obj=curriculum)
    for field in (form.title, form.summary, form.target_group):
        field.show_in(list(BY_CODE))
    show = partial(_curriculum_page, curriculum, form)
    if request.method == "GET":
        form.made_from(curriculum.revision)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = curricula.change_curriculum(
                curriculum, form.content, revision=form.shown_revision
            )
            return is_saved, curriculum.revision

    def stored() -> dict[str, Any]:
        return {name: getattr(curriculum, name) for name in form.content}

    def done() -> str:
        return url_for(".edit_curriculum", code=code)

    return answer_sent(form, Saving(save, show, stored, done))


def _curriculum_page(curriculum: Any, form: CurriculumForm, **shown: Any) -> str:
    courses = courses_in(curriculum.id)
    states = [course.state for course in courses]
    others = [each for each in all_curricula() if each.id != curriculum.id]
    return render_template(
        "courses/manage/edit_curriculum.html",
        curriculum=curriculum,
        form=form,
        courses=courses,
        others=others,
        steps={
            step: faults_of_step(curriculum, step, states)
            for step in steps_of_curriculum(curriculum.state)
        },
        step_form=StepForm(formdata=None),
        **shown,
    )


@bp.post("/curricula/<code>/state")
@requires_role(*DECIDING)
def change_curriculum_state(code: str) -> Any:
    """Take a curriculum to its next state."""
    curriculum = permissions.get_curriculum_for_editing(current_user, code)
    form = StepForm()
    new = form.next_state
    if not form.validate() or new is None:
        raise UnprocessableEntity
    with unit_of_work():
        curricula.change_curriculum_state(
            curriculum,
            new,
            actor=current_user.person,
            now=clock.now(),
            reason=form.reason.data or "",
        )
    flash(_("The state of the curriculum is changed."), "ok")
    return redirect(url_for(".edit_curriculum", code=code), 303)


@bp.post("/courses/<code>/place")
@requires_role(*DECIDING)
def place_course(code: str) -> Any:
    """Put a course one up or down in its curriculum, or into another one."""
    course = permissions.get_course_for_deciding(current_user, code)
    left = course.curriculum.code
    form = CoursePlaceForm()
    form.curriculum.choices = choices_of(
        {each.code: plain_in_language(each.title) for each in all_curricula()}
    )
    if not form.validate():
        raise UnprocessableEntity
    to = form.curriculum.data and permissions.get_curriculum_for_editing(
        current_user, form.curriculum.data
    )
    with unit_of_work():
        if to:
            curricula.move_course(course, to)
        else:
            curricula.step_course(course, form.places)
    if to:
        flash(_("The course is moved."), "ok")
    return redirect(url_for(".edit_curriculum", code=left, _anchor="courses"), 303)
