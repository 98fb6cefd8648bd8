"""Files of posts: sent to those who may see the post, shown to their sender as they get on."""

from typing import Any

from flask import get_template_attribute
from flask_login import current_user

from lms.boards.attaching import shown_file
from lms.boards.file_permissions import get_file_for_changing, get_file_for_reading
from lms.boards.rules.files import LARGEST_FORM, MOST_FILES, SIZE_LIMITS, endings_of_posts
from lms.boards.views.pages import PAGE, bp
from lms.core import clock
from lms.core.errors import NotFound
from lms.media.kinds import FileKind
from lms.media.serving import send_media
from lms.web.guards import public, signed_in

# A document has no business with this site: it may be looked at, and reach nothing.
POLICY = "default-src 'none'; img-src 'self'; frame-ancestors 'none'; form-action 'none'"


@bp.get("/media/boards/files/<int:file_id>/<any(full, thumbnail):form>")
@public
def serve_file(file_id: int, form: str) -> Any:
    """Send a file of a post, as long as its post is shown to whoever asks.

    The browser asks each time: what is hidden or taken back is gone at once.
    """
    found = get_file_for_reading(current_user, file_id, clock.now())
    file = found.file
    key = file.storage_key if form == "full" else file.thumbnail_key
    if not key:
        raise NotFound
    try:
        response = send_media(
            key,
            mimetype=file.mimetype,
            download_name=file.name,
            is_inline=file.mimetype.startswith("image/"),
            private=not found.is_public,
            revalidate=True,
        )
    except FileNotFoundError as error:
        raise NotFound from error
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get(f"{PAGE}/posts/files/<int:file_id>")
@signed_in
def show_file(file_id: int) -> Any:
    """Show how far a file is to whoever sends it: its row, for the form that is open."""
    file = get_file_for_changing(current_user, file_id, clock.now())
    row = get_template_attribute("boards/_composer_files.html", "file_row")
    return str(row(shown_file(file)))


# --- what the macros of templates/boards/_composer_files.html ask for -------------------

bp.add_app_template_global(endings_of_posts)


@bp.app_template_global("limits_of_posts")
def _limits_of_posts() -> dict[str, int]:
    return {
        "files": MOST_FILES,
        "picture": SIZE_LIMITS[FileKind.IMAGE],
        "other": SIZE_LIMITS[FileKind.DOCUMENT],
        "form": LARGEST_FORM,
    }
