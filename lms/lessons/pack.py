"""A session's files in one archive, made while it is sent: nothing of it stands in memory whole."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lms.i18n.times import BUSAN
from lms.media.names import clean_file_name
from lms.media.storage import storage

READABLE = 0o644 << 16
# Packed already by their own formats; packing them again takes time and saves nothing.
PACKED = ("image/", "video/", "audio/", "application/pdf", "application/vnd.o")


@dataclass(frozen=True)
class Packed:
    """A file of the archive: text that is written into it, or what is stored under a key."""

    folder: str
    name: str
    text: str = ""
    storage_key: str = ""
    mimetype: str = "text/plain"


class _Outlet(io.RawIOBase):
    """Where the archive is written: what has come is taken out again at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> Iterator[bytes]:
        parts, self._parts = self._parts, []
        yield from parts


def zipped(files: Iterable[Packed], *, now: datetime) -> Iterator[bytes]:
    """Yield an archive of these files; one that the store has lost is left out.

    No name stands in it twice, and names keep their letters. It takes the memory of one part of
    a file, whatever the sizes.
    """
    outlet = _Outlet()
    taken: set[str] = set()
    with zipfile.ZipFile(outlet, "w") as archive:
        for file in files:
            if file.storage_key and not storage().exists(file.storage_key):
                continue
            entry = _entry(file, taken, now)
            with archive.open(entry, "w", force_zip64=True) as into:
                for part in _content(file):
                    into.write(part)
                    yield from outlet.take()
    yield from outlet.take()


def _content(file: Packed) -> Iterator[bytes]:
    if not file.storage_key:
        yield file.text.encode()
        return
    yield from storage().read(file.storage_key, 0, storage().size(file.storage_key))


def _entry(file: Packed, taken: set[str], now: datetime) -> zipfile.ZipInfo:
    name = _free_name(file.folder, clean_file_name(file.name) or "file", taken)
    at_busan = now.astimezone(ZoneInfo(BUSAN))
    entry = zipfile.ZipInfo(name, at_busan.timetuple()[:6])
    entry.external_attr = READABLE
    is_packed = file.mimetype.startswith(PACKED)
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    return entry


def _free_name(folder: str, name: str, taken: set[str]) -> str:
    """Return the path of a file, with a number where another file has its name already."""
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    path, number = f"{folder}{name}", 1
    while path.casefold() in taken:
        number += 1
        path = f"{folder}{stem} ({number}){dot}{extension}"
    taken.add(path.casefold())
    return path
