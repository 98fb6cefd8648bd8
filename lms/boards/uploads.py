"""Where files of posts are sent in parts, by whoever writes the post: tus 1.0."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.file_permissions import (
    WritingPlace,
    get_file_for_sending,
    get_place_for_files,
)
from lms.boards.forms.files import PostFileWish, read_post_file_wish
from lms.boards.rules.files import LARGEST
from lms.boards.services import drafts, files
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.lessons import tus
from lms.web.guards import signed_in
from lms.web.limits import check_limit
from lms.web.requests import takes_large_bodies

bp = Blueprint("boards_uploads", __name__, url_prefix="/api/v1")
tus.speak_tus(bp)

BEGUN = "120/hour"


@bp.post("/post-files")
@signed_in
def create_post_file() -> Any:
    """Begin an upload and say where it is; what will not be taken is refused before its bytes."""
    check_limit(BEGUN, "post-files", str(current_user.id))
    wish = read_post_file_wish(
        request.headers.get("Upload-Metadata", ""), request.headers.get("Upload-Length", "")
    )
    place = get_place_for_files(current_user, wish.of, wish.row_id, wish.kind, clock.now())
    with unit_of_work():
        file = files.begin_file(
            _written_in(place, wish),
            current_user.person,
            file_name=wish.file_name,
            size=wish.size,
            now=clock.now(),
        )
        upload, file_id = file.upload, file.id
        assert upload is not None
        return tus.begun(file_id, url_for(".show_post_file", token=upload.token), upload)


def _written_in(place: WritingPlace, wish: PostFileWish) -> Any:
    """Return the post that is changed, or the draft of a form: an empty one when it has none."""
    if place.post is not None:
        return place.post
    draft = drafts.draft_of_form(
        current_user.person,
        wish.key,
        board_id=place.board_id,
        thread_id=place.thread_id,
        kind=place.kind,
        now=clock.now(),
    )
    if draft is None:
        raise Conflict(_("This was posted already."))
    return draft


@bp.get("/post-files/<token>")
@signed_in
def show_post_file(token: str) -> Any:
    """Say how much of an upload is there; asked by HEAD as a rule."""
    return tus.show(get_file_for_sending(current_user, token, clock.now()))


@bp.patch("/post-files/<token>")
@signed_in
@takes_large_bodies(LARGEST)
def receive_post_file_part(token: str) -> Any:
    """Take the next part of an upload; with the last one its file is looked at."""
    return tus.receive(
        lambda: get_file_for_sending(current_user, token, clock.now()), files.receive_done
    )


@bp.delete("/post-files/<token>")
@signed_in
def cancel_post_file(token: str) -> Any:
    """Take an upload away."""
    file, now = get_file_for_sending(current_user, token, clock.now()), clock.now()
    return tus.cancel(
        file, lambda found: files.remove_file(found, actor=current_user.person, now=now)
    )
