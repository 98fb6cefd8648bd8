"""Files sent in parts that go on where the line was cut: tus 1.0, for any blueprint.

With the extensions creation, expiration, checksum and termination. Whose uploads are where, the
blueprint says; here is what is asked and answered at each of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.http import http_date

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.lessons.forms.intakes import read_number
from lms.media import uploads
from lms.media.kinds import SIZE_LIMITS

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
LARGEST = max(SIZE_LIMITS.values())

# 460 is what tus names it; nothing else knows the number.
ANSWERS: Mapping[type[uploads.UploadError], tuple[int, LazyString]] = {
    uploads.WrongOffset: (409, _l("The file goes on at another place.")),
    uploads.Locked: (423, _l("Another page is sending this file at this moment.")),
    uploads.BeyondSize: (413, _l("This is more than the file was to have.")),
    uploads.TooLargeToCheck: (413, _l("Send this in smaller parts.")),
    uploads.Expired: (410, _l("This file was not sent in time. Begin again.")),
    uploads.WrongChecksum: (460, _l("The part arrived damaged. Send it again.")),
}


def speak_tus(bp: Blueprint) -> None:
    """Have a blueprint speak this version of the protocol, and refuse others."""
    bp.before_request(_check_version)
    bp.after_request(_name_version)
    bp.register_error_handler(uploads.UploadError, _answer_refused_part)


def _check_version() -> Any:
    """Refuse other versions of the protocol, but tell everybody which one is spoken."""
    if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION:
        return None
    return *_refusal(412, _("Only version 1.0.0 of tus is spoken here.")), {"Tus-Version": VERSION}


def _name_version(response: Response) -> Response:
    """Say in which version the answer is; none is ever kept."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_refused_part(error: uploads.UploadError) -> Any:
    """Answer in the numbers of the protocol."""
    status, words = ANSWERS[type(error)]
    return _refusal(status, str(words))


def describe() -> Any:
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


def begun(intake_id: int, place: str, upload: Any) -> Any:
    """Say where an upload that has begun is, and until when."""
    headers = {
        "Location": place,
        "Upload-Offset": "0",
        "Upload-Expires": http_date(upload.expires_at),
    }
    return {"intake": intake_id}, 201, headers


def show(intake: Any) -> Any:
    """Say how much of an upload is there."""
    upload = _open_upload(intake)
    return "", 200, {**_progress(upload), "Upload-Length": str(upload.size)}


def receive(find: Callable[[], Any], done: Callable[..., object]) -> Any:
    """Take a part of an upload; whose it is, is found anew once its bytes are there.

    `done` is called with that, and with `now`, when the last byte is there: in a unit of work.
    """
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
            done(find(), now=clock.now())
    # Not asked anew: a quick worker may have taken the whole file over by now.
    return "", 204, {**progress, "Upload-Offset": str(end)}


def cancel(intake: Any, take_away: Callable[[Any], object]) -> Any:
    """Take an upload away, with what was to become of it."""
    with unit_of_work():
        take_away(intake)
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
