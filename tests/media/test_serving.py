"""How a stored file is sent: its name, its parts, what the browser has of it already."""

from urllib.parse import unquote

import pytest

from lms.media.serving import send_media
from lms.media.storage import storage

KEY = "files/digits.bin"
CONTENT = b"0123456789"


def sent(app, key: str = KEY, **options):
    """Return the answer to a request, its body read."""
    headers = options.pop("headers", {})
    storage().put(KEY, CONTENT)
    with app.test_request_context(headers=headers):
        response = send_media(key, mimetype="application/octet-stream", **options)
        response.get_data()
    return response


# --- names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, plain",
    [
        ("Report 1.pdf", "Report 1.pdf"),
        ("Nguyễn Thị Hoa.pdf", "Nguyen Thi Hoa.pdf"),
        ("수료증.pdf", ".pdf"),
        ("محمد.pdf", ".pdf"),
        ('a"b\\c.pdf', "abc.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
    ],
)
def test_a_download_keeps_its_name(app, name, plain):
    storage().put("files/x.pdf", b"x")
    with app.test_request_context():
        response = send_media("files/x.pdf", mimetype="application/pdf", download_name=name)

    header = response.headers["Content-Disposition"]
    assert header.isascii()
    assert f'filename="{plain}"' in header
    if not name.isascii():
        assert unquote(header.split("filename*=UTF-8''")[1]) == name


def test_a_file_to_be_shown_keeps_its_name_too(app):
    header = sent(app, download_name="a.pdf", is_inline=True).headers["Content-Disposition"]
    assert header == 'inline; filename="a.pdf"'


# --- parts -----------------------------------------------------------------------------


def test_a_whole_file_says_that_parts_may_be_asked_for(app):
    response = sent(app)
    assert response.status_code == 200
    assert response.data == CONTENT
    assert response.headers["Content-Length"] == "10"
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    "asked, span, part",
    [
        ("bytes=0-0", "0-0", b"0"),
        ("bytes=2-4", "2-4", b"234"),
        ("bytes=7-", "7-9", b"789"),
        ("bytes=7-999", "7-9", b"789"),
        ("bytes=-3", "7-9", b"789"),
        ("bytes=-999", "0-9", CONTENT),
        ("Bytes=2-4", "2-4", b"234"),
    ],
)
def test_a_part_is_sent_as_it_was_asked_for(app, asked, span, part):
    response = sent(app, headers={"Range": asked})
    assert response.status_code == 206
    assert response.data == part
    assert response.headers["Content-Range"] == f"bytes {span}/10"
    assert response.headers["Content-Length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_part_past_the_end_is_refused_with_the_size(app, asked):
    response = sent(app, headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */10"
    assert response.data == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=4-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,4-5", "bytes=" + "9" * 40],
)
def test_what_cannot_be_understood_gets_the_whole_file(app, asked):
    response = sent(app, headers={"Range": asked})
    assert response.status_code == 200
    assert response.data == CONTENT


def test_a_part_goes_to_a_browser_that_has_the_same_file_only(app):
    tag = sent(app).headers["ETag"]
    same = sent(app, headers={"Range": "bytes=2-4", "If-Range": tag})
    assert (same.status_code, same.data) == (206, b"234")
    for other in ('"another"', f"W/{tag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        answer = sent(app, headers={"Range": "bytes=2-4", "If-Range": other})
        assert (answer.status_code, answer.data) == (200, CONTENT)


def test_what_the_browser_has_is_not_sent_again(app):
    tag = sent(app).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = sent(app, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == tag
    assert sent(app, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_file_that_can_be_withdrawn_is_asked_for_each_time(app):
    assert sent(app).headers["Cache-Control"] == "private, max-age=3600"
    response = sent(app, revalidate=True)
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_file_that_is_not_there_is_not_found(app):
    with pytest.raises(FileNotFoundError):
        sent(app, "files/none.bin")


# --- sent by the server in front -------------------------------------------------------


@pytest.fixture
def behind_nginx(app):
    app.config["ACCEL_PREFIX"] = "/stored"
    yield app
    app.config["ACCEL_PREFIX"] = ""


def test_the_server_in_front_is_told_which_file_to_send(behind_nginx):
    response = sent(behind_nginx, download_name="a.bin", headers={"Range": "bytes=2-4"})
    assert response.status_code == 200
    assert response.data == b""
    assert response.headers["X-Accel-Redirect"] == f"/stored/{KEY}"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="a.bin"'
    assert "Content-Range" not in response.headers


def test_the_server_in_front_is_not_sent_for_what_is_not_there(behind_nginx):
    with pytest.raises(FileNotFoundError):
        sent(behind_nginx, "files/none.bin")


def test_nothing_names_the_store_without_such_a_server(app):
    assert "X-Accel-Redirect" not in sent(app).headers
