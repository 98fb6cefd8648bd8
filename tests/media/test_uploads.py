"""Parts are received once, in order and whole, whoever else writes and whatever breaks off."""

import fcntl
import hashlib
import io
import os
import shutil
from base64 import b64encode
from datetime import timedelta

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.media import uploads
from lms.media.models import Upload
from lms.media.uploads import Checksum

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def upload(app) -> Upload:
    return begun(len(CONTENT))


def begun(size: int) -> Upload:
    with unit_of_work():
        return uploads.begin_upload("a.mp4", size, now=clock.now())


def add(upload: Upload, offset: int, data: bytes, checksum: Checksum | None = None) -> int:
    return uploads.append(upload, offset, io.BytesIO(data), len(data), checksum)


def digest(data: bytes, algorithm: str = "sha256") -> Checksum:
    return Checksum(algorithm, b64encode(hashlib.new(algorithm, data).digest()).decode())


class CutStream:
    """A line that breaks off with an error after so many bytes."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = io.BytesIO(data[:at])

    def read(self, size: int, /) -> bytes:
        piece = self.data.read(size)
        if not piece:
            raise ConnectionResetError
        return piece


def test_parts_make_the_file(upload):
    assert uploads.received(upload) == 0
    assert add(upload, 0, CONTENT[:1000]) == 1000
    assert not uploads.is_all_there(upload)
    assert add(upload, 1000, CONTENT[1000:], digest(CONTENT[1000:])) == len(CONTENT)
    assert uploads.is_all_there(upload)
    assert uploads.part_path(upload).read_bytes() == CONTENT


@pytest.mark.parametrize("offset", [999, 1001])
def test_a_part_begins_where_the_last_ended(upload, offset):
    add(upload, 0, CONTENT[:1000])
    with pytest.raises(uploads.WrongOffset):
        add(upload, offset, b"x")
    assert uploads.received(upload) == 1000


def test_nothing_is_taken_beyond_the_declared_size(upload):
    with pytest.raises(uploads.BeyondSize):
        add(upload, 0, CONTENT + b"x")
    assert uploads.received(upload) == 0


@pytest.mark.parametrize("algorithm", uploads.ALGORITHMS)
def test_of_a_part_with_a_wrong_checksum_nothing_is_kept_and_it_can_be_sent_again(
    upload, algorithm
):
    part = CONTENT[:1000]
    with pytest.raises(uploads.WrongChecksum):
        add(upload, 0, b"X" + part[1:], digest(part, algorithm))
    assert uploads.received(upload) == 0
    assert add(upload, 0, part, digest(part, algorithm)) == 1000


def test_what_came_before_a_line_was_cut_is_kept(upload):
    with pytest.raises(ConnectionResetError):
        uploads.append(upload, 0, CutStream(CONTENT, 70_000), len(CONTENT))
    assert uploads.received(upload) == 70_000
    add(upload, 70_000, CONTENT[70_000:])
    assert uploads.part_path(upload).read_bytes() == CONTENT


def test_a_part_with_a_checksum_that_ends_early_is_not_kept(upload):
    with pytest.raises(uploads.WrongChecksum):
        uploads.append(upload, 0, io.BytesIO(CONTENT[:500]), 1000, digest(CONTENT[:1000]))
    assert uploads.received(upload) == 0


def test_a_part_too_large_to_be_checked_is_refused_unread(app):
    upload = begun(uploads.CHECKED_AT_MOST + 1)
    stream = io.BytesIO(b"x" * 10)
    with pytest.raises(uploads.TooLargeToCheck):
        uploads.append(upload, 0, stream, upload.size, digest(b"x"))
    assert stream.tell() == 0


def test_while_another_writes_it_is_locked(upload):
    add(upload, 0, CONTENT[:1000])
    other = os.open(uploads.part_path(upload), os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(uploads.Locked):
        add(upload, 1000, CONTENT[1000:])
    os.close(other)
    assert uploads.received(upload) == 1000
    assert add(upload, 1000, CONTENT[1000:]) == len(CONTENT)


def test_of_two_writers_in_turn_one_stops_and_the_file_is_right(upload):
    """The second begins in the middle of the first one's part."""

    class Overtaken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            piece = super().read(size)
            if self.tell() > 100_000:
                at = uploads.received(upload)
                add(upload, at, CONTENT[at:])
            return piece

    with pytest.raises(uploads.WrongOffset):
        uploads.append(upload, 0, Overtaken(CONTENT), len(CONTENT))
    assert uploads.part_path(upload).read_bytes() == CONTENT


def test_it_is_complete_with_its_last_byte_only_and_then_kept_longer(upload):
    with pytest.raises(uploads.WrongOffset), unit_of_work():
        uploads.complete(upload, now=clock.now())
    add(upload, 0, CONTENT)
    now = clock.now()
    with unit_of_work():
        uploads.complete(upload, now=now)
    assert upload.completed_at == now
    assert upload.expires_at == now + uploads.LIFE_ONCE_COMPLETE


def test_cancelled_is_gone_once_that_has_committed(upload):
    add(upload, 0, CONTENT[:1000])
    path = uploads.part_path(upload)
    with unit_of_work():
        uploads.cancel(upload)
        assert path.exists()
    assert not path.exists()
    assert db.session.query(Upload).count() == 0


def test_what_is_past_its_time_and_what_belongs_to_none_is_purged(upload):
    kept = begun(10)
    for each in (upload, kept):
        add(each, 0, b"0123456789")
    with unit_of_work():
        upload.expires_at = clock.now() - timedelta(seconds=1)
    path = uploads.part_path(upload)
    orphan = path.with_name("orphan.part")
    orphan.write_bytes(b"left over")
    left = path.with_name("orphan.work")
    left.mkdir()
    (left / "480p.mp4").write_bytes(b"half")
    with uploads.work_folder(kept) as at_work:
        (path.parent / at_work / "480p.mp4").write_bytes(b"half")
        with unit_of_work():
            assert uploads.purge_expired(clock.now()) >= 3
        assert not [each for each in (path, orphan, left) if each.exists()]
        assert (path.parent / at_work / "480p.mp4").exists()
    assert uploads.received(kept) == 10


def test_room_that_was_promised_is_not_promised_again(app, monkeypatch):
    free = shutil.disk_usage(app.config["UPLOAD_FOLDER"]).free
    monkeypatch.setitem(app.config, "UPLOAD_DISK_RESERVE", free // 2)
    first = begun(free * 2 // 5)
    with pytest.raises(uploads.NoRoom):
        begun(free // 5)
    begun(free // 100)
    with unit_of_work():
        uploads.cancel(first)
    assert uploads.has_room_for(free // 5)
