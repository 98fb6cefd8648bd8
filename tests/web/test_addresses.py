import re

import pytest


def alternates(page):
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))


@pytest.mark.parametrize("query", ["", "?next=/en/cities/", "?next=/a&x=1&x=2", "?x=%22%3E"])
def test_the_other_languages_lead_to_the_same_page(client, query):
    page = client.get(f"/en/time-zone{query}").text
    found = alternates(page)
    assert set(found) == {"ko", "en", "zh-Hans", "x-default"}
    for tag, code in (("ko", "ko"), ("en", "en"), ("zh-Hans", "zh")):
        assert found[tag].startswith(f"http://127.0.0.1:8000/{code}/time-zone")
    assert found["ko"].count("?") == bool(query)
    assert '">' not in found["ko"]
    links = re.findall(r'<a href="([^"]+)" lang="ko" hreflang="ko"', page)
    assert links
    assert links[0].startswith("/ko/time-zone")
    assert client.get(links[0].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("name", ["language", "_external", "_anchor", "_scheme", "_method"])
def test_nothing_in_an_address_steers_the_links_of_the_page(client, name):
    page = client.get(f"/en/time-zone?{name}=evil.example").text
    for address in alternates(page).values():
        assert address.startswith("http://127.0.0.1:8000/")


def test_addresses_of_the_page_are_ours_whatever_host_was_claimed(client):
    page = client.get(
        "/en/time-zone", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    ).text
    assert "evil.example" not in page


@pytest.mark.parametrize("path", ["/en/nowhere", "/ko/sign-out", "/nowhere"])
def test_on_a_page_of_failure_they_lead_home(client, path):
    page = client.get(path).text
    for code in ("ko", "en", "zh"):
        assert f'href="/{code}/"' in page


def test_a_head_is_answered_like_a_get_without_the_body(client):
    got, headed = client.get("/en/time-zone"), client.head("/en/time-zone")
    assert headed.status_code == got.status_code == 200
    assert headed.data == b""
    assert headed.headers["Content-Type"] == got.headers["Content-Type"]
