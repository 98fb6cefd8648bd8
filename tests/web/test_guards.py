import pytest
from flask import Flask

from lms.web.guards import check_every_view_is_guarded, local_path
from tests.factories.accounts import make_person


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https://evil.example/",
        "https:evil.example",
        "https:/evil.example",
        "http://localhost@evil.example/",
        "http://localhost.evil.example/",
        "http://localhost//evil.example",
        "http://localhost/\\evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\tevil.example",
        "/\n/evil.example",
        "/x\r\nSet-Cookie: a=b",
        "/x\x00",
        " //evil.example",
        "evil.example",
        "?next=x",
        "#x",
        "",
        None,
    ],
)
def test_an_address_elsewhere_is_no_way_back(app, address):
    with app.test_request_context():
        assert local_path(address) == ""


@pytest.mark.parametrize(
    "address",
    ["/", "/ko/courses/?page=2&q=항만", "/en/profile#city", "/%2F%2Fevil.example", "/a//b"],
)
def test_an_address_here_is_a_way_back_in_full_or_in_short(app, address):
    with app.test_request_context():
        assert local_path(address) == address
        assert local_path(f"http://localhost{address}") == address


def test_an_address_is_no_way_back_because_it_names_the_host_that_was_claimed(app):
    with app.test_request_context(headers={"X-Forwarded-Host": "evil.example"}):
        assert local_path("http://evil.example/x") == ""


def test_a_site_with_a_view_nobody_decided_about_does_not_start():
    app = Flask("x")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="open"):
        check_every_view_is_guarded(app)


def test_visitors_are_sent_to_sign_in_and_scripts_are_told(client):
    answer = client.get("/zh/profile?x=1")
    assert answer.location == "/zh/sign-in?next=/zh/profile?x%3D1"
    assert client.get("/api/v1/nothing").status_code == 404


def test_a_visitor_whose_session_ended_comes_back_to_the_page_with_the_form(client):
    page = client.get("/en/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post(
        "/en/account/devices/end-others",
        data={"csrf_token": token},
        headers={"Referer": "http://localhost/en/account"},
    )
    assert answer.location == "/en/sign-in?next=/en/account"


def test_a_role_one_does_not_have_is_refused_and_not_hidden(signed_in_as):
    browser = signed_in_as(make_person())
    assert browser.get("/en/manage/runs").status_code == 403
