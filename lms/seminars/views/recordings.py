"""The recording of a session, for those it is published for, and its files."""

from typing import Any

from flask import Response, make_response, render_template, request
from flask_login import current_user

from lms.core import clock
from lms.core.errors import NotFound
from lms.i18n.formats import set_content_preferences
from lms.i18n.languages import content_preferences
from lms.lessons.player import QUALITIES, player_of
from lms.media.serving import send_media
from lms.seminars.queries.recordings import captions_of_sitting, media_of_sitting
from lms.seminars.recording_permissions import get_recording_for_watching
from lms.seminars.rules.recordings import is_published
from lms.seminars.views.pages import PAGE, bp
from lms.web.display import keep
from lms.web.guards import ask_to_sign_in, public

FILES = "/media/sessions/<int:sitting_id>"


@bp.get(f"{PAGE}/sessions/<int:sitting_id>/recording")
@public
def show_recording(sitting_id: int) -> Any:
    """Show the recording of a session to those it is for; watching it here is not recorded.

    Mails lead here: a visitor is asked to sign in first, whether there is one or not.
    """
    now = clock.now()
    try:
        visit, recording = get_recording_for_watching(current_user, sitting_id, now)
    except NotFound:
        if current_user.is_authenticated:
            raise
        return ask_to_sign_in()
    row = recording.sitting
    set_content_preferences(
        content_preferences(city=visit.city_languages, working=row.working_language)
    )
    player = player_of(
        media_of_sitting(sitting_id), captions_of_sitting(sitting_id), recording.seconds
    )
    page = render_template(
        "seminars/show_recording.html",
        visit=visit,
        sitting=row,
        recording=recording,
        player=player,
        files=f"/media/sessions/{sitting_id}/",
        is_published=is_published(row, now),
    )
    response = make_response(page)
    quality = request.args.get("quality")
    if quality in QUALITIES:
        keep(response, "quality", quality)
    return response


@bp.get(f"{FILES}/<rendition>")
@public
def serve_recording(sitting_id: int, rendition: str) -> Any:
    """Stream a recording or its poster to those it is for; what is withdrawn is gone at once."""
    get_recording_for_watching(current_user, sitting_id, clock.now())
    found = {str(row.rendition): row for row in media_of_sitting(sitting_id)}.get(rendition)
    if found is None:
        raise NotFound
    try:
        return send_media(found.storage_key, mimetype=found.mimetype, revalidate=True)
    except FileNotFoundError as error:
        raise NotFound from error


@bp.get(f"{FILES}/captions/<language_code>.vtt")
@public
def serve_recording_captions(sitting_id: int, language_code: str) -> Any:
    """Send the captions of one language to those the recording is for."""
    get_recording_for_watching(current_user, sitting_id, clock.now())
    text = captions_of_sitting(sitting_id).get(language_code)
    if text is None:
        raise NotFound
    response = Response(text, mimetype="text/vtt")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)
