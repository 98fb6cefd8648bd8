"""The way into a Jitsi room: its address and its token."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError
from joserfc.jwk import OctKey

from lms.seminars.rooms.entry import Visitor
from lms.seminars.rooms.jitsi import Jitsi, from_settings

SECRET = "an application secret of some length"
SERVER = Jitsi("https://Meet.Busan.example", "ieum", SECRET)
PUBLIC = Jitsi("https://meet.jit.si")
NOW = datetime(2026, 3, 14, 6, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=3)
HOST = Visitor("p-7", "김민수", is_host=True, language="ko")
TRAINEE = Visitor("p-42", 'Hoà "&#" Nguyễn', is_host=False, language="zh")


def token_of(address: str, secret: str = SECRET) -> dict[str, Any]:
    """Return the claims, as a Jitsi server that knows the secret reads them."""
    [token] = parse_qs(urlsplit(address).query)["jwt"]
    decoded = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"])
    assert decoded.header == {"alg": "HS256", "typ": "JWT"}
    return decoded.claims


def claims_at(claims: dict[str, Any], moment: datetime) -> None:
    jwt.JWTClaimsRegistry(now=int(moment.timestamp()), leeway=0).validate(claims)


def test_a_token_says_who_comes_into_which_room():
    entry = SERVER.join("TRN-201-x7Qk", HOST, now=NOW, until=UNTIL)
    claims = token_of(entry.address)
    assert claims["iss"] == claims["aud"] == "ieum"
    assert claims["sub"] == "meet.busan.example"
    assert claims["room"] == "trn-201-x7qk"
    assert urlsplit(entry.address).path == "/trn-201-x7qk"
    assert claims["context"] == {"user": {"id": "p-7", "name": "김민수", "moderator": "true"}}


def test_only_who_holds_the_session_may_lead():
    claims = token_of(SERVER.join("room", TRAINEE, now=NOW, until=UNTIL).address)
    assert claims["context"]["user"]["moderator"] == "false"
    assert claims["context"]["user"]["name"] == TRAINEE.name


def test_a_token_is_good_from_now_to_its_end_and_no_longer():
    claims = token_of(SERVER.join("room", TRAINEE, now=NOW, until=UNTIL).address)
    claims_at(claims, NOW)
    claims_at(claims, NOW - timedelta(seconds=30))  # their clock is a little behind
    claims_at(claims, UNTIL - timedelta(seconds=1))
    with pytest.raises(ExpiredTokenError):
        claims_at(claims, UNTIL + timedelta(seconds=1))


def test_a_token_of_another_secret_is_none():
    with pytest.raises(BadSignatureError):
        token_of(SERVER.join("room", HOST, now=NOW, until=UNTIL).address, SECRET + "!")


@pytest.mark.parametrize("server", [SERVER, PUBLIC])
def test_nobody_is_heard_or_seen_before_they_chose_it(server: Jitsi):
    parts = urlsplit(server.join("room", TRAINEE, now=NOW, until=UNTIL).address)
    chosen = parse_qs(parts.fragment)
    assert chosen["config.startWithAudioMuted"] == ["true"]
    assert chosen["config.startWithVideoMuted"] == ["true"]
    assert chosen["config.prejoinConfig.enabled"] == ["true"]


@pytest.mark.parametrize("code, spoken", [("ko", "ko"), ("en", "en"), ("zh", "zh-CN")])
def test_the_room_speaks_the_language_of_the_page(code: str, spoken: str):
    visitor = replace(HOST, language=code)
    query = urlsplit(SERVER.join("room", visitor, now=NOW, until=UNTIL).address).query
    assert parse_qs(query)["lang"] == [spoken]


def test_a_public_server_gets_no_token_but_the_name():
    parts = urlsplit(PUBLIC.join("ieum-9f2c", TRAINEE, now=NOW, until=UNTIL).address)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "meet.jit.si", "/ieum-9f2c")
    assert "jwt" not in parse_qs(parts.query)
    assert parse_qs(parts.fragment)["userInfo.displayName"] == ['"Hoà \\"&#\\" Nguyễn"']


@pytest.mark.parametrize("room", ["a/b", "a?b", "a#b", "a b", "../admin", "방"])
def test_a_room_name_cannot_lead_to_another_place(room: str):
    parts = urlsplit(SERVER.join(room, HOST, now=NOW, until=UNTIL).address)
    assert parts.netloc == "Meet.Busan.example"
    assert unquote(parts.path) == f"/{room}"
    assert parts.path.count("/") == 1
    assert set(parse_qs(parts.query)) == {"lang", "jwt"}


def test_the_secret_is_not_shown_with_the_server():
    assert SECRET not in repr(SERVER)


def test_the_server_is_that_of_the_settings_or_none():
    settings = {"JITSI_URL": SERVER.url, "JITSI_APP_ID": "ieum", "JITSI_SECRET": SECRET}
    assert from_settings(settings) == SERVER
    assert from_settings({**settings, "JITSI_URL": ""}) is None
