"""Files on their way in: sent whole by a form, looked at, tried again, removed."""

from typing import Any

from flask import get_template_attribute, redirect, render_template, request, url_for
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.i18n.formats import language_name
from lms.i18n.languages import CONTENT_LANGUAGES, page_language
from lms.lessons import permissions
from lms.lessons.forms.intakes import SendFilesForm
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.rules.intakes import endings_taken
from lms.lessons.services import intakes
from lms.media import uploads
from lms.web.guards import requires_role
from lms.web.requests import takes_large_bodies

LARGEST_FORM = 100_000_000
FRAGMENT = "X-Fragment"


@bp.post("/lessons/<int:lesson_id>/files")
@requires_role(*TEACHING)
@takes_large_bodies(LARGEST_FORM)
def send_files(lesson_id: int) -> Any:
    """Take files sent whole by a form, and lead to how the last one is getting on."""
    found, _material = permissions.get_place_for_sending(current_user, lesson_id, None)
    form = SendFilesForm()
    if not form.validate():
        return _send_page(found, form, 422)
    intake_id = 0
    try:
        for file in form.file.data:
            intake_id = _receive(lesson_id, form, file)
    except Invalid as error:
        form.refuse(error)
        return _send_page(found, form, 422)
    except Conflict as error:
        form.form_errors.append(error.message)
        return _send_page(found, form, 409)
    return redirect(url_for(".show_intake", intake_id=intake_id), 303)


def _receive(lesson_id: int, form: SendFilesForm, file: Any) -> int:
    """Take one file as an upload that comes in one part; return its intake's id."""
    found, material = permissions.get_place_for_sending(
        current_user, lesson_id, form.material_id.data
    )
    size = uploads.size_of(file.stream)
    with unit_of_work():
        intake = intakes.begin_intake(
            found,
            current_user.person,
            purpose=form.wanted,
            file_name=file.filename,
            size=size,
            material=material,
            language=form.language.data,
            now=clock.now(),
        )
        upload, intake_id = intake.upload, intake.id
    assert upload is not None
    uploads.append(upload, 0, file.stream, size)
    with unit_of_work():
        intakes.receive_done(intake, now=clock.now())
    return intake_id


def _send_page(found: Any, form: SendFilesForm, status: int) -> Any:
    return render_template("lessons/manage/send_files.html", found=found, form=form), status


@bp.get("/intakes/<int:intake_id>")
@requires_role(*TEACHING)
def show_intake(intake_id: int) -> Any:
    """Show how far a file is: as a page, or its row alone for a page that is open already."""
    intake = permissions.get_intake_for_viewing(current_user, intake_id)
    if request.headers.get(FRAGMENT):
        return str(get_template_attribute("lessons/manage/_upload.html", "intake_row")(intake))
    found = permissions.get_lesson_for_editing(current_user, intake.lesson_id)
    return render_template("lessons/manage/show_intake.html", intake=intake, found=found)


@bp.post("/intakes/<int:intake_id>/retry")
@requires_role(*TEACHING)
def retry_intake(intake_id: int) -> Any:
    """Have a file prepared once more."""
    intake = permissions.get_intake_for_viewing(current_user, intake_id)
    with unit_of_work():
        intakes.retry_intake(intake)
    return redirect(url_for(".show_intake", intake_id=intake_id), 303)


@bp.post("/intakes/<int:intake_id>/remove")
@requires_role(*TEACHING)
def remove_intake(intake_id: int) -> Any:
    """Take a file away that is not finished."""
    intake = permissions.get_intake_for_viewing(current_user, intake_id)
    lesson_id = intake.lesson_id
    with unit_of_work():
        intakes.cancel_intake(intake)
    return redirect(url_for(".edit_lesson", lesson_id=lesson_id), 303)


# --- what the macros of templates/lessons/manage/_upload.html ask for -------------------


bp.add_app_template_global(endings_taken)


@bp.app_template_global("refusal_words")
def _refusal_words(refusal: str) -> str:
    return str(intakes.REFUSAL_WORDS[refusal])


@bp.app_template_global("received_percent")
def _received_percent(intake: Any) -> int:
    """Return how much of a file the server has, by its part and not by what was last noted."""
    upload = intake.upload
    return uploads.received(upload) * 100 // upload.size if upload is not None else 0


@bp.app_template_global("content_languages")
def _content_languages() -> list[tuple[str, str, bool]]:
    here = page_language()
    return [(code, language_name(code), code == here) for code in CONTENT_LANGUAGES]


@bp.app_template_global("largest_form")
def _largest_form() -> int:
    return LARGEST_FORM
