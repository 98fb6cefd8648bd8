"""Where files are kept, behind five verbs. A key is a random or content-derived path."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import Flask, current_app

CHUNK = 1 << 20
_KEY = re.compile(r"[a-z0-9][a-z0-9_./-]{0,200}")


class Storage(Protocol):
    """Keep bytes under a key; a key that is visible is complete."""

    def put(self, key: str, data: bytes | BinaryIO) -> None: ...
    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end`."""
        ...

    def size(self, key: str) -> int:
        """Return the size in bytes; raises FileNotFoundError."""
        ...

    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...


def check_key(key: str) -> str:
    """Return the key, or raise ValueError for one that could lead out of the store."""
    if not _KEY.fullmatch(key) or ".." in key or "//" in key:
        raise ValueError(f"not a storage key: {key!r}")
    return key


class FolderStorage:
    """Files in a folder; written beside their place and moved there when complete."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
        try:
            with part.open("wb") as file:
                for chunk in _chunks(data):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        with self._path(key).open("rb") as file:
            file.seek(start)
            left = end - start
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def size(self, key: str) -> int:
        return self._path(key).stat().st_size

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)


class BucketStorage:
    """Files in an S3 bucket, through obstore. Address and keys come from the settings."""

    def __init__(self, url: str, options: dict[str, str]) -> None:
        from obstore.store import S3Store

        # obstore takes this one apart from the rest: a store inside the house, without TLS.
        options = dict(options)
        allow_http = options.pop("aws_allow_http", "") == "true"
        self.store = S3Store.from_url(
            url,
            config=options,  # type: ignore[arg-type]
            client_options={"allow_http": allow_http},
        )

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        self.store.put(check_key(key), data)

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, CHUNK):
            stop = min(end, at + CHUNK)
            yield bytes(self.store.get_range(check_key(key), start=at, end=stop))

    def size(self, key: str) -> int:
        return int(self.store.head(check_key(key))["size"])

    def exists(self, key: str) -> bool:
        try:
            self.store.head(check_key(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        self.store.delete(check_key(key))


def _chunks(data: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    while chunk := data.read(CHUNK):
        yield chunk


def init_app(app: Flask) -> None:
    """Open the store named by STORAGE_URL: a folder path, or s3://bucket/prefix."""
    url: str = app.config["STORAGE_URL"]
    if url.startswith("s3://"):
        app.extensions["storage"] = BucketStorage(url, app.config["STORAGE_OPTIONS"])
    else:
        app.extensions["storage"] = FolderStorage(Path(url))


def storage() -> Storage:
    """Return the application's store."""
    store: Storage = current_app.extensions["storage"]
    return store
