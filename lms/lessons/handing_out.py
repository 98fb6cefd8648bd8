"""Send a material's file to somebody whose door has been asked."""

from flask import Response

from lms.core.errors import NotFound
from lms.lessons.models import FileForm
from lms.lessons.queries.materials import FileRow, MaterialRow
from lms.media.serving import send_media

# What browsers show by themselves, without a script of the file's own being ours.
SHOWN = ("image/", "video/", "audio/", "application/pdf")

# A document has no business with this site: it may be looked at, and reach nothing.
POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; object-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def send_material(material: MaterialRow, form: str) -> Response:
    """Send one form of a material's file under its own name, to be saved, or shown in its place.

    Shown are images and recordings, and what may not be saved as far as a browser can show it.
    The browser asks each time: what is withdrawn is gone at once. NotFound without such a file.
    """
    file = material.files.get(FileForm(form)) if form in list(FileForm) else None
    if file is None:
        raise NotFound
    try:
        response = send_media(
            file.storage_key,
            mimetype=file.mimetype,
            download_name=file.name,
            is_inline=_is_inline(material, file),
            revalidate=True,
        )
    except FileNotFoundError as error:
        raise NotFound from error
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _is_inline(material: MaterialRow, file: FileRow) -> bool:
    if not file.mimetype.startswith(SHOWN):
        return False
    return not material.may_download or file.mimetype != "application/pdf"
