"""Where players send what was played. Called every 15 seconds by everybody who watches."""

from typing import Any

from flask import Blueprint, request
from flask_login import current_user

from lms.core import clock
from lms.core.unit_of_work import in_light_unit_of_work
from lms.progress import permissions, play_token, services
from lms.progress.forms import read_beat
from lms.progress.services import catch_up
from lms.web.guards import signed_in

bp = Blueprint("progress_api", __name__, url_prefix="/api/v1")


@bp.post("/runs/<int:run_id>/lessons/<int:lesson_id>/watch")
@signed_in
def record_watch(run_id: int, lesson_id: int) -> Any:
    """Add played seconds to the reader's record and answer with where they stand."""
    enrolment, lesson = permissions.get_lesson_for_watching(current_user, run_id, lesson_id)
    beat = read_beat(request.get_data())
    opened_at = play_token.opened_at(beat.token, enrolment.id, lesson.id)
    now = clock.now()
    standing = in_light_unit_of_work(
        lambda: services.record_watch(
            enrolment, lesson, beat.intervals, beat.position, opened_at=opened_at, now=now
        )
    )
    return {
        "watched_seconds": standing.watched_seconds,
        "is_watched": standing.is_watched,
        "is_complete": standing.is_complete,
        "earned_minutes": standing.earned_minutes,
        "course_is_complete": standing.course_is_complete,
    }


@bp.post("/sessions/<int:sitting_id>/catch-up")
@signed_in
def record_catch_up(sitting_id: int) -> Any:
    """Add played seconds of what the reader missed of a session, and say where they stand."""
    now = clock.now()
    known = permissions.get_sitting_for_catch_up(current_user, sitting_id, now)
    beat = read_beat(request.get_data())
    opened_at = play_token.opened_at(beat.token, known.enrolment_id, sitting_id, play_token.SITTING)
    standing = in_light_unit_of_work(
        lambda: catch_up.record_watch(
            known, beat.intervals, beat.position, opened_at=opened_at, now=now
        )
    )
    return {
        "watched_seconds": standing.watched_seconds,
        "is_watched": standing.is_watched,
        "is_complete": standing.is_complete,
    }
