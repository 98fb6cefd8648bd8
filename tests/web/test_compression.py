"""What goes over the line is packed, whatever its status says."""

import gzip

PACKED = {"Accept-Encoding": "gzip"}


def test_a_refused_form_comes_back_packed(client):
    answer = client.post("/en/sign-in", data={"csrf_token": "old"}, headers=PACKED)

    assert answer.status_code == 400
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<!doctype html>" in gzip.decompress(answer.data)


def test_an_error_page_comes_packed_and_stays_an_error(client):
    answer = client.get("/en/no-such-page", headers=PACKED)

    assert answer.status == "404 NOT FOUND"
    assert b"<!doctype html>" in gzip.decompress(answer.data)


def test_a_browser_that_unpacks_nothing_gets_plain_text(client):
    answer = client.get("/en/no-such-page", headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in answer.headers
    assert "<!doctype html>" in answer.text
