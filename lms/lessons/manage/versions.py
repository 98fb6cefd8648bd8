"""What is new in a version of a course, beside another one."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask_login import current_user

from lms.core.errors import NotFound
from lms.courses import queries as courses
from lms.courses.permissions import get_course_for_editing
from lms.courses.rules.versions import pair_to_compare
from lms.lessons.forms.outline import HOURS, KINDS
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.queries.comparison import facts_of
from lms.lessons.rules import comparison
from lms.web.guards import requires_role


@bp.get("/courses/<code>/compare")
@requires_role(*TEACHING)
def compare_versions(code: str) -> Any:
    """Show what is other in a version, the newest unless one is named, than in one before it."""
    course = get_course_for_editing(current_user, code)
    versions = courses.versions_of(course.id)
    newer = _asked_for("new", versions, versions[0])
    before_it, _newer = pair_to_compare(versions[versions.index(newer) :])
    older = _asked_for("old", versions, before_it)
    before, after = facts_of([older, newer])
    return render_template(
        "lessons/manage/compare_versions.html",
        course=course,
        versions=versions,
        older=older,
        newer=newer,
        found=comparison.compare_versions(before, after),
        kinds=KINDS,
        hours_of=HOURS,
    )


def _asked_for(name: str, versions: Sequence[Any], otherwise: Any) -> Any:
    """Return the version whose number the address gives. Raises NotFound when there is none."""
    if name not in request.args:
        return otherwise
    number = request.args.get(name, type=int)
    found = next((each for each in versions if each.number == number), None)
    if found is None:
        raise NotFound
    return found
