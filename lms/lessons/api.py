"""Where files for sessions are sent in parts (`tus`): by those who teach, and by speakers without
an account, whose link stands in the address."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_login import current_user

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.lessons import permissions, tus
from lms.lessons.forms.intakes import read_wish
from lms.lessons.services import intakes
from lms.web.guards import public, requires_role
from lms.web.limits import check_limit
from lms.web.requests import takes_large_bodies

bp = Blueprint("lessons_api", __name__, url_prefix="/api/v1")
tus.speak_tus(bp)

TEACHING = ("instructor", "staff", "admin")
BEGUN = "300/hour"
BEGUN_BY_SPEAKER = "60/hour"


@bp.route("/uploads", methods=["OPTIONS"])
@requires_role(*TEACHING)
def describe_uploads() -> Any:
    """Say what is spoken here."""
    return tus.describe()


@bp.post("/uploads", provide_automatic_options=False)
@requires_role(*TEACHING)
def create_upload() -> Any:
    """Begin an upload and say where it is; what will not be taken is refused before its bytes."""
    check_limit(BEGUN, "uploads", str(current_user.id))
    wish = read_wish(
        request.headers.get("Upload-Metadata", ""), request.headers.get("Upload-Length", "")
    )
    edited, material = permissions.get_place_for_sending(
        current_user, wish.lesson_id, wish.material_id
    )
    with unit_of_work():
        intake = intakes.begin_intake(
            edited,
            current_user.person,
            purpose=wish.purpose,
            file_name=wish.file_name,
            size=wish.size,
            material=material,
            language=wish.language,
            now=clock.now(),
        )
        upload, intake_id = intake.upload, intake.id
        assert upload is not None
        place = url_for(".show_upload", token=upload.token)
        return tus.begun(intake_id, place, upload)


@bp.get("/uploads/<token>")
@requires_role(*TEACHING)
def show_upload(token: str) -> Any:
    """Say how much of an upload is there; asked by HEAD as a rule."""
    return tus.show(permissions.get_intake_for_sending(current_user, token))


@bp.patch("/uploads/<token>")
@requires_role(*TEACHING)
@takes_large_bodies(tus.LARGEST)
def receive_part(token: str) -> Any:
    """Take the next part of an upload; with the last one its file is prepared."""
    return tus.receive(
        lambda: permissions.get_intake_for_sending(current_user, token), intakes.receive_done
    )


@bp.delete("/uploads/<token>")
@requires_role(*TEACHING)
def cancel_upload(token: str) -> Any:
    """Take an upload away, with what was to become of it."""
    return tus.cancel(
        permissions.get_intake_for_sending(current_user, token), intakes.cancel_intake
    )


# --- the same for speakers without an account, whose parts are small ones ---------------


@bp.post("/speakers/<token>/uploads")
@public
def create_speaker_upload(token: str) -> Any:
    """Begin to receive a file of a speaker; what else it says of its place is not asked for."""
    speaker = permissions.get_speaker_for_sending(token, clock.now())
    check_limit(BEGUN_BY_SPEAKER, "speaker-files", str(speaker.invitation.id))
    wish = read_wish(
        request.headers.get("Upload-Metadata", ""), request.headers.get("Upload-Length", "")
    )
    with unit_of_work():
        intake = intakes.begin_speaker_intake(
            speaker.edited,
            speaker.invitation,
            file_name=wish.file_name,
            size=wish.size,
            language=wish.language,
            now=clock.now(),
        )
        upload, intake_id = intake.upload, intake.id
        assert upload is not None
        place = url_for(".show_speaker_upload", token=token, upload_token=upload.token)
        return tus.begun(intake_id, place, upload)


@bp.get("/speakers/<token>/uploads/<upload_token>")
@public
def show_speaker_upload(token: str, upload_token: str) -> Any:
    """Say how much of a speaker's upload is there."""
    return tus.show(permissions.get_speaker_intake(token, upload_token, clock.now()))


@bp.patch("/speakers/<token>/uploads/<upload_token>")
@public
def receive_speaker_part(token: str, upload_token: str) -> Any:
    """Take the next part of a speaker's upload."""
    return tus.receive(
        lambda: permissions.get_speaker_intake(token, upload_token, clock.now()),
        intakes.receive_done,
    )


@bp.delete("/speakers/<token>/uploads/<upload_token>")
@public
def cancel_speaker_upload(token: str, upload_token: str) -> Any:
    """Take a speaker's upload away."""
    return tus.cancel(
        permissions.get_speaker_intake(token, upload_token, clock.now()), intakes.cancel_intake
    )
