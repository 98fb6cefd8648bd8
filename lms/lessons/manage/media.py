"""The files of a session for those who make it, who are enrolled in nothing."""

from typing import Any

from flask import Response
from flask_login import current_user

from lms.core.errors import NotFound
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.permissions import get_lesson_for_editing
from lms.lessons.queries import caption, media_of_lesson
from lms.media.serving import send_media
from lms.web.guards import requires_role


@bp.get("/media/lessons/<int:lesson_id>/<rendition>")
@requires_role(*TEACHING)
def serve_media(lesson_id: int, rendition: str) -> Any:
    """Stream a recording or its poster to those who may edit the course."""
    get_lesson_for_editing(current_user, lesson_id)
    found = {str(name): row for name, row in media_of_lesson(lesson_id).items()}.get(rendition)
    if found is None:
        raise NotFound
    try:
        return send_media(found.storage_key, mimetype=found.mimetype)
    except FileNotFoundError as error:
        raise NotFound from error


@bp.get("/media/lessons/<int:lesson_id>/captions/<language_code>.vtt")
@requires_role(*TEACHING)
def serve_captions(lesson_id: int, language_code: str) -> Any:
    """Send the captions of one language to those who may edit the course."""
    get_lesson_for_editing(current_user, lesson_id)
    text = caption(lesson_id, language_code)
    if text is None:
        raise NotFound
    return Response(text, mimetype="text/vtt", headers={"Cache-Control": "no-store"})
