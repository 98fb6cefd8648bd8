"""Stream a stored file with ranges and validators. The caller has asked its door before."""

import re
import unicodedata
from urllib.parse import quote

from flask import Response, current_app, request

from lms.media.storage import FolderStorage, storage

KEPT_SECONDS = 3600

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


class _UnsatisfiableError(Exception):
    """What was asked for begins past the end of the file."""


def send_media(
    key: str,
    *,
    mimetype: str,
    download_name: str | None = None,
    is_inline: bool = False,
    private: bool = True,
    revalidate: bool = False,
) -> Response:
    """Answer with the file, or the part of it the browser asked for; 304 if it has it already.

    The key is made from the content, so it serves as validator. Of a file that can be withdrawn,
    say `revalidate`: the browser keeps it, and asks each time whether it still may show it. A
    file with a name is to be saved under it, or shown when it `is_inline`. Raises
    FileNotFoundError. Where a server in front sends the files (ACCEL_PREFIX), the answer has no
    body but names the file to it.
    """
    size = storage().size(key)
    response = Response(mimetype=mimetype)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = _kept(private, revalidate)
    response.set_etag(key.replace("/", "-"))
    if request.if_none_match.contains_weak(key.replace("/", "-")):
        response.status_code = 304
        return response
    if download_name:
        response.headers["Content-Disposition"] = content_disposition(download_name, is_inline)
    prefix = current_app.config["ACCEL_PREFIX"]
    if prefix and isinstance(storage(), FolderStorage):
        response.headers["X-Accel-Redirect"] = f"{prefix}/{key}"
        return response
    return _with_body(response, key, size)


def _kept(private: bool, revalidate: bool) -> str:
    who = "private" if private else "public"
    return f"{who}, no-cache" if revalidate else f"{who}, max-age={KEPT_SECONDS}"


def _with_body(response: Response, key: str, size: int) -> Response:
    try:
        span = _span(size) if _may_be_part(response) else None
    except _UnsatisfiableError:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    if span:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.response = storage().read(key, start, end)
    response.content_length = end - start
    return response


def _may_be_part(response: Response) -> bool:
    """Tell whether a part fits what the browser has of the file, if it says what that is."""
    if "If-Range" not in request.headers:
        return True
    return request.headers["If-Range"].strip() == response.headers["ETag"]


def _span(size: int) -> tuple[int, int] | None:
    """Return the bytes asked for as start and end; None for all of them.

    Several ranges at once may be left unheard, and no player asks for them.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None  # says nothing, as RFC 9110 reads it
    if start >= size:
        raise _UnsatisfiableError
    return start, end


def content_disposition(name: str, is_inline: bool) -> str:
    """Return the header that has a browser keep the file under this name (RFC 6266).

    Headers are ASCII: a name that is not stands in its encoded form, after one without accents
    for programs that know no other.
    """
    how = "inline" if is_inline else "attachment"
    name = "".join(char for char in name if char.isprintable())
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = plain.replace("\\", "").replace('"', "")
    if plain == name:
        return f'{how}; filename="{plain}"'
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
