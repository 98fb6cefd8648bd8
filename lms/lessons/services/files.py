"""Stored files of sessions and materials, which versions of a course share."""

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select

from lms.core.db import db
from lms.core.unit_of_work import after_commit
from lms.lessons.models import LessonMedia, MaterialFile
from lms.media.storage import storage

# Where keys of stored files stand. Packages above add theirs, see `lms/wiring.py`.
_COLUMNS: list[Any] = [LessonMedia.storage_key, MaterialFile.storage_key]


def keep_what_stands_in(column: Any) -> None:
    """Let files whose keys stand in this column too be in use."""
    if not any(column is known for known in _COLUMNS):
        _COLUMNS.append(column)


def drop_unused(keys: Iterable[str]) -> None:
    """Delete these files once the transaction has committed, but those some row still uses."""
    keys = set(keys)
    db.session.flush()
    for column in _COLUMNS:
        keys -= set(db.session.scalars(select(column).where(column.in_(keys))))
    store = storage()
    for key in keys:
        after_commit(partial(store.delete, key))


def fingerprint(content: bytes | Path, *, salt: str = "") -> str:
    """Return what a content is known by, in hexadecimal; with a salt, by whoever knows that."""
    if isinstance(content, bytes):
        return hashlib.sha256(salt.encode() + content).hexdigest()
    with content.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.sha256(salt.encode()))
    return digest.hexdigest()


def put_file(key: str, content: bytes | Path) -> None:
    """Store a content under a key; when this returns it is there as a whole."""
    if isinstance(content, bytes):
        storage().put(key, content)
        return
    file: BinaryIO
    with content.open("rb") as file:
        storage().put(key, file)
