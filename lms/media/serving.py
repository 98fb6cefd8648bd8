"""Stream a stored file with ranges and validators. The caller has asked its door before."""

import unicodedata
from urllib.parse import quote

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
        response.headers["Content-Disposition"] = _attachment(download_name)
    if request.if_none_match.contains(key.replace("/", "-")):
        return Response(status=304, headers={"ETag": response.headers["ETag"]})
    return response


def _attachment(name: str) -> str:
    """Return the header that has a browser keep the file under this name (RFC 6266).

    Headers are ASCII: a name that is not stands in its encoded form, after one without accents
    for programs that know no other.
    """
    name = "".join(char for char in name if char.isprintable())
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = plain.replace("\\", "").replace('"', "")
    if plain == name:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
