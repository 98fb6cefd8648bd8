"""Pictures: which format the bytes are, how large when decoded, and that the file ends there."""

import mmap
import re
import struct
from typing import BinaryIO

from lms.media.images import open_picture
from lms.media.refusals import Refusal, Refused

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_FOREIGN = re.compile(rb"PK\x05\x06|%PDF-|<script|<html|<svg|<\?php|#!/", re.IGNORECASE)


def check_picture(file: BinaryIO) -> str:
    """Return the extension of the format that the content has; raises Refused."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        extension = _extension(data[:16])
        file.seek(0)
        open_picture(file)
        try:
            end = _ENDS[extension](data)
        except (IndexError, struct.error):
            raise Refused(Refusal.DAMAGED) from None
        if end > len(data):
            raise Refused(Refusal.DAMAGED)
        if not _may_follow(data[end:], extension):
            raise Refused(Refusal.POLYGLOT)
    return extension


def _extension(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    raise Refused(Refusal.WRONG_TYPE)


def _may_follow(rest: bytes, extension: str) -> bool:
    """Tell whether a picture may have this behind it.

    Phones put more behind a JPEG: a second exposure, a moment of video, a list of their own.
    It is dropped when the picture is made anew, so only another program's file is refused.
    """
    if not rest.strip(b"\0"):
        return True
    is_of_a_phone = (
        rest.lstrip(b"\0").startswith(b"\xff\xd8\xff")
        or rest[4:8] == b"ftyp"
        or rest.endswith(b"SEFT")
    )
    return extension == "jpg" and is_of_a_phone and not _FOREIGN.search(rest)


def _end_of_jpeg(data: mmap.mmap) -> int:
    place = 2
    while found := _JPEG_MARKER.search(data, place):
        marker = found[0][1]
        if marker == 0xD9:
            return found.end()
        place = found.end()
        if marker != 0x01:
            (length,) = struct.unpack_from(">H", data, place)
            place += length
    raise Refused(Refusal.DAMAGED)


def _end_of_png(data: mmap.mmap) -> int:
    place, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, place)
        place += 12 + length
    return place


def _end_of_webp(data: mmap.mmap) -> int:
    (length,) = struct.unpack_from("<I", data, 4)
    end: int = 8 + length + length % 2
    return end - 1 if end == len(data) + 1 else end  # some programs leave the last pad out


def _end_of_gif(data: mmap.mmap) -> int:
    place = 13 + _colours_length(data[10])
    while data[place] != 0x3B:
        if data[place] == 0x2C:
            place += 10 + _colours_length(data[place + 9]) + 1
        elif data[place] == 0x21:
            place += 2
        else:
            raise Refused(Refusal.DAMAGED)
        while data[place]:
            place += 1 + data[place]
        place += 1
    return place + 1


def _colours_length(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


_ENDS = {"jpg": _end_of_jpeg, "png": _end_of_png, "webp": _end_of_webp, "gif": _end_of_gif}
