"""PDF: names that would run something, wherever they stand, and what surrounds the file.

The bytes are searched instead of parsed: readers differ in what they forgive, and a name that
none of them can find without its letters is found here too, also written in escapes (#4a#53).
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from lms.media.contents.archives import ends_as_archive
from lms.media.refusals import Refusal, Refused

CHUNK = 1 << 20
UNPACKED_LIMIT = 128 << 20  # of all object streams together
STREAM_LIMIT = 32 << 20
DICTIONARY_LIMIT = 1 << 16
DICTIONARIES_LIMIT = 64 << 20  # read twice where they overlap, as no program writes them
OVERLAP = 128  # longer than a refused name, each letter written as an escape

_RUNNING = ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "FileAttachment")
_RUNNING_MEDIA = ("RichMedia", "Rendition", "XFA")
_END_OF_NAME = rb"(?=[\s\0()<>\[\]{}/%]|\Z)"


def _letter(letter: str) -> bytes:
    code = "".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in f"{ord(letter):02x}")
    return f"(?:{letter}|#{code})".encode()


def _names(*names: str) -> bytes:
    return b"|".join(b"".join(map(_letter, name)) for name in names)


_REFUSED = re.compile(
    rb"/(?=[#EFJLRX])(?:(?P<encrypted>%s)|%s)%s"
    % (_names("Encrypt"), _names(*_RUNNING, *_RUNNING_MEDIA), _END_OF_NAME)
)
_SHORT = re.compile(rb"/(?:%s)%s" % (_names("JS", "EF"), _END_OF_NAME))
_OBJECT_STREAM = re.compile(
    rb"/(?:%s)%s" % (_names("ObjStm", "First"), _END_OF_NAME)  # readers do without the type
)
_NEXT = re.compile(
    rb"(?P<stream>(?<!end)stream(?:\r\n|\n|\r))|(?P<end>endobj)|(?P<text>\()|%[^\r\n]*"
)
_IN_TEXT = re.compile(rb"\\.|[()]", re.DOTALL)
_FILTER = re.compile(rb"/(?:%s)%s" % (_names("Filter", "F"), _END_OF_NAME))
_ONLY_FLATE = re.compile(rb"\s*(?:\[\s*/FlateDecode\s*\]|/FlateDecode%s)" % _END_OF_NAME)
_PREDICTOR = re.compile(rb"/(?:%s)%s" % (_names("DecodeParms", "DP"), _END_OF_NAME))
_GOES_ON = re.compile(rb"\s*(?:\d+\s+\d+\s+obj|xref|trailer|startxref)")


def check_pdf(file: BinaryIO) -> None:
    """Refuse a PDF that is locked, runs something, carries files, or is more than a PDF."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _check_ends(data)
        if ends_as_archive(file):
            raise Refused(Refusal.POLYGLOT)
        if found := _REFUSED.search(data):
            raise Refused(_reason(found))
        _check_short_names(data)
        _check_object_streams(data)


def _reason(found: re.Match[bytes]) -> Refusal:
    return Refusal.ENCRYPTED if found["encrypted"] else Refusal.ACTIVE_CONTENT


def _check_ends(data: mmap.mmap) -> None:
    if not data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t \0").startswith(b"%PDF-"):
        raise Refused(Refusal.POLYGLOT if b"%PDF-" in data[:1024] else Refusal.WRONG_TYPE)
    end = data.rfind(b"%%EOF")
    if end < 0 or data.rfind(b"startxref", 0, end) < 0:
        raise Refused(Refusal.DAMAGED)
    for place in range(end + 5, len(data), CHUNK):
        rest = data[place : place + CHUNK]
        if rest.strip(b"\r\n\t \0\x1a"):
            # A file cut off in its later part goes on as PDF does.
            is_cut = place == end + 5 and _GOES_ON.match(rest)
            raise Refused(Refusal.DAMAGED if is_cut else Refusal.POLYGLOT)


def _check_short_names(data: mmap.mmap) -> None:
    """Look for them outside of streams only: two letters also occur in a picture's bytes."""
    place, is_inside = 0, False
    for found in _SHORT.finditer(data):
        last = data.rfind(b"stream", place, found.start())
        if last >= 0:
            is_inside = data[max(0, last - 3) : last] != b"end"
        if not is_inside:
            raise Refused(Refusal.ACTIVE_CONTENT)
        place = max(place, found.start() - len(b"stream"))


def _check_object_streams(data: mmap.mmap) -> None:
    unpacked_left, read_left = UNPACKED_LIMIT, DICTIONARIES_LIMIT
    looked_at: set[int] = set()
    for found in _OBJECT_STREAM.finditer(data):
        end = _end_of_dictionary(data, found.end())
        read_left -= end.end() - found.end()
        if read_left < 0:
            raise Refused(Refusal.DAMAGED)
        if not end["stream"] or end.end() in looked_at:
            continue
        looked_at.add(end.end())
        begin = max(data.rfind(b"obj", 0, found.start()), end.start() - DICTIONARY_LIMIT, 0)
        dictionary = data[begin : end.start()]
        unpacked_left -= _check_object_stream(data, dictionary, end.end(), unpacked_left)


def _end_of_dictionary(data: mmap.mmap, place: int) -> re.Match[bytes]:
    """Return where the object's stream begins, or where it ends without one (an outline)."""
    limit = min(place + DICTIONARY_LIMIT, len(data))
    while found := _NEXT.search(data, place, limit):
        if found["stream"] or found["end"]:
            return found
        place = _end_of_text(data, found.end(), limit) if found["text"] else found.end()
    raise Refused(Refusal.DAMAGED)


def _end_of_text(data: mmap.mmap, place: int, limit: int) -> int:
    """Return the place behind a text in brackets, which may hold brackets and any word."""
    depth = 1
    while depth and (found := _IN_TEXT.search(data, place, limit)):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        place = found.end()
    return limit if depth else place


def _check_object_stream(data: mmap.mmap, dictionary: bytes, place: int, left: int) -> int:
    """Search one object stream; return how many bytes it unpacked to."""
    length, before = 0, b""
    for chunk in _unpack(data, dictionary, place):
        text = before + chunk
        if found := _REFUSED.search(text):
            raise Refused(_reason(found))
        if _SHORT.search(text):
            raise Refused(Refusal.ACTIVE_CONTENT)
        before = chunk[-OVERLAP:]
        length += len(chunk)
        if length > min(left, STREAM_LIMIT):
            raise Refused(Refusal.TOO_LARGE_INSIDE)
    return length


def _unpack(data: mmap.mmap, dictionary: bytes, place: int) -> Iterator[bytes]:
    packing = _FILTER.search(dictionary)
    is_flate = packing and _ONLY_FLATE.match(dictionary, packing.end())
    if not is_flate or _PREDICTOR.search(dictionary):
        # Programs pack objects in this one way; another one is meant to hide them.
        raise Refused(Refusal.ACTIVE_CONTENT)
    inflater = zlib.decompressobj()
    try:
        while not inflater.eof:
            packed = inflater.unconsumed_tail
            if not packed:
                packed, place = data[place : place + CHUNK], place + CHUNK
            if not packed:
                raise Refused(Refusal.DAMAGED)
            yield inflater.decompress(packed, CHUNK)
    except zlib.error:
        raise Refused(Refusal.DAMAGED) from None
