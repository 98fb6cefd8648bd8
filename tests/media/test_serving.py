"""Names of downloads: whatever letters they have, the header stays one ASCII line."""

from urllib.parse import unquote

import pytest

from lms.media.serving import send_media
from lms.media.storage import storage


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
