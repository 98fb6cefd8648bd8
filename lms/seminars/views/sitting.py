"""The page of a sitting, and the files handed out with it."""

from typing import Any

from flask_login import current_user

from lms.core import clock
from lms.core.errors import NotFound
from lms.lessons.handing_out import send_material
from lms.lessons.queries.materials import material_row
from lms.lessons.rules.materials import is_visible
from lms.seminars.permissions import get_sitting_for_entering, get_sitting_for_viewing
from lms.seminars.sitting_page import sitting_page
from lms.seminars.views.pages import PAGE, bp
from lms.web.guards import ask_to_sign_in, public, signed_in


@bp.get(f"{PAGE}/sessions/<int:sitting_id>")
@public
def show_sitting(sitting_id: int) -> Any:
    """Show a session before, during and after it, to each what concerns them.

    Mails and calendars lead here: a visitor who may not see it is asked to sign in first, whether
    there is such a session or not.
    """
    try:
        visit = get_sitting_for_viewing(current_user, sitting_id)
    except NotFound:
        if current_user.is_authenticated:
            raise
        return ask_to_sign_in()
    return sitting_page(visit)


@bp.get("/media/sessions/<int:sitting_id>/materials/<int:material_id>/<form>")
@signed_in
def serve_material(sitting_id: int, material_id: int, form: str) -> Any:
    """Send a material of a session to those concerned: interpreters are enrolled in nothing."""
    row = get_sitting_for_entering(current_user, sitting_id).sitting
    material = material_row(material_id)
    is_theirs = material is not None and material.lesson_id == row.lesson_id
    if material is None or not is_theirs or not is_visible(material, now=clock.now()):
        raise NotFound
    return send_material(material, form)
