"""Which addresses a room may have, and whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.seminars.rooms.link import (
    FAULT_WORDS,
    PLATFORM_WORDS,
    LinkFault,
    Platform,
    fault_of,
    platform_of,
)

ZOOM = "https://us02web.zoom.us/j/81234567890?pwd=Q0FGRQ.1"


@pytest.mark.parametrize(
    "address",
    [
        ZOOM,
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_a%40thread.v2/0?context=%7b%7d",
        "https://meet.google.com/abc-defg-hij",
        "https://rooms.example:8443/a#b",
        "https://회의.example/방",
        "https://[2001:db8::1]/room",
        "HTTPS://rooms.example/",
        "https://rooms.example/@name",
        "https://a.example/" + "x" * (1000 - len("https://a.example/")),
    ],
)
def test_a_link_that_is_taken(address: str):
    assert fault_of(address) is None


@pytest.mark.parametrize(
    "address, fault",
    [
        ("", LinkFault.NOT_AN_ADDRESS),
        ("zoom.us/j/81234567890", LinkFault.NOT_AN_ADDRESS),
        ("812 3456 7890", LinkFault.NOT_AN_ADDRESS),
        ("https://", LinkFault.NOT_AN_ADDRESS),
        ("https:///j/812", LinkFault.NOT_AN_ADDRESS),
        ("https://?j=812", LinkFault.NOT_AN_ADDRESS),
        ("https:zoom.us/j/812", LinkFault.NOT_AN_ADDRESS),
        ("//zoom.us/j/812", LinkFault.NOT_AN_ADDRESS),
        ("javascript:alert(1)", LinkFault.NOT_AN_ADDRESS),
        ("data:text/html,<script>", LinkFault.NOT_AN_ADDRESS),
        ("https://zoom.us/j/8 12", LinkFault.NOT_AN_ADDRESS),
        (" https://zoom.us/j/812", LinkFault.NOT_AN_ADDRESS),
        ("https://zoom.us/j/812\n", LinkFault.NOT_AN_ADDRESS),
        ("java\nscript://zoom.us/%0aalert(1)", LinkFault.NOT_AN_ADDRESS),
        ("https://zoom.us\\@evil.example/", LinkFault.NOT_AN_ADDRESS),
        ("https://zoom.us/\u202egro.live", LinkFault.NOT_AN_ADDRESS),
        ("https://[::1/room", LinkFault.NOT_AN_ADDRESS),
        ("https://rooms.example:99999/", LinkFault.NOT_AN_ADDRESS),
        ("https://rooms.example:room/", LinkFault.NOT_AN_ADDRESS),
        ("https://rooms..example/", LinkFault.NOT_AN_ADDRESS),
        (f"https://{'a' * 64}.example/", LinkFault.NOT_AN_ADDRESS),
        ("http://zoom.us/j/812", LinkFault.NOT_HTTPS),
        ("ftp://zoom.us/j/812", LinkFault.NOT_HTTPS),
        ("javascript://zoom.us/%0aalert(1)", LinkFault.NOT_HTTPS),
        ("zoommtg://zoom.us/join?confno=812", LinkFault.NOT_HTTPS),
        ("https://kim:secret@zoom.us/j/812", LinkFault.CREDENTIALS),
        ("https://kim@zoom.us/j/812", LinkFault.CREDENTIALS),
        ("https://zoom.us@evil.example/j/812", LinkFault.CREDENTIALS),
        ("https://a.example/" + "x" * 983, LinkFault.TOO_LONG),
    ],
)
def test_a_link_that_is_not_taken(address: str, fault: LinkFault):
    assert fault_of(address) == fault


@given(st.text())
def test_any_text_gets_a_verdict_and_a_platform(address: str):
    assert fault_of(address) in {None, *LinkFault}
    assert fault_of(f"https://{address}") in {None, *LinkFault}
    assert platform_of(f"https://{address}") in Platform


@pytest.mark.parametrize(
    "address, platform",
    [
        (ZOOM, Platform.ZOOM),
        ("https://zoom.us/j/1", Platform.ZOOM),
        ("https://ZOOM.US/j/1", Platform.ZOOM),
        ("https://bfic.zoom.com/j/1", Platform.ZOOM),
        ("https://teams.microsoft.com/l/1", Platform.TEAMS),
        ("https://teams.live.com/meet/9", Platform.TEAMS),
        ("https://busan.webex.com/meet/x", Platform.WEBEX),
        ("https://meet.google.com/a-b-c", Platform.MEET),
        ("https://meeting.tencent.com/dm/x", Platform.TENCENT),
        ("https://voovmeeting.com/dm/x", Platform.TENCENT),
        ("https://docs.google.com/a", Platform.OTHER),
        ("https://microsoft.com/l/1", Platform.OTHER),
        ("https://evilzoom.us/j/1", Platform.OTHER),
        ("https://zoom.us.evil.example/j/1", Platform.OTHER),
        ("https://evil.example/zoom.us", Platform.OTHER),
        ("https://zооm.us/j/1", Platform.OTHER),  # two letters of it are Cyrillic
        ("not an address", Platform.OTHER),
    ],
)
def test_whose_room_a_link_leads_to(address: str, platform: Platform):
    assert platform_of(address) == platform


def test_every_fault_and_platform_has_its_words(app):
    assert set(FAULT_WORDS) == set(LinkFault)
    assert set(PLATFORM_WORDS) == set(Platform)
    assert all(str(words) for words in (*FAULT_WORDS.values(), *PLATFORM_WORDS.values()))
