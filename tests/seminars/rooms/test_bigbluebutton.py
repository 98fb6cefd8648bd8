"""The client of BigBlueButton, against the published examples and a server that checks calls."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.seminars.rooms.bigbluebutton import (
    Attendee,
    BigBlueButton,
    CaptionTrack,
    Meeting,
    Playback,
    RecordingState,
    checksum_of,
    from_settings,
)
from lms.seminars.rooms.entry import Visitor
from lms.seminars.rooms.fetching import Patience
from lms.seminars.rooms.unavailable import REASON_WORDS, Reason, RoomUnavailable
from tests.seminars.bbb_server import BBBServer, Mood, a_dead_address

PUBLISHED_SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
PUBLISHED_QUERY = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
SOON = Patience(connect=0.2, total=0.2)
PORTS = Meeting("trn-201-3", "Single window and message standards")
HOST = Visitor("p-7", "김민수", is_host=True, language="ko")
TRAINEE = Visitor("p-42", "Nguyễn Thị Hoà & co.", is_host=False, language="zh")


@pytest.fixture
def server(bbb_server: BBBServer) -> BigBlueButton:
    return BigBlueButton(bbb_server.url, bbb_server.secret)


def enter(server: BigBlueButton, visitor: Visitor) -> httpx.Response:
    """Open the room and go in, as a browser does with the address it is given."""
    entry = server.join(PORTS.id, visitor, create_time=server.create(PORTS))
    return httpx.get(entry.address)


# --- signing ---------------------------------------------------------------------------


def test_the_checksum_is_that_of_the_documentation():
    assert (
        checksum_of("create", PUBLISHED_QUERY, PUBLISHED_SECRET, "sha1")
        == "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    )


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_server_takes_each_kind_of_checksum(bbb_server: BBBServer, algorithm: str):
    server = BigBlueButton(bbb_server.url, bbb_server.secret, algorithm)
    assert server.create(PORTS)
    with pytest.raises(RoomUnavailable) as refused:
        replace(server, secret="another").create(PORTS)
    assert (refused.value.reason, refused.value.detail) == (Reason.REFUSED, "checksumError")


@given(name=st.text(st.characters(codec="utf-8"), min_size=1), user=st.text("abc-123", min_size=1))
def test_whatever_a_name_holds_arrives_as_it_is_and_signed(name: str, user: str):
    server = BigBlueButton("https://rooms.example/bigbluebutton", PUBLISHED_SECRET)
    visitor = Visitor(user, name, is_host=False, language="en")
    parts = urlsplit(server.join("abc123", visitor, create_time="1").address)
    query, checksum = parts.query.split("&checksum=")
    wanted = hashlib.sha256(f"join{query}{PUBLISHED_SECRET}".encode()).hexdigest()
    assert checksum == wanted
    sent = parse_qs(query)
    assert (sent["fullName"], sent["userID"], sent["role"]) == ([name], [user], ["VIEWER"])


@pytest.mark.parametrize("ending", ["", "/", "/api", "/api/"])
def test_the_address_may_be_written_as_the_server_shows_it(bbb_server: BBBServer, ending: str):
    assert BigBlueButton(bbb_server.url + ending, bbb_server.secret).create(PORTS)


@pytest.mark.parametrize("name", ["", "x", "a,b", "a b", "a&b", "../a", "a\n", "é" * 5])
def test_what_would_name_several_rooms_or_all_of_them_is_no_id(server: BigBlueButton, name: str):
    asks: list[Callable[[], object]] = [
        lambda: server.create(replace(PORTS, id=name)),
        lambda: server.join(name, HOST, create_time="1"),
        lambda: server.end(name),
        lambda: server.is_running(name),
        lambda: server.attendees(name),
        lambda: server.recordings(name),
        lambda: server.captions(name),
    ]
    for ask in asks:
        with pytest.raises(ValueError, match="not the id of a meeting"):
            ask()


def test_the_secret_is_not_shown_with_the_server():
    assert PUBLISHED_SECRET not in repr(BigBlueButton("https://a.example", PUBLISHED_SECRET))


# --- rooms -----------------------------------------------------------------------------


def test_a_room_is_made_once_however_often_it_is_asked_for(
    server: BigBlueButton, bbb_server: BBBServer
):
    first = server.create(PORTS)
    assert server.create(replace(PORTS, name="Renamed meanwhile")) == first
    assert len(bbb_server.meetings) == 1


def test_a_room_is_made_as_it_was_wished(server: BigBlueButton, bbb_server: BBBServer):
    server.create(
        Meeting(
            "m-1",
            "항만 " * 40,
            is_recorded=True,
            longest_minutes=150,
            welcome="Welcome <script>&",
            afterwards="https://ieum.example/ko/sessions/1",
            facts={"sitting": "1"},
        )
    )
    wishes = bbb_server.meetings["m-1"].wishes
    assert len(wishes["name"]) <= 64
    assert wishes["record"] == wishes["autoStartRecording"] == "true"
    assert wishes["notifyRecordingIsOn"] == "true"
    assert wishes["duration"] == "150"
    assert wishes["welcome"] == "Welcome &lt;script&gt;&amp;"
    assert wishes["logoutURL"] == "https://ieum.example/ko/sessions/1"
    assert wishes["meta_sitting"] == "1"
    assert wishes["attendeePW"] != wishes["moderatorPW"]


def test_a_title_of_one_letter_opens_a_room_too(server: BigBlueButton):
    assert server.create(replace(PORTS, name="港"))


def test_nothing_is_recorded_unless_it_is_wished(server: BigBlueButton, bbb_server: BBBServer):
    server.create(PORTS)
    wishes = bbb_server.meetings[PORTS.id].wishes
    assert wishes["record"] == wishes["autoStartRecording"] == "false"
    assert "duration" not in wishes


def test_people_are_in_the_room_by_the_id_and_role_they_came_with(
    server: BigBlueButton, bbb_server: BBBServer
):
    server.create(PORTS)
    assert not server.is_running(PORTS.id)
    for visitor in (HOST, TRAINEE):
        answer = enter(server, visitor)
        assert answer.status_code == 302
        assert "sessionToken" in answer.headers["Location"]
    assert server.is_running(PORTS.id)
    assert server.attendees(PORTS.id) == [
        Attendee("p-7", "김민수", is_host=True),
        Attendee("p-42", "Nguyễn Thị Hoà & co.", is_host=False),
    ]
    bbb_server.leave(PORTS.id, "p-7")
    assert [one.id for one in server.attendees(PORTS.id)] == ["p-42"]


@pytest.mark.parametrize("code, locale", [("ko", "ko-KR"), ("zh", "zh-CN"), ("en", "en")])
def test_the_room_speaks_the_language_of_the_page(
    server: BigBlueButton, bbb_server: BBBServer, code: str, locale: str
):
    enter(server, replace(HOST, language=code))
    wishes = dict(bbb_server.calls)["join"]
    assert wishes["userdata-bbb_override_default_locale"] == locale


def test_a_way_in_does_not_lead_into_a_later_room_of_the_same_name(
    server: BigBlueButton, bbb_server: BBBServer
):
    old = server.join(PORTS.id, TRAINEE, create_time=server.create(PORTS))
    server.end(PORTS.id)
    server.create(PORTS)
    assert "mismatchCreateTimeParam" in httpx.get(old.address).text
    assert server.attendees(PORTS.id) == []


def test_a_room_is_closed_once_and_closing_it_again_is_harmless(
    server: BigBlueButton, bbb_server: BBBServer
):
    enter(server, HOST)
    server.end(PORTS.id)
    assert not server.is_running(PORTS.id)
    assert server.attendees(PORTS.id) == []
    server.end(PORTS.id)


def test_a_room_somebody_else_made_is_not_closed_in_silence(
    server: BigBlueButton, bbb_server: BBBServer
):
    server.create(PORTS)
    bbb_server.meetings[PORTS.id].wishes["moderatorPW"] = "theirs"
    with pytest.raises(RoomUnavailable) as refused:
        server.end(PORTS.id)
    assert refused.value.detail == "invalidPassword"


# --- recordings ------------------------------------------------------------------------


def test_recordings_come_with_their_state_times_and_forms(
    server: BigBlueButton, bbb_server: BBBServer
):
    assert server.recordings(PORTS.id) == []
    bbb_server.record("another-room", video="https://bbb.example/other")
    done = bbb_server.record(
        PORTS.id,
        presentation="https://bbb.example/playback/1",
        video="javascript:alert(1)",
    )
    bbb_server.record(PORTS.id, "processing")
    bbb_server.record(PORTS.id, "deleted")
    first, second = server.recordings(PORTS.id)
    assert (first.id, first.state) == (done, RecordingState.PUBLISHED)
    assert first.started_at.tzinfo is UTC
    assert first.started_at.date() == datetime(2023, 11, 14, tzinfo=UTC).date()
    assert first.ended_at - first.started_at == timedelta(hours=1)
    assert first.playbacks == (Playback("presentation", "https://bbb.example/playback/1", 60),)
    assert (second.state, second.playbacks) == (RecordingState.PROCESSING, ())


@pytest.mark.parametrize(
    "part, value",
    [("startTime", "soon"), ("endTime", "9" * 30), ("startTime", ""), ("endTime", "-")],
)
def test_a_recording_that_makes_no_sense_is_not_half_believed(
    server: BigBlueButton, bbb_server: BBBServer, part: str, value: str
):
    bbb_server.record(PORTS.id, video="https://bbb.example/1")
    bbb_server.recordings[0][part] = value
    with pytest.raises(RoomUnavailable) as error:
        server.recordings(PORTS.id)
    assert error.value.reason == Reason.UNREADABLE


def test_captions_of_a_recording(server: BigBlueButton, bbb_server: BBBServer):
    recording = bbb_server.record(PORTS.id)
    assert server.captions(recording) == []
    assert server.captions("no-such-recording") == []
    track = {"kind": "subtitles", "lang": "ko", "label": "한국어", "source": "automatic"}
    bbb_server.tracks[recording] = [
        {**track, "href": "https://bbb.example/textTrack/ko.vtt"},
        {**track, "href": "file:///etc/passwd"},
    ]
    assert server.captions(recording) == [
        CaptionTrack("ko", "한국어", "automatic", "https://bbb.example/textTrack/ko.vtt")
    ]
    del bbb_server.tracks[recording][0]["lang"]  # and now it is no track any more
    with pytest.raises(RoomUnavailable) as error:
        server.captions(recording)
    assert error.value.reason == Reason.UNREADABLE


# --- what goes wrong -------------------------------------------------------------------


@pytest.mark.parametrize(
    "mood, reason, detail",
    [
        (Mood.WRONG_SECRET, Reason.REFUSED, "checksumError"),
        (Mood.BROKEN, Reason.UNREADABLE, "HTTP 500"),
        (Mood.REDIRECTS, Reason.UNREADABLE, "HTTP 302"),
        (Mood.GARBAGE, Reason.UNREADABLE, ""),
        (Mood.CUT, Reason.UNREADABLE, ""),
        (Mood.BOMB, Reason.UNREADABLE, ""),
        (Mood.ENDLESS, Reason.UNREADABLE, "too large"),
    ],
)
def test_every_answer_that_is_none_has_one_reason(
    server: BigBlueButton, bbb_server: BBBServer, mood: Mood, reason: Reason, detail: str
):
    bbb_server.mood = mood
    asks: list[Callable[[], object]] = [
        lambda: server.create(PORTS),
        lambda: server.end(PORTS.id),
        lambda: server.is_running(PORTS.id),
        lambda: server.attendees(PORTS.id),
        lambda: server.recordings(PORTS.id),
        lambda: server.captions("rec-1"),
    ]
    for ask in asks:
        with pytest.raises(RoomUnavailable) as error:
            ask()
        assert error.value.reason == reason
        assert detail in error.value.detail
    assert "client" not in dict(bbb_server.calls), "a redirect was followed"


@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.DRIPS])
def test_a_server_that_does_not_come_to_an_end_costs_no_more_than_the_patience(
    server: BigBlueButton, bbb_server: BBBServer, mood: Mood
):
    bbb_server.mood = mood
    began = monotonic()
    with pytest.raises(RoomUnavailable) as error:
        replace(server, patience=SOON).create(PORTS)
    assert error.value.reason == Reason.TIMEOUT
    assert monotonic() - began < 2


@pytest.mark.parametrize("address", ["dead", "no-scheme.example", "https://", "http://[::1"])
def test_a_server_that_is_not_there_is_unreachable(address: str):
    url = a_dead_address() if address == "dead" else address
    with pytest.raises(RoomUnavailable) as error:
        BigBlueButton(url, "secret").create(PORTS)
    assert error.value.reason == Reason.UNREACHABLE


def test_a_server_that_comes_back_is_used_again(server: BigBlueButton, bbb_server: BBBServer):
    hurried = replace(server, patience=SOON)
    bbb_server.mood = Mood.HANGS
    for _ in range(12):  # more than can wait at one time
        with pytest.raises(RoomUnavailable):
            hurried.create(PORTS)
    bbb_server.mood = Mood.WELL
    assert server.create(PORTS)


def test_the_operator_reads_what_failed_but_no_address(
    server: BigBlueButton, bbb_server: BBBServer, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        server.create(PORTS)
        bbb_server.mood = Mood.WRONG_SECRET
        with pytest.raises(RoomUnavailable):
            server.create(PORTS)
    assert "create failed: refused (checksumError)" in caplog.text
    assert "checksum=" not in caplog.text
    assert "PW=" not in caplog.text


def test_a_room_that_is_over_is_no_fault_to_log(
    server: BigBlueButton, bbb_server: BBBServer, caplog: pytest.LogCaptureFixture
):
    assert server.attendees(PORTS.id) == []
    server.end(PORTS.id)
    assert server.captions("no-such-recording") == []
    assert not caplog.records


def test_every_reason_has_words_for_who_waits_and_for_who_holds_the_session(app):
    assert set(REASON_WORDS) == set(Reason)
    said = [str(side) for words in REASON_WORDS.values() for side in (words.joining, words.hosting)]
    assert len(set(said)) == 2 * len(Reason)


# --- settings --------------------------------------------------------------------------


def test_the_server_is_that_of_the_settings_or_none(bbb_server: BBBServer):
    server = from_settings(bbb_server.settings)
    assert server is not None
    assert server.create(PORTS)
    assert from_settings({"BBB_URL": "", "BBB_SECRET": "", "BBB_CHECKSUM": "sha256"}) is None
