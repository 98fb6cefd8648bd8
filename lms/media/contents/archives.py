"""ZIP archives, as office files are: read by their bytes, never by what their headers claim."""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from lms.media.refusals import Refusal, Refused

CHUNK = 1 << 16
ENTRY_LIMIT = 2_000
DIRECTORY_LIMIT = 1 << 20  # bytes of the list of entries
UNPACKED_LIMIT = 512 << 20
RATIO_LIMIT = 200  # of what an entry unpacks to; XML of an empty table comes near 100
RATIO_COUNTS_FROM = 10 << 20

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAG, _UTF8_FLAG = 0x1, 0x800


@dataclass
class Allowance:
    """How many bytes may still be unpacked from a file, with all that is packed inside it."""

    left: int = UNPACKED_LIMIT

    def take(self, count: int) -> None:
        """Count what was unpacked; raises Refused when that was too much."""
        self.left -= count
        if self.left < 0:
            raise Refused(Refusal.TOO_LARGE_INSIDE)


class Archive:
    """A ZIP archive that fills its file from the first byte to the last."""

    def __init__(self, file: BinaryIO, allowance: Allowance) -> None:
        """Read the list of entries; raises Refused when it is not one an office program writes."""
        self._file = file
        self._allowance = allowance
        _check_end(file)
        try:
            self.entries: list[ZipInfo] = ZipFile(file).infolist()
        except (BadZipFile, ValueError, NotImplementedError, struct.error):
            raise Refused(Refusal.DAMAGED) from None
        for entry in self.entries:
            _check_entry(entry)
        _check_places(self.entries)

    def unpack(self, entry: ZipInfo) -> Iterator[bytes]:
        """Yield the content in chunks; raises Refused when it is not what the header said."""
        length = checksum = 0
        for chunk in self._inflate(entry):
            length += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            self._allowance.take(len(chunk))
            if length > entry.file_size:
                raise Refused(Refusal.DAMAGED)
            if length > RATIO_COUNTS_FROM and length > RATIO_LIMIT * entry.compress_size:
                raise Refused(Refusal.TOO_LARGE_INSIDE)
            yield chunk
        if length != entry.file_size or checksum != entry.CRC:
            raise Refused(Refusal.DAMAGED)

    def _inflate(self, entry: ZipInfo) -> Iterator[bytes]:
        packed = self._packed(entry)
        if entry.compress_type == _STORED:
            yield from packed
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for chunk in packed:
                yield inflater.decompress(chunk, CHUNK)
                while inflater.unconsumed_tail:
                    yield inflater.decompress(inflater.unconsumed_tail, CHUNK)
        except zlib.error:
            raise Refused(Refusal.DAMAGED) from None
        if not inflater.eof or inflater.unused_data:
            raise Refused(Refusal.DAMAGED)

    def _packed(self, entry: ZipInfo) -> Iterator[bytes]:
        self._file.seek(entry.header_offset)
        header = self._file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise Refused(Refusal.DAMAGED)
        name_length, extra_length = _LOCAL.unpack(header)[-2:]
        name = self._file.read(name_length)
        encoding = "utf-8" if entry.flag_bits & _UTF8_FLAG else "cp437"
        if name.decode(encoding, "replace") != entry.orig_filename:
            raise Refused(Refusal.DAMAGED)
        place = self._file.tell() + extra_length
        end = place + entry.compress_size
        while place < end:
            self._file.seek(place)  # whoever takes the chunks may read elsewhere in between
            chunk = self._file.read(min(CHUNK, end - place))
            if not chunk:
                raise Refused(Refusal.DAMAGED)
            place += len(chunk)
            yield chunk


def ends_as_archive(file: BinaryIO) -> bool:
    """Tell whether a ZIP program would find an archive in a file of another type.

    It looks for the end of a list of entries in the last 64 KiB, whatever stands around it.
    """
    file.seek(max(0, file.seek(0, 2) - _END.size - 0xFFFF))
    return b"PK\x05\x06\0\0\0\0" in file.read()


def _check_end(file: BinaryIO) -> None:
    """Refuse what stands before or behind the archive, and lists too long to be read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size))
    end = file.read()
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        file.seek(max(0, size - _END.size - 0xFFFF))
        is_before = b"PK\x05\x06" in file.read()
        raise Refused(Refusal.POLYGLOT if is_before else Refusal.DAMAGED)
    *_, entries, length, offset, comment_length = _END.unpack(end)
    if entries > ENTRY_LIMIT or length > DIRECTORY_LIMIT:
        raise Refused(Refusal.TOO_LARGE_INSIDE)
    if comment_length or offset + length + _END.size != size:
        raise Refused(Refusal.POLYGLOT)


def _check_entry(entry: ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise Refused(Refusal.ENCRYPTED)
    if entry.compress_type not in {_STORED, _DEFLATED}:
        raise Refused(Refusal.DAMAGED)
    name = entry.orig_filename
    leads_out = name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name
    if leads_out or stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(Refusal.REFERS_OUTSIDE)
    if "\0" in name or "\\" in name:
        raise Refused(Refusal.DAMAGED)


def _check_places(entries: list[ZipInfo]) -> None:
    """Refuse entries that share their bytes (a bomb) or their name (each reader takes another)."""
    if len(entries) > ENTRY_LIMIT:
        raise Refused(Refusal.TOO_LARGE_INSIDE)
    if not entries or len({entry.filename.lower() for entry in entries}) < len(entries):
        raise Refused(Refusal.DAMAGED)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refused(Refusal.TOO_LARGE_INSIDE)
        end = entry.header_offset + _LOCAL.size + entry.compress_size
