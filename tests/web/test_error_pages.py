"""A failure is told in the reader's language, and the telling itself needs nothing that failed."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts import login
from lms.app import create_app
from tests.conftest import testing_settings

SIGNED_IN = "x" * 43


@pytest.fixture
def broken_app(tmp_path: Path) -> Flask:
    """The application on a database without a single table."""
    return create_app(testing_settings(tmp_path))


@pytest.mark.parametrize(("code", "tag"), [("ko", "ko"), ("en", "en"), ("zh", "zh-Hans")])
def test_lost_readers_get_the_page_in_the_language_of_the_address(
    client: FlaskClient, code: str, tag: str
) -> None:
    answer = client.get(f"/{code}/no-such-place")
    assert answer.status_code == 404
    assert f'<html lang="{tag}"' in answer.text
    assert 'type="search"' in answer.text


def test_signed_in_readers_get_a_whole_page_when_the_database_is_gone(broken_app: Flask) -> None:
    browser = broken_app.test_client()
    with broken_app.app_context():
        browser.set_cookie(login.cookie_name(), SIGNED_IN)
    answer = browser.get("/ko/time-zone")
    assert answer.status_code == 503
    assert '<html lang="ko"' in answer.text
    assert "</html>" in answer.text
    assert answer.headers["Retry-After"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_error_pages_are_never_kept(client: FlaskClient) -> None:
    assert client.get("/en/no-such-place").headers["Cache-Control"] == "no-store"
