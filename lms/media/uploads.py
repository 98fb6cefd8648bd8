"""Files being received in parts: what a part file holds is the only truth about how far one is.

Nothing is written to the database while bytes come, so a killed process loses none of those that
had reached the disk.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from flask import Flask, current_app
from sqlalchemy import select

from lms.core.db import db
from lms.core.secrets import new_token
from lms.core.unit_of_work import after_commit
from lms.media.models import Upload

LIFE = timedelta(days=7)
LIFE_ONCE_COMPLETE = timedelta(days=30)  # what is made of it may have to be tried again
CHECKED_AT_MOST = 4 << 20
ALGORITHMS = ("sha1", "sha256")

_PIECE = 64 << 10  # what a cut line may lose of a chunk that is written as it comes


class UploadError(Exception):
    """A part that cannot be taken."""


class WrongOffset(UploadError):
    """The part does not begin where the bytes that are there end."""


class Locked(UploadError):
    """Another request is writing at this moment."""


class BeyondSize(UploadError):
    """The part would make the file larger than was declared."""


class WrongChecksum(UploadError):
    """The bytes are not those that were sent; nothing of the part is kept."""


class TooLargeToCheck(UploadError):
    """A part with a checksum is held in memory, and this one is larger than that allows."""


class Expired(UploadError):
    """The time in which the file could be received has run out."""


class NoRoom(UploadError):
    """The disk could not hold the file."""


class Checksum(NamedTuple):
    """The digest of a part, in base64, by one of `ALGORITHMS`."""

    algorithm: str
    digest: str


class Stream(Protocol):
    """Where the bytes of a part come from."""

    def read(self, size: int, /) -> bytes: ...


def init_app(app: Flask) -> None:
    """Make the folder for the parts."""
    Path(app.config["UPLOAD_FOLDER"]).mkdir(parents=True, exist_ok=True)


def begin_upload(file_name: str, size: int, *, now: datetime) -> Upload:
    """Add an upload of `size` bytes that nothing has been received of; it is open for seven days.

    Raises NoRoom when the disk could not hold it beside all that was promised room before.
    """
    if not has_room_for(size):
        raise NoRoom
    upload = Upload(
        token=new_token(),
        file_name=file_name,
        size=size,
        created_at=now,
        expires_at=now + LIFE,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def size_of(file: BinaryIO) -> int:
    """Return how many bytes a file holds that came whole, by a form."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def has_room_for(size: int) -> bool:
    """Tell whether the disk holds `size` bytes more and keeps its reserve."""
    waiting = db.session.scalars(select(Upload).where(Upload.completed_at.is_(None)))
    promised = sum(upload.size - received(upload) for upload in waiting)
    free = shutil.disk_usage(_folder()).free
    return free - promised - size >= current_app.config["UPLOAD_DISK_RESERVE"]


def part_path(upload: Upload) -> Path:
    """Return where the received bytes are; there is no file before the first."""
    return _folder() / f"{upload.token}.part"


def work_folder(upload: Upload) -> tempfile.TemporaryDirectory[str]:
    """Make an empty folder beside the part, for what is made of it; it goes with its context.

    What a killed process left of one goes when the upload has gone.
    """
    return tempfile.TemporaryDirectory(prefix=f"{upload.token}.", dir=_folder())


def received(upload: Upload) -> int:
    """Return how many bytes are there."""
    try:
        return part_path(upload).stat().st_size
    except FileNotFoundError:
        return 0


def check_open(upload: Upload, *, now: datetime) -> None:
    """Raise Expired when the file is no longer received."""
    if upload.expires_at <= now:
        raise Expired


def is_all_there(upload: Upload) -> bool:
    """Tell whether the last byte has been received."""
    return received(upload) == upload.size


def append(
    upload: Upload, offset: int, stream: Stream, length: int, checksum: Checksum | None = None
) -> int:
    """Add `length` bytes of the stream at `offset`; return how many are there afterwards.

    They are on disk before this returns, and what came before a line was cut is kept. A part with
    a checksum is kept whole or not at all. Raises WrongOffset, BeyondSize, Locked, WrongChecksum
    and TooLargeToCheck. Takes no more memory than one piece, or one part with a checksum.
    """
    if received(upload) != offset:
        raise WrongOffset
    if offset + length > upload.size:
        raise BeyondSize
    path = part_path(upload)
    db.session.rollback()  # on a poor line the bytes take minutes: nothing is held open meanwhile
    pieces = _pieces(stream, length)
    if checksum is not None:
        pieces = iter([_checked(pieces, length, checksum)])
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for piece in pieces:
            offset = _write(number, offset, piece)
    finally:
        os.fsync(number)
        os.close(number)
    return offset


def _pieces(stream: Stream, length: int) -> Iterator[bytes]:
    while length > 0 and (piece := stream.read(min(length, _PIECE))):
        length -= len(piece)
        yield piece


def _checked(pieces: Iterator[bytes], length: int, checksum: Checksum) -> bytes:
    if length > CHECKED_AT_MOST:
        raise TooLargeToCheck
    part = b"".join(pieces)
    digest = hashlib.new(checksum.algorithm, part, usedforsecurity=False).digest()
    if len(part) != length or b64encode(digest).decode() != checksum.digest:
        raise WrongChecksum
    return part


def _write(number: int, offset: int, piece: bytes) -> int:
    """Write a piece where the file must end, and return where it ends then.

    The lock is held for a write and not for a request: a connection that died without a word
    would otherwise keep its upload locked for as long as the server waits for more. A writer that
    finds the file grown by another's hand stops.
    """
    with _alone(number):
        if os.fstat(number).st_size != offset:
            raise WrongOffset
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(number, rest) :]
    return offset + len(piece)


@contextmanager
def _alone(number: int) -> Iterator[None]:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Locked from None
    try:
        yield
    finally:
        fcntl.flock(number, fcntl.LOCK_UN)


def complete(upload: Upload, *, now: datetime) -> None:
    """Note that the last byte is there; from now on the file is kept for thirty days."""
    if not is_all_there(upload):
        raise WrongOffset
    upload.completed_at = now
    upload.expires_at = now + LIFE_ONCE_COMPLETE


def cancel(upload: Upload) -> None:
    """Take an upload away, finished or not; its bytes go once the transaction has committed."""
    path = part_path(upload)
    db.session.delete(upload)
    db.session.flush()
    after_commit(lambda: path.unlink(missing_ok=True))


def purge_expired(now: datetime) -> int:
    """Take away uploads past their time, and what lies in the folder of none; return how many."""
    # The folder first: nothing is put into it before its row has been committed.
    present = list(_folder().iterdir())
    tokens = set()
    gone = 0
    for upload in db.session.scalars(select(Upload)).all():
        if upload.expires_at <= now:
            cancel(upload)
            gone += 1
        tokens.add(upload.token)
    for path in present:
        if path.name.partition(".")[0] not in tokens:
            _remove(path)
            gone += 1
    return gone


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(current_app.config["UPLOAD_FOLDER"])
