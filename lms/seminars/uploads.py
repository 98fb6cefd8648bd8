"""Where recordings of sittings are sent in parts, by those who manage the run: tus 1.0."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_login import current_user

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.lessons import tus
from lms.lessons.forms.intakes import read_file_wish
from lms.lessons.services import intakes
from lms.seminars.recording_permissions import (
    get_recording_intake_for_sending,
    get_sitting_for_recording,
)
from lms.seminars.services.recordings import begin_recording
from lms.web.guards import requires_role
from lms.web.limits import check_limit
from lms.web.requests import takes_large_bodies

bp = Blueprint("seminars_uploads", __name__, url_prefix="/api/v1")
tus.speak_tus(bp)

TEACHING = ("instructor", "staff", "admin")
BEGUN = "60/hour"


@bp.post("/sessions/<int:sitting_id>/recording")
@requires_role(*TEACHING)
def create_recording_upload(sitting_id: int) -> Any:
    """Begin an upload and say where it is; what will not be taken is refused before its bytes."""
    check_limit(BEGUN, "recordings", str(current_user.id))
    wish = read_file_wish(
        request.headers.get("Upload-Metadata", ""), request.headers.get("Upload-Length", "")
    )
    _run, sitting = get_sitting_for_recording(current_user, sitting_id)
    with unit_of_work():
        intake = begin_recording(
            sitting,
            current_user.person,
            file_name=wish.file_name,
            size=wish.size,
            now=clock.now(),
        )
        upload, intake_id = intake.upload, intake.id
        assert upload is not None
        place = url_for(".show_recording_upload", token=upload.token)
        return tus.begun(intake_id, place, upload)


@bp.get("/recordings/<token>")
@requires_role(*TEACHING)
def show_recording_upload(token: str) -> Any:
    """Say how much of an upload is there; asked by HEAD as a rule."""
    return tus.show(get_recording_intake_for_sending(current_user, token))


@bp.patch("/recordings/<token>")
@requires_role(*TEACHING)
@takes_large_bodies(tus.LARGEST)
def receive_recording_part(token: str) -> Any:
    """Take the next part of an upload; with the last one the recording is prepared."""
    return tus.receive(
        lambda: get_recording_intake_for_sending(current_user, token), intakes.receive_done
    )


@bp.delete("/recordings/<token>")
@requires_role(*TEACHING)
def cancel_recording_upload(token: str) -> Any:
    """Take an upload away."""
    return tus.cancel(get_recording_intake_for_sending(current_user, token), intakes.cancel_intake)
