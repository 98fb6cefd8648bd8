"""Every answer carries them: pages, failures, redirects, scripts' answers."""

import pytest

from lms.app import create_app
from lms.web.guards import public
from tests.conftest import testing_settings
from tests.factories.accounts import make_person


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An application behind TLS, with a view that fails."""
    settings = testing_settings(
        tmp_path_factory.mktemp("site"), IEUM_BASE_URL="https://ieum.example"
    )
    app = create_app(settings)
    app.add_url_rule("/en/fails", "fails", public(lambda: 1 / 0))
    return app


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 302),
        ("/healthz", 200),
        ("/en/sign-in", 200),
        ("/en/profile", 302),
        ("/en/nowhere", 404),
        ("/nowhere", 404),
        ("/api/v1/nowhere", 404),
        ("/en/fails", 500),
        ("/en/sign-out", 405),
        ("/en/\x00", 400),
        ("/en/courses?q=a%00", 400),
        ("/static/nowhere.css", 404),
    ],
)
def test_every_answer_carries_them(site, path, status):
    answer = site.test_client().get(path)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "max-age=63072000; includeSubDomains" in answer.headers["Strict-Transport-Security"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Python" not in str(answer.headers)
    assert "Werkzeug" not in answer.headers.get("Server", "")


@pytest.mark.parametrize(("code", "tag"), [("ko", "ko"), ("en", "en"), ("zh", "zh-Hans")])
def test_every_failure_is_told_in_the_language_of_the_address(site, code, tag):
    browser = site.test_client()
    answers = {
        400: browser.post(f"/{code}/sign-in"),
        404: browser.get(f"/{code}/nowhere"),
        405: browser.get(f"/{code}/sign-out"),
        413: browser.post(f"/{code}/sign-in", data={"email": "x" * 3_000_000}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert f'<html lang="{tag}"' in answer.text


def test_a_failure_names_itself_and_tells_nothing_of_its_inside(site):
    answer = site.test_client().get("/en/fails")
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text
    assert "</html>" in answer.text


def test_cookies_behind_tls_are_bound_to_this_host(site):
    answer = site.test_client().get("/en/sign-in", base_url="https://ieum.example")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "ieum-form" in c)
    assert cookie.startswith("__Host-ieum-form=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_what_a_person_saw_is_not_kept_by_the_browser(client, signed_in_as):
    assert signed_in_as(make_person()).get("/en/time-zone").headers["Cache-Control"] == "no-store"
    assert client.get("/en/time-zone").headers["Cache-Control"] == "no-cache"


def test_a_body_of_unknown_length_is_refused_and_a_claimed_huge_one_at_once(client):
    chunked = client.post(
        "/en/sign-in", environ_overrides={"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    )
    assert chunked.status_code in {400, 411}
    huge = client.post(
        "/en/sign-in",
        environ_overrides={"CONTENT_LENGTH": str(10 * 1024**3)},
        content_type="application/x-www-form-urlencoded",
    )
    assert huge.status_code == 413
