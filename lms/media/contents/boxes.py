"""MP4 and QuickTime: the boxes a recording is made of, walked before FFmpeg sees it."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from lms.media.kinds import TRACK_LIMIT
from lms.media.refusals import Refusal, Refused

_FILE_BOXES = {
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"PICT", b"uuid", b"udta",
    b"meta", b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"emsg", b"prft", b"pdin",
}  # fmt: skip
_ON_THE_WAY = {b"moov", b"trak", b"mdia", b"minf", b"dinf"}  # to where data may be elsewhere
_BOX_LIMIT = 20_000  # a recording made live has two boxes a second
_SELF_CONTAINED = 1


class _Box(NamedTuple):
    kind: bytes
    begin: int  # of what is in it
    end: int


def check_boxes(file: BinaryIO) -> None:
    """Refuse a recording that is cut off, goes on as something else, or points to other files."""
    size = file.seek(0, 2)
    kinds: set[bytes] = set()
    for count, box in enumerate(_boxes(file, 0, size)):
        if box.kind not in _FILE_BOXES:
            raise Refused(Refusal.POLYGLOT if b"moov" in kinds else Refusal.DAMAGED)
        if box.end > size or count > 4 * _BOX_LIMIT:
            raise Refused(Refusal.DAMAGED)
        kinds.add(box.kind)
        if box.kind == b"moov":
            _check_movie(file, box)
    if b"moov" not in kinds:
        raise Refused(Refusal.DAMAGED)


def _check_movie(file: BinaryIO, movie: _Box) -> None:
    tracks = 0
    waiting = [movie]
    seen = 0
    while waiting:
        outer = waiting.pop()
        for box in _boxes(file, outer.begin, outer.end):
            seen += 1
            if box.end > outer.end or seen > _BOX_LIMIT:
                raise Refused(Refusal.DAMAGED)
            tracks += box.kind == b"trak"
            if tracks > TRACK_LIMIT:
                raise Refused(Refusal.TOO_MANY_TRACKS)
            _check_box(file, box)
            if box.kind in _ON_THE_WAY:
                waiting.append(box)


def _check_box(file: BinaryIO, box: _Box) -> None:
    if box.kind == b"rmra":  # a movie that is a list of others
        raise Refused(Refusal.REFERS_OUTSIDE)
    if box.kind == b"cmov":  # its list of tracks is packed; nothing has written that for long
        raise Refused(Refusal.NOT_ACCEPTED)
    if box.kind == b"dref":
        for entry in _boxes(file, box.begin + 8, box.end):
            file.seek(entry.begin)
            flags = int.from_bytes(file.read(4)[1:])
            if not flags & _SELF_CONTAINED:
                raise Refused(Refusal.REFERS_OUTSIDE)


def _boxes(file: BinaryIO, place: int, end: int) -> Iterator[_Box]:
    """Yield the boxes between two places. Nought at the end is filling, as QuickTime writes it."""
    while place + 8 <= end:
        file.seek(place)
        head = file.read(16)
        length, kind = struct.unpack_from(">I4s", head)
        begin = place + 8
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack_from(">Q", head, 8)
            begin += 8
        elif length == 0:
            if kind == b"\0\0\0\0":
                return
            length = end - place
        if place + length < begin:
            raise Refused(Refusal.DAMAGED)
        yield _Box(kind, begin, place + length)
        place += length
