"""The pages of one session: what it is, its text in each language, the question after it."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.text import clean_text
from lms.core.unit_of_work import unit_of_work
from lms.courses.permissions import get_course_for_editing
from lms.i18n.languages import BY_CODE, CONTENT_LANGUAGES
from lms.lessons.forms.outline import (
    KINDS,
    QuestionForm,
    SessionForm,
    TextForm,
)
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.permissions import get_lesson_for_editing
from lms.lessons.queries import (
    intakes_of,
    lesson_content,
    materials_with_files,
    media_of_lesson,
)
from lms.lessons.queries.captions import tracks_of
from lms.lessons.queries.materials import materials_of_lesson
from lms.lessons.queries.speakers import invitations_to
from lms.lessons.rules.outline import LONGEST_TEXT, STUDIED_ALONE
from lms.lessons.services import outline
from lms.web.guards import requires_role
from lms.web.markdown import markdown
from lms.web.markdown_faults import faults_of_reading
from lms.web.saving import Saving, answer_sent

LESSON = "/lessons/<int:lesson_id>"


@bp.route(LESSON, methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_lesson(lesson_id: int) -> Any:
    """Change a session and see all it holds; the form saves itself too."""
    found = get_lesson_for_editing(current_user, lesson_id)
    form = SessionForm(obj=found.lesson)
    form.title.show_in(list(BY_CODE))
    if request.method == "GET":
        form.made_from(found.lesson.revision)
        return _lesson_page(found, form)

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = outline.change_lesson(
                found.lesson, form.content, revision=form.shown_revision
            )
            return is_saved, found.lesson.revision

    def stored() -> dict[str, Any]:
        return {name: getattr(found.lesson, name) for name in form.content}

    def done() -> str:
        return url_for(".edit_lesson", lesson_id=lesson_id)

    return answer_sent(form, Saving(save, partial(_lesson_page, found, form), stored, done))


def _lesson_page(found: Any, form: SessionForm, **shown: Any) -> str:
    lesson = found.lesson
    media = media_of_lesson(lesson.id)
    return render_template(
        "lessons/manage/edit_lesson.html",
        found=found,
        lesson=lesson,
        form=form,
        question=found.question,
        captions=tracks_of(lesson.id),
        renditions=[row for row in media.values() if row.rendition != "poster"],
        has_poster="poster" in media,
        materials=materials_of_lesson(lesson.id),
        intakes=intakes_of(lesson.id),
        invitations=invitations_to(lesson.id),
        now=clock.now(),
        text_languages=_languages_of(found),
        kind_word=KINDS[lesson.kind],
        is_studied_alone=lesson.kind in STUDIED_ALONE,
        number=f"{found.module.position}.{lesson.position}",
        **shown,
    )


def _languages_of(found: Any) -> list[str]:
    """Return the languages a session's texts are asked in: of the pages, the course, the text."""
    written = found.lesson.body.texts if found.lesson.body else ()
    return list(dict.fromkeys([*written, *BY_CODE, *found.version.languages]))


@bp.route(f"{LESSON}/remove", methods=["GET", "POST"])
@requires_role(*TEACHING)
def remove_lesson(lesson_id: int) -> Any:
    """Say what would go with a session, and take it out of the draft."""
    found = get_lesson_for_editing(current_user, lesson_id)
    code = found.course.code
    if request.method == "GET":
        return render_template(
            "lessons/manage/remove_lesson.html",
            found=found,
            content=lesson_content(lesson_id),
            materials=materials_with_files(lesson_id),
        )
    with unit_of_work():
        outline.remove_lesson(found.lesson)
    flash(_("The session is removed."), "ok")
    return redirect(url_for(".show_outline", code=code), 303)


# --- its text --------------------------------------------------------------------------


@bp.route(f"{LESSON}/text/<language_code>", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_text(lesson_id: int, language_code: str) -> Any:
    """Write the text of a session in one language; it saves itself, and shows a preview."""
    found = get_lesson_for_editing(current_user, lesson_id)
    if language_code not in CONTENT_LANGUAGES and language_code not in _languages_of(found):
        raise NotFound
    form = TextForm(data={"body": _text_of(found.lesson, language_code)})
    show = partial(_text_page, found, form, language_code)
    if request.method == "GET":
        form.made_from(found.lesson.revision)
        return show()
    if "preview" in request.form and form.validate():
        return show(is_preview=True)

    def save() -> tuple[bool, int]:
        with unit_of_work():
            is_saved = outline.change_text(
                found.lesson, language_code, form.body.data, revision=form.shown_revision
            )
            return is_saved, found.lesson.revision

    def stored() -> dict[str, Any]:
        return {"body": _text_of(found.lesson, language_code)}

    def done() -> str:
        return url_for(".edit_lesson", lesson_id=lesson_id, _anchor="text")

    return answer_sent(form, Saving(save, show, stored, done))


def _text_of(lesson: Any, language: str) -> str:
    return lesson.body.texts.get(language, "") if lesson.body else ""


def _text_page(found: Any, form: TextForm, language: str, **shown: Any) -> str:
    body = found.lesson.body
    written = form.body.data or ""
    return render_template(
        "lessons/manage/edit_text.html",
        found=found,
        lesson=found.lesson,
        form=form,
        language=language,
        original=body if body and body.source != language else None,
        others=[code for code in _languages_of(found) if code != language],
        files=[
            {"id": row.id, "name": file.name, "mimetype": file.mimetype}
            for row in materials_of_lesson(found.lesson.id)
            for form, file in row.files.items()
            if form == "full"
        ],
        written=written,
        faults=faults_of_reading(written),
        **shown,
    )


@bp.post("/courses/<code>/text-preview")
@requires_role(*TEACHING)
def preview_text(code: str) -> Any:
    """Show how a text would look, without keeping it."""
    get_course_for_editing(current_user, code)
    return markdown(clean_text(request.form.get("text", ""), LONGEST_TEXT))


# --- the question ----------------------------------------------------------------------


@bp.route(f"{LESSON}/question", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_question(lesson_id: int) -> Any:
    """Write the question asked after a recorded session."""
    found = get_lesson_for_editing(current_user, lesson_id)
    question = found.question
    form = QuestionForm(data=QuestionForm.stored(question))
    form.show_in(list(BY_CODE))
    if form.validate_on_submit() and form.prompt.data is not None:
        try:
            with unit_of_work():
                outline.change_question(
                    found.lesson,
                    prompt=form.prompt.data,
                    choices=form.answers,
                    correct_choice=form.correct_choice.data,
                    explanation=form.explanation.data,
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for(".edit_lesson", lesson_id=lesson_id, _anchor="question"), 303)
    page = render_template(
        "lessons/manage/edit_question.html", found=found, form=form, question=question
    )
    return page, 422 if form.errors else 200


@bp.post(f"{LESSON}/question/remove")
@requires_role(*TEACHING)
def remove_question(lesson_id: int) -> Any:
    """Ask nothing after the session any more."""
    found = get_lesson_for_editing(current_user, lesson_id)
    with unit_of_work():
        outline.remove_question(found.lesson)
    flash(_("The question is removed."), "ok")
    return redirect(url_for(".edit_lesson", lesson_id=lesson_id, _anchor="question"), 303)
