"""The outline editor: modules and sessions of a version, in order, and what to mend."""

from functools import cache, partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import UnprocessableEntity

from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries as courses
from lms.courses.forms import StepForm
from lms.courses.permissions import (
    get_course_for_editing,
    get_module_for_editing,
    get_version_for_editing,
)
from lms.courses.rules.versions import faults_of_version, steps_of
from lms.courses.services import modules
from lms.i18n.languages import BY_CODE
from lms.lessons.forms.outline import (
    HOURS,
    KINDS,
    ModuleForm,
    NewModuleForm,
    NewSessionForm,
    PlaceForm,
)
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.permissions import get_lesson_for_editing
from lms.lessons.queries.outline import edited_rows, lesson_ids_of
from lms.lessons.rules.outline import (
    faults_of_outline,
    minutes_by_kind,
    warnings_of_outline,
)
from lms.lessons.services import outline
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent

# --- the outline -----------------------------------------------------------------------


@bp.get("/courses/<code>")
@requires_role(*TEACHING)
def show_outline(code: str) -> Any:
    """Show a version of a course: the draft when there is one, or the one asked for."""
    return _outline_page(code, NewModuleForm())


def _outline_page(
    code: str, form: NewModuleForm, session_form: Any = None, module_id: int = 0
) -> str:
    course = get_course_for_editing(current_user, code)
    versions = courses.versions_of(course.id)
    number = request.args.get("version", type=int)
    version = next((each for each in versions if each.number == number), None)
    if number is not None and version is None:
        raise NotFound
    version = version or versions[0]
    of_version = courses.modules_of(version.id)
    rows = edited_rows(version.id)
    by_module = {
        module.id: [row for row in rows if row.module_id == module.id] for module in of_version
    }
    form.title.show_in(list(BY_CODE))
    new_session = session_form or NewSessionForm(formdata=None)
    new_session.title.show_in(list(BY_CODE))
    return render_template(
        "lessons/manage/show_outline.html",
        course=course,
        version=version,
        versions=versions,
        modules=of_version,
        rows=by_module,
        planned=sum(module.minutes for module in of_version),
        held={key: minutes_by_kind(each) for key, each in by_module.items()},
        faults=[*faults_of_version(version, of_version), *faults_of_outline(of_version, rows)],
        warnings=warnings_of_outline(of_version, rows),
        titles={row.id: row.title for row in rows} | {-m.id: m.title for m in of_version},
        teachers=courses.teachers_of(course.id),
        steps=steps_of(version.state, is_staff=current_user.is_staff),
        step_form=StepForm(formdata=None),
        form=form,
        session_form=new_session,
        session_form_of=module_id,
        kinds={kind: str(word) for kind, word in KINDS.items()},
        minutes_words=cache(_minutes_words),
        hours_of=HOURS,
    )


def _minutes_words(minutes: int) -> str:
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


@bp.post("/courses/<code>/modules")
@requires_role(*TEACHING)
def add_module(code: str) -> Any:
    """Add a module to the draft."""
    course = get_course_for_editing(current_user, code)
    form = NewModuleForm()
    if not form.validate() or form.title.data is None:
        return _outline_page(code, form), 422
    version = courses.newest_version(course.id)
    with unit_of_work():
        module = modules.add_module(version, form.title.data)
        anchor = f"module-{module.id}"
    return redirect(url_for(".show_outline", code=code, _anchor=anchor), 303)


@bp.post("/modules/<int:module_id>/sessions")
@requires_role(*TEACHING)
def add_session(module_id: int) -> Any:
    """Add a session to a module, and go on to fill it in."""
    module = get_module_for_editing(current_user, module_id)
    code = module.version.course.code
    form = NewSessionForm()
    if not form.validate() or form.title.data is None:
        return _outline_page(code, NewModuleForm(formdata=None), form, module_id), 422
    with unit_of_work():
        lesson = outline.add_session(module, form.kind.data, form.title.data)
        lesson_id = lesson.id
    return redirect(url_for(".edit_lesson", lesson_id=lesson_id), 303)


# --- a module --------------------------------------------------------------------------


@bp.route("/modules/<int:module_id>", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_module(module_id: int) -> Any:
    """Change a module of a draft; the form saves itself too."""
    module = get_module_for_editing(current_user, module_id)
    form = ModuleForm(obj=module)
    form.title.show_in(list(BY_CODE))
    if request.method == "GET":
        form.made_from(module.revision)
        return _module_page(module_id, form)

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = modules.change_module(module, form.content, revision=form.shown_revision)
            return is_saved, module.revision

    def stored() -> dict[str, Any]:
        return {name: getattr(module, name) for name in form.content}

    def done() -> str:
        return _place_of(get_module_for_editing(current_user, module_id))

    return answer_sent(form, Saving(save, partial(_module_page, module_id, form), stored, done))


def _module_page(module_id: int, form: ModuleForm, **shown: Any) -> str:
    module = get_module_for_editing(current_user, module_id)
    rows = [row for row in edited_rows(module.version_id) if row.module_id == module.id]
    return render_template(
        "lessons/manage/edit_module.html",
        module=module,
        form=form,
        held=minutes_by_kind(rows),
        has_sessions=bool(rows),
        **shown,
    )


def _place_of(module: Any) -> str:
    return url_for(".show_outline", code=module.version.course.code, _anchor=f"module-{module.id}")


@bp.post("/modules/<int:module_id>/move")
@requires_role(*TEACHING)
def move_module(module_id: int) -> Any:
    """Put a module one up, one down, or in a place."""
    module = get_module_for_editing(current_user, module_id)
    address = _place_of(module)
    position = _position(module.position)
    with unit_of_work():
        modules.move_module(module, position)
    return redirect(address, 303)


@bp.post("/modules/<int:module_id>/remove")
@requires_role(*TEACHING)
def remove_module(module_id: int) -> Any:
    """Take an empty module out of the draft."""
    module = get_module_for_editing(current_user, module_id)
    code = module.version.course.code
    with unit_of_work():
        modules.remove_module(module)
    flash(_("The module is removed."), "ok")
    return redirect(url_for(".show_outline", code=code), 303)


# --- the place of a session ------------------------------------------------------------


@bp.post("/lessons/<int:lesson_id>/move")
@requires_role(*TEACHING)
def move_lesson(lesson_id: int) -> Any:
    """Put a session one up, one down, or in a place of a module; past the end is the next one."""
    found = get_lesson_for_editing(current_user, lesson_id)
    form = PlaceForm()
    if not form.validate():
        raise UnprocessableEntity
    code = found.course.code
    if form.module_id.data:
        to, position = get_module_for_editing(current_user, form.module_id.data), _position(1)
    else:
        to, position = _step(found, form.step.data)
    with unit_of_work():
        outline.move_lesson(found.lesson, to, position)
    return redirect(url_for(".show_outline", code=code, _anchor=f"lesson-{lesson_id}"), 303)


def _position(now: int) -> int:
    form = PlaceForm()
    if not form.validate():
        raise UnprocessableEntity
    if form.position.data:
        return int(form.position.data)
    return max(1, now + {"up": -1, "down": 1}.get(form.step.data or "", 0))


def _step(found: Any, step: str | None) -> tuple[Any, int]:
    """Return where one step leads: from the first place of a module to the end of that before."""
    of_version = list(courses.modules_of(found.version.id))
    place = [module.id for module in of_version].index(found.module.id)
    ids = lesson_ids_of(found.module.id)
    at = ids.index(found.lesson.id)
    if step == "up" and at == 0 and place > 0:
        before = of_version[place - 1]
        return before, len(lesson_ids_of(before.id)) + 1
    if step == "down" and at == len(ids) - 1 and place + 1 < len(of_version):
        return of_version[place + 1], 1
    return found.module, max(1, at + 1 + {"up": -1, "down": 1}.get(step or "", 0))


# --- states ----------------------------------------------------------------------------


@bp.post("/versions/<int:version_id>/state")
@requires_role(*TEACHING)
def change_version_state(version_id: int) -> Any:
    """Take a version to its next state: into review by its makers, the rest by staff."""
    version = get_version_for_editing(current_user, version_id)
    form = StepForm()
    code, number = version.course.code, version.number
    new = form.next_state
    if not form.validate() or new is None:
        raise UnprocessableEntity
    if new not in steps_of(version.state, is_staff=current_user.is_staff) and new != version.state:
        raise Conflict(_("This version can no longer take that step."))
    with unit_of_work():
        outline.take_version_to(
            version,
            new,
            actor=current_user.person,
            now=clock.now(),
            reason=form.reason.data or "",
        )
    flash(_("The state of the version is changed."), "ok")
    return redirect(url_for(".show_outline", code=code, version=number), 303)
