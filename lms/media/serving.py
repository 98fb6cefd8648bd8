"""Stream a stored file with ranges and validators. The caller has asked its door before."""

from flask import Response, request
from werkzeug.http import parse_range_header

from lms.media.storage import storage


def send_media(
    key: str, *, mimetype: str, download_name: str | None = None, private: bool = True
) -> Response:
    """Answer with the file, or the part of it the browser asked for.

    The key is made from the content, so it serves as validator.
    """
    size = storage().size(key)
    span = parse_range_header(request.headers.get("Range"))
    wanted = span.range_for_length(size) if span and span.units == "bytes" else None
    if span and wanted is None and request.headers.get("If-Range") is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted or (0, size)
    response = Response(storage().read(key, start, end), mimetype=mimetype)
    response.status_code = 206 if wanted else 200
    response.content_length = end - start
    if wanted:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age=3600"
    response.set_etag(key.replace("/", "-"))
    if download_name:
        response.headers.set("Content-Disposition", "attachment", filename=download_name)
    if request.if_none_match.contains(key.replace("/", "-")):
        return Response(status=304, headers={"ETag": response.headers["ETag"]})
    return response
