"""What an instructor consents to for a course: being recorded, and use in the years to come."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.courses.permissions import get_own_teaching
from lms.courses.services.teachers import give_teaching_consent
from lms.lessons.forms.materials import ConsentForm
from lms.lessons.manage.pages import TEACHING, bp
from lms.web.guards import requires_role


@bp.route("/courses/<code>/consent", methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_consent(code: str) -> Any:
    """Show somebody of the teaching staff what they consent to, and since when; change it."""
    course, teaching = get_own_teaching(current_user, code)
    form = ConsentForm()
    if request.method == "GET":
        form.recording.data = teaching.consents_to_recording_at is not None
        form.reuse.data = teaching.consents_to_reuse_at is not None
    elif form.validate():
        with unit_of_work():
            give_teaching_consent(
                course,
                current_user.person,
                recording=form.recording.data,
                reuse=form.reuse.data,
                now=clock.now(),
            )
        flash(_("Saved."), "ok")
        return redirect(url_for(".edit_consent", code=code), 303)
    page = render_template(
        "lessons/manage/edit_consent.html", course=course, teaching=teaching, form=form
    )
    return page, 422 if form.errors else 200
