"""The pages of one material: what is said of it, its steps, its place, its files; and of links."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import UnprocessableEntity

from lms.accounts.queries import changes_of
from lms.core import clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses.queries import teachers_of
from lms.i18n.languages import BY_CODE
from lms.lessons.forms.materials import (
    KINDS,
    LICENCES,
    LinkForm,
    MaterialForm,
    StepForm,
    language_choices,
)
from lms.lessons.forms.outline import PlaceForm
from lms.lessons.handing_out import send_material
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.permissions import get_lesson_for_editing, get_material_for_editing
from lms.lessons.queries import intakes_of
from lms.lessons.queries.materials import ENTITY, material_row
from lms.lessons.rules.materials import faults_of, is_visible, may_change, needs_reason, steps_of
from lms.lessons.services import materials
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent

MATERIAL = "/materials/<int:material_id>"


# --- a material ------------------------------------------------------------------------


@bp.route(MATERIAL, methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_material(material_id: int) -> Any:
    """Change what is said of a material, and see where it stands; the form saves itself too."""
    material, found = get_material_for_editing(current_user, material_id)
    form = _material_form(material, found)
    show = partial(_material_page, material_id, found, form)
    if request.method == "GET":
        form.made_from(material.revision)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = materials.change_material(
                material,
                form.content,
                revision=form.shown_revision,
                is_staff=current_user.is_staff,
            )
            return is_saved, material.revision

    def stored() -> dict[str, Any]:
        return {name: getattr(material, name) for name in form.content}

    def done() -> str:
        return url_for(".edit_material", material_id=material_id)

    return answer_sent(form, Saving(save, show, stored, done))


def _material_form(material: Any, found: Any) -> MaterialForm:
    form = MaterialForm(obj=material)
    languages = list(dict.fromkeys([*BY_CODE, *found.version.languages]))
    form.fit(material.kind, material.language, languages)
    return form


def _material_page(
    material_id: int, found: Any, form: MaterialForm, step_form: Any = None, **shown: Any
) -> str:
    row = material_row(material_id)
    if row is None:
        raise NotFound
    is_staff = current_user.is_staff
    steps = steps_of(row.state, is_staff=is_staff, is_own=row.created_by_id == current_user.id)
    return render_template(
        "lessons/manage/edit_material.html",
        material=row,
        found=found,
        form=form,
        step_form=step_form or StepForm(formdata=None),
        steps=steps,
        reasons={step for step in steps if needs_reason(row.state, step, is_staff=is_staff)},
        faults=[materials.MATERIAL_FAULTS[fault] for fault in faults_of(row)],
        may_change=may_change(row.state, is_staff=is_staff),
        is_visible=is_visible(row, now=clock.now()),
        changes=changes_of(ENTITY, material_id),
        without_consent=_without_consent(found, row.created_by_id) if is_staff else "",
        intakes=[each for each in intakes_of(row.lesson_id) if each.material_id == material_id],
        kinds=KINDS,
        licences=LICENCES,
        **shown,
    )


def _without_consent(found: Any, person_id: int | None) -> str:
    """Return the name of who brought it, if they teach and do not consent to its re-use."""
    for row in teachers_of(found.course.id):
        if row.person_id == person_id and row.consents_to_reuse_at is None:
            return str(row.person.full_name)
    return ""


@bp.post(f"{MATERIAL}/state")
@requires_role(*TEACHING)
def change_material_state(material_id: int) -> Any:
    """Take a material to its next state: its makers submit it, the rest staff decide."""
    material, found = get_material_for_editing(current_user, material_id)
    step_form = StepForm()
    if step_form.next_state is None:
        raise UnprocessableEntity
    try:
        if step_form.validate():
            with unit_of_work():
                materials.change_material_state(
                    material,
                    step_form.next_state,
                    actor=current_user.person,
                    is_staff=current_user.is_staff,
                    now=clock.now(),
                    reason=step_form.reason.data or "",
                    release_at=step_form.release_moment,
                )
    except Invalid as error:
        step_form.refuse(error)
    if not step_form.errors:
        flash(_("The state of the material is changed."), "ok")
        return redirect(url_for(".edit_material", material_id=material_id), 303)
    form = MaterialForm(formdata=None, obj=material)
    form.fit(material.kind, material.language, list(BY_CODE))
    form.made_from(material.revision)
    return _material_page(material_id, found, form, step_form), 422


@bp.post(f"{MATERIAL}/move")
@requires_role(*TEACHING)
def move_material(material_id: int) -> Any:
    """Put a material one up or one down among those of its session."""
    material, found = get_material_for_editing(current_user, material_id)
    form = PlaceForm()
    by = {"up": -1, "down": 1}.get(form.step.data or "")
    if not form.validate() or by is None:
        raise UnprocessableEntity
    lesson_id = found.lesson.id
    with unit_of_work():
        materials.move_material(material, by)
    return redirect(_place(lesson_id), 303)


@bp.route(f"{MATERIAL}/remove", methods=["GET", "POST"])
@requires_role(*TEACHING)
def remove_material(material_id: int) -> Any:
    """Ask once, then remove a draft for good."""
    material, found = get_material_for_editing(current_user, material_id)
    if request.method == "GET":
        row = material_row(material_id)
        if row is None or row.state != "draft":
            raise Conflict(_("Only a draft can be removed. Withdraw the material."))
        return render_template("lessons/manage/remove_material.html", material=row, found=found)
    lesson_id = found.lesson.id
    with unit_of_work():
        materials.remove_material(material)
    flash(_("The material is removed."), "ok")
    return redirect(_place(lesson_id), 303)


def _place(lesson_id: int) -> str:
    return url_for(".edit_lesson", lesson_id=lesson_id, _anchor="materials")


# --- links -----------------------------------------------------------------------------


@bp.route("/lessons/<int:lesson_id>/links/new", methods=["GET", "POST"])
@requires_role(*TEACHING)
def add_link(lesson_id: int) -> Any:
    """Add a link to a session, and go on to say whose it is."""
    found = get_lesson_for_editing(current_user, lesson_id)
    form = LinkForm()
    form.title.show_in(list(dict.fromkeys([*BY_CODE, *found.version.languages])))
    form.language.choices = language_choices()
    if request.method == "GET":
        form.language.data = next(iter(found.version.languages), "en")
    if form.validate_on_submit() and form.title.data is not None:
        with unit_of_work():
            material = materials.add_link(
                found.lesson,
                current_user.person,
                title=form.title.data,
                language=form.language.data,
                address=form.address.data,
                now=clock.now(),
            )
            material_id = material.id
        return redirect(url_for(".edit_material", material_id=material_id), 303)
    page = render_template("lessons/manage/add_link.html", form=form, found=found)
    return page, 422 if form.errors else 200


# --- files -----------------------------------------------------------------------------


@bp.get("/media/lessons/<int:lesson_id>/materials/<int:material_id>/<form>")
@requires_role(*TEACHING)
def serve_material(lesson_id: int, material_id: int, form: str) -> Any:
    """Send a material's file, in whatever state it is, to those who may edit the course."""
    get_lesson_for_editing(current_user, lesson_id)
    material = material_row(material_id)
    if material is None or material.lesson_id != lesson_id:
        raise NotFound
    return send_material(material, form)
