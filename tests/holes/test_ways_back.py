"""Hole: `next` in an address leads somebody who trusts this site to another one.

Rule: every page that reads it goes on within this site, whatever it says.
"""

import re
from urllib.parse import quote

import pytest

from tests.holes.ground import Ground
from tests.holes.matrix import ROWS
from tests.holes.test_matrix import filled

ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "/\t/evil.example",
    "/%0d%0a/evil.example",
    "javascript:alert(1)",
    "http://localhost@evil.example/",
)
OURS = r"http://127\.0\.0\.1:8000/"
LEADS_AWAY = re.compile(
    rf"""(?:href|action|src)=["'](?!{OURS})(?://|/\\|\\|https?:|javascript:)[^"']*"""
)


def check(answer, endpoint: str) -> None:
    location = answer.headers.get("Location", "/")
    assert re.match(r"/(?![/\\])", location), (endpoint, location)
    links = [found for found in LEADS_AWAY.findall(answer.text) if "evil" in found]
    assert not links
    assert 'href="javascript:' not in answer.text


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_every_act_and_page_goes_on_within_this_site(ground: Ground, elsewhere: str):
    for endpoint, tries in ROWS.items():
        if not endpoint.startswith(("accounts.", "organisations.", "web.", "enrolment.")):
            continue
        for tried in tries:
            address = ground.address(endpoint, **filled(tried.parts, ground))
            address += f"?next={quote(elsewhere, safe='%')}"
            reader = "trainee" if tried.who["visitor"] != "in" else "visitor"
            browser, token = ground.browser_of(reader), ground.tokens[reader]
            with ground.undone():
                if tried.method == "GET":
                    check(browser.get(address), endpoint)
                else:
                    data = {**filled(tried.data, ground), "csrf_token": token}
                    check(browser.post(address, data=data), endpoint)
                    headers = {"Referer": elsewhere}
                    check(ground.browser_of("visitor").get(address, headers=headers), endpoint)
