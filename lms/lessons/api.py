"""Where files are sent in parts that go on where the line was cut: tus 1.0.

For those who teach; and for speakers without an account, whose link stands in the address.

With the extensions creation, expiration, checksum and termination.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.http import http_date

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.lessons import permissions
from lms.lessons.forms.intakes import read_number, read_wish
from lms.lessons.services import intakes
from lms.media import uploads
from lms.media.kinds import SIZE_LIMITS
from lms.web.guards import public, requires_role
from lms.web.limits import check_limit
from lms.web.requests import takes_large_bodies

bp = Blueprint("lessons_api", __name__, url_prefix="/api/v1")

TEACHING = ("instructor", "staff", "admin")
VERSION = "1.0.0"
PART = "application/offset+octet-stream"
LARGEST = max(SIZE_LIMITS.values())
BEGUN = "300/hour"
BEGUN_BY_SPEAKER = "60/hour"

# 460 is what tus names it; nothing else knows the number.
ANSWERS: Mapping[type[uploads.UploadError], tuple[int, LazyString]] = {
    uploads.WrongOffset: (409, _l("The file goes on at another place.")),
    uploads.Locked: (423, _l("Another page is sending this file at this moment.")),
    uploads.BeyondSize: (413, _l("This is more than the file was to have.")),
    uploads.TooLargeToCheck: (413, _l("Send this in smaller parts.")),
    uploads.Expired: (410, _l("This file was not sent in time. Begin again.")),
    uploads.WrongChecksum: (460, _l("The part arrived damaged. Send it again.")),
}


@bp.before_request
def check_version() -> Any:
    """Refuse other versions of the protocol, but tell everybody which one is spoken."""
    if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION:
        return None
    return *_refusal(412, _("Only version 1.0.0 of tus is spoken here.")), {"Tus-Version": VERSION}


@bp.after_request
def name_version(response: Response) -> Response:
    """Say in which version the answer is; none is ever kept."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(uploads.UploadError)
def answer_refused_part(error: uploads.UploadError) -> Any:
    """Answer in the numbers of the protocol."""
    status, words = ANSWERS[type(error)]
    return _refusal(status, str(words))


@bp.route("/uploads", methods=["OPTIONS"])
@requires_role(*TEACHING)
def describe_uploads() -> Any:
    """Say what is spoken here."""
    return (
        "",
        204,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,expiration,checksum,termination",
            "Tus-Max-Size": str(LARGEST),
            "Tus-Checksum-Algorithm": ",".join(uploads.ALGORITHMS),
        },
    )


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
        return _begun(intake_id, place, upload)


def _begun(intake_id: int, place: str, upload: Any) -> Any:
    headers = {
        "Location": place,
        "Upload-Offset": "0",
        "Upload-Expires": http_date(upload.expires_at),
    }
    return {"intake": intake_id}, 201, headers


@bp.get("/uploads/<token>")
@requires_role(*TEACHING)
def show_upload(token: str) -> Any:
    """Say how much of an upload is there; asked by HEAD as a rule."""
    return _show(permissions.get_intake_for_sending(current_user, token))


@bp.patch("/uploads/<token>")
@requires_role(*TEACHING)
@takes_large_bodies(LARGEST)
def receive_part(token: str) -> Any:
    """Take the next part of an upload; with the last one its file is prepared."""
    return _receive(lambda: permissions.get_intake_for_sending(current_user, token))


@bp.delete("/uploads/<token>")
@requires_role(*TEACHING)
def cancel_upload(token: str) -> Any:
    """Take an upload away, with what was to become of it."""
    return _cancel(permissions.get_intake_for_sending(current_user, token))


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
        return _begun(intake_id, place, upload)


@bp.get("/speakers/<token>/uploads/<upload_token>")
@public
def show_speaker_upload(token: str, upload_token: str) -> Any:
    """Say how much of a speaker's upload is there."""
    return _show(permissions.get_speaker_intake(token, upload_token, clock.now()))


@bp.patch("/speakers/<token>/uploads/<upload_token>")
@public
def receive_speaker_part(token: str, upload_token: str) -> Any:
    """Take the next part of a speaker's upload."""
    return _receive(lambda: permissions.get_speaker_intake(token, upload_token, clock.now()))


@bp.delete("/speakers/<token>/uploads/<upload_token>")
@public
def cancel_speaker_upload(token: str, upload_token: str) -> Any:
    """Take a speaker's upload away."""
    return _cancel(permissions.get_speaker_intake(token, upload_token, clock.now()))


# --- what is answered ------------------------------------------------------------------


def _show(intake: Any) -> Any:
    upload = _open_upload(intake)
    return "", 200, {**_progress(upload), "Upload-Length": str(upload.size)}


def _receive(find: Callable[[], Any]) -> Any:
    """Take a part of the upload of an intake, which is found anew once its bytes are there."""
    if request.mimetype != PART:
        return _refusal(415, _("Send a part as %(kind)s.", kind=PART))
    upload = _open_upload(find())
    offset = read_number(request.headers.get("Upload-Offset", ""))
    if offset is None:
        abort(400)
    progress, size = _progress(upload), upload.size
    length = request.content_length or 0
    end = uploads.append(upload, offset, request.stream, length, _checksum_of_part())
    if end == size:
        with unit_of_work():
            intakes.receive_done(find(), now=clock.now())
    # Not asked anew: a quick worker may have taken the whole file over by now.
    return "", 204, {**progress, "Upload-Offset": str(end)}


def _cancel(intake: Any) -> Any:
    with unit_of_work():
        intakes.cancel_intake(intake)
    return "", 204


def _open_upload(intake: Any) -> Any:
    uploads.check_open(intake.upload, now=clock.now())
    return intake.upload


def _progress(upload: Any) -> dict[str, str]:
    return {
        "Upload-Offset": str(uploads.received(upload)),
        "Upload-Expires": http_date(upload.expires_at),
    }


def _checksum_of_part() -> uploads.Checksum | None:
    header = request.headers.get("Upload-Checksum", "")
    if not header:
        return None
    algorithm, _space, digest = header.partition(" ")
    if algorithm not in uploads.ALGORITHMS or not digest:
        abort(400)
    return uploads.Checksum(algorithm, digest)


def _refusal(status: int, words: str) -> tuple[dict[str, Any], int]:
    return {"error": status, "message": words}, status
