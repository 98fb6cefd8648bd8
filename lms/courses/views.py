"""The page of a curriculum. Pages that show runs beside courses are in `enrolment`."""

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from lms.courses import permissions, queries
from lms.i18n.languages import localise
from lms.web.guards import public
from lms.web.page_cache import cached_for_visitors

bp = localise(Blueprint("courses", __name__, url_prefix="/<language:language>"))


@bp.get("/curricula/<code>")
@public
@cached_for_visitors(queries.catalogue_version)
def show_curriculum(code: str) -> Any:
    """Show a field with its courses, and what one needs before another."""
    curriculum = permissions.get_curriculum_for_viewing(current_user, code)
    courses = [each for each in queries.published_courses() if each.curriculum_code == code]
    return render_template("courses/show_curriculum.html", curriculum=curriculum, courses=courses)
