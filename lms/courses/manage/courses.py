"""The list of courses to edit, a new one, what a draft says of its course, who teaches it."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.queries import people_who_teach
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses import permissions, queries
from lms.courses.forms import CourseForm, NewCourseForm, TeachersForm, choices_of
from lms.courses.manage.pages import DECIDING, TEACHING, bp
from lms.courses.queries.curricula import all_curricula
from lms.courses.services import versions
from lms.courses.services.teachers import set_teachers
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import BY_CODE
from lms.web.guards import requires_role
from lms.web.saving import Saving, answer_sent


@bp.get("/courses")
@requires_role(*TEACHING)
def list_courses() -> Any:
    """List the courses: to staff all, to instructors those they teach."""
    courses = queries.managed_courses(None if current_user.is_staff else current_user.id)
    return render_template("courses/manage/list_courses.html", courses=courses)


@bp.route("/courses/new", methods=["GET", "POST"])
@requires_role(*DECIDING)
def create_course() -> Any:
    """Make a course, as a draft only its makers see."""
    form = NewCourseForm()
    form.curriculum_id.choices = choices_of(
        {row.id: plain_in_language(row.title) for row in all_curricula()}
    )
    if form.validate_on_submit() and form.title.data is not None:
        try:
            with unit_of_work():
                versions.create_course(
                    code=form.code.data,
                    curriculum_id=form.curriculum_id.data,
                    content=versions.starting_content(
                        form.title.data, form.level.data, form.delivery.data
                    ),
                    actor=current_user.person,
                    now=clock.now(),
                )
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect(url_for("lessons_manage.show_outline", code=form.code.data), 303)
    form.title.show_in(list(BY_CODE))
    page = render_template("courses/manage/create_course.html", form=form)
    return page, 422 if form.errors else 200


@bp.post("/courses/<code>/versions")
@requires_role(*TEACHING)
def begin_draft(code: str) -> Any:
    """Begin a new version, or go to the draft that is there."""
    course = permissions.get_course_for_editing(current_user, code)
    with unit_of_work():
        versions.begin_version(course, actor=current_user.person, now=clock.now())
    return redirect(url_for("lessons_manage.show_outline", code=code), 303)


@bp.route("/courses/<code>/edit", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_course(code: str) -> Any:
    """Change what the draft says of the course; the form saves itself too."""
    course = permissions.get_course_for_editing(current_user, code)
    version = queries.newest_version(course.id)
    form = CourseForm(data=_stored(version))
    form.offer(
        {
            each.code: f"{each.code} · {plain_in_language(each.title)}"
            for each in queries.published_courses()
            if each.code != code
        },
        _languages_of(version),
    )
    show = partial(_course_page, course, version, form)
    if request.method == "GET":
        form.made_from(version.revision)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = versions.change_content(version, form.content, revision=form.shown_revision)
            return is_saved, version.revision

    def done() -> str:
        return url_for("lessons_manage.show_outline", code=code)

    return answer_sent(form, Saving(save, show, lambda: _stored(version), done))


def _stored(version: Any) -> dict[str, Any]:
    return {**versions.content_of(version), "sdg_targets": ", ".join(version.sdg_targets)}


def _languages_of(version: Any) -> list[str]:
    """Return the languages a course's texts are asked in: those of the pages, then its own."""
    return list(dict.fromkeys([*BY_CODE, *version.languages]))


def _course_page(course: Any, version: Any, form: CourseForm, **shown: Any) -> str:
    return render_template(
        "courses/manage/edit_course.html", course=course, version=version, form=form, **shown
    )


@bp.route("/courses/<code>/teachers", methods=["GET", "POST"])
@requires_role(*DECIDING)
def edit_teachers(code: str) -> Any:
    """Say who may edit the drafts of a course."""
    course = permissions.get_course_for_deciding(current_user, code)
    people = people_who_teach()
    form = TeachersForm()
    form.teachers.choices = choices_of({person.id: person.full_name for person in people})
    if request.method == "GET":
        form.teachers.data = [row.person_id for row in queries.teachers_of(course.id)]
    elif form.validate():
        chosen = [person for person in people if person.id in form.teachers.data]
        with unit_of_work():
            set_teachers(course, chosen, actor=current_user.person, now=clock.now())
        flash(_("Saved."), "ok")
        return redirect(url_for("lessons_manage.show_outline", code=code), 303)
    page = render_template("courses/manage/edit_teachers.html", course=course, form=form)
    return page, 422 if form.errors else 200
