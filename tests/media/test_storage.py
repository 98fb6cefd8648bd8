"""Files are kept whole or not at all, in a folder or in an S3 bucket, and served in parts."""

import io

import pytest

from lms.media.serving import send_media
from lms.media.storage import BucketStorage, FolderStorage, check_key

DATA = bytes(range(256)) * 9000  # 2.3 MB: more than one chunk


@pytest.fixture(scope="module")
def bucket(object_store):
    return BucketStorage("s3://ieum/files", object_store)


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    if request.param == "folder":
        return FolderStorage(tmp_path)
    return request.getfixturevalue("bucket")


def test_what_was_put_is_read_back_in_any_part(store):
    store.put("lessons/a.mp4", io.BytesIO(DATA))
    assert store.size("lessons/a.mp4") == len(DATA)
    assert b"".join(store.read("lessons/a.mp4", 0, len(DATA))) == DATA
    assert b"".join(store.read("lessons/a.mp4", 1_048_000, 1_050_000)) == DATA[1_048_000:1_050_000]


def test_a_deleted_file_is_gone_and_deleting_again_is_harmless(store):
    store.put("lessons/b.mp4", b"x")
    store.delete("lessons/b.mp4")
    store.delete("lessons/b.mp4")
    assert not store.exists("lessons/b.mp4")
    with pytest.raises(FileNotFoundError):
        store.size("lessons/b.mp4")


class Broken(io.BytesIO):
    def read(self, *_size):
        raise OSError("line cut")


def test_a_half_written_file_is_never_seen(tmp_path):
    store = FolderStorage(tmp_path)
    with pytest.raises(OSError, match="line cut"):
        store.put("lessons/c.mp4", Broken())
    assert not store.exists("lessons/c.mp4")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../b", "A", "a//b", "", "a\x00b"])
def test_a_key_cannot_lead_out_of_the_store(key):
    with pytest.raises(ValueError, match="not a storage key"):
        check_key(key)


@pytest.fixture
def served(app, store, monkeypatch):
    monkeypatch.setitem(app.extensions, "storage", store)
    store.put("clips/d.mp4", DATA)

    def get(**headers):
        with app.test_request_context(
            "/", headers={k.replace("_", "-"): v for k, v in headers.items()}
        ):
            response = send_media("clips/d.mp4", mimetype="video/mp4")
            return response.status_code, response.get_data(), response.headers

    return get


def test_a_range_is_answered_with_that_part(served):
    status, data, headers = served(Range="bytes=1000-1999")
    assert (status, data) == (206, DATA[1000:2000])
    assert headers["Content-Range"] == f"bytes 1000-1999/{len(DATA)}"
    assert served(Range="bytes=-10")[1] == DATA[-10:]
    assert served(Range="bytes=2303990-")[1] == DATA[2303990:]


def test_a_range_outside_is_refused_and_nonsense_ignored(served):
    assert served(Range="bytes=9999999-")[0] == 416
    assert served(Range="bytes=a-b")[0] == 200


def test_an_unchanged_file_is_not_sent_again(served):
    etag = served()[2]["ETag"]
    assert served(If_None_Match=etag)[:2] == (304, b"")
