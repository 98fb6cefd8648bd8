"""The head and foot of the site are made once and kept; nothing of one reader reaches another."""

import re

import pytest

from tests.factories.accounts import make_person

PAGES = ("/en/my-learning", "/en/account", "/en/certificates")


def head_of(page: str) -> str:
    return page[page.index('<header class="site-top">') : page.index('<main id="main"')]


@pytest.mark.parametrize("path", PAGES)
def test_each_reader_finds_their_own_name_and_token(signed_in_as, path):
    heads = {}
    for name in ("Batbayar <b>", "Nguyễn Thị Mẫu", "Batbayar <b>"):
        heads[name] = head_of(signed_in_as(make_person(full_name=name)).get(path).text)
    tokens = {re.findall(r'name="csrf_token" value="([^"]+)"', head)[0] for head in heads.values()}
    assert "Batbayar &lt;b&gt;" in heads["Batbayar <b>"]
    assert "Nguyễn" not in heads["Batbayar <b>"]
    assert "Nguyễn Thị Mẫu" in heads["Nguyễn Thị Mẫu"]
    assert len(tokens) == 2
    assert not any("slot-" in head for head in heads.values())


def test_links_that_come_back_lead_to_the_page_they_stand_on(client):
    for address in ("/en/courses/?q=%22%3E&field=CTY", "/en/courses/?q=b", "/en/cities/"):
        head = head_of(client.get(address).text)
        back = re.findall(r'href="/en/display\?text=150&amp;next=([^"]+)"', head)
        assert len(back) == 1
        kept = client.get(f"/en/display?text=150&next={back[0].replace('&amp;', '&')}")
        assert kept.location == address


def test_what_follows_from_roles_and_place_differs(signed_in_as):
    trainee, staff = signed_in_as(make_person()), signed_in_as(make_person("staff"))
    assert "/en/manage/runs" not in head_of(trainee.get("/en/my-learning").text)
    assert "/en/manage/runs" in head_of(staff.get("/en/my-learning").text)
    here = r'<a href="/en/my-learning" aria-current="true"'
    assert re.search(here, head_of(trainee.get("/en/my-learning").text))
    assert not re.search(here, head_of(trainee.get("/en/account").text))


def test_a_change_of_language_and_display_is_seen_at_once(signed_in_as):
    browser = signed_in_as(make_person())
    assert "My learning" in head_of(browser.get("/en/my-learning").text)
    assert "내 학습" in head_of(browser.get("/ko/my-learning").text)
    browser.set_cookie("theme", "dark")
    page = head_of(browser.get("/en/my-learning").text)
    assert re.search(r'theme=dark[^>]*aria-current="true"', page)
