"""A stand-in for a BigBlueButton server, on loopback: its wire format, its checks, its moods.

Of the real one it has what Ieum calls: create, join, isMeetingRunning, getMeetingInfo, end,
getRecordings, getRecordingTextTracks. A call is taken only with the checksum of its own query.

Registered by tests/conftest.py; a test asks for `bbb_server` and gives an application
`bbb_server.settings` (or a process `bbb_server.environ`).
"""

import contextlib
import hashlib
import json
import secrets
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, tostring

import pytest

SECRET = "8cd8ef52e8e101574e400365b55e11a6"
ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
PASSWORDS = ("attendeePW", "moderatorPW")
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE response [<!ENTITY a "boom">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><response><returncode>SUCCESS</returncode><createTime>&i;</createTime></response>"
)


class Mood(StrEnum):
    """How the server answers."""

    WELL = "well"
    HANGS = "hangs"  # takes the call and says nothing
    DRIPS = "drips"  # a byte now and then, never enough
    ENDLESS = "endless"  # an answer without end
    WRONG_SECRET = "wrong secret"
    BROKEN = "broken"  # 500
    REDIRECTS = "redirects"
    GARBAGE = "garbage"  # another program answers at this address
    CUT = "cut"  # XML that stops in the middle
    BOMB = "bomb"  # a little XML that unpacks to gigabytes


@dataclass
class Meeting:
    created: int
    wishes: dict[str, str]
    attendees: dict[str, dict[str, str]] = field(default_factory=dict)


class Refusal(Exception):
    """FAILED, with its messageKey."""


class BBBServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/bigbluebutton"
        self.secret = SECRET
        self.mood = Mood.WELL
        self.meetings: dict[str, Meeting] = {}
        self.recordings: list[dict[str, Any]] = []
        self.tracks: dict[str, list[dict[str, str]]] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self._times = count(1_700_000_000_000, 1000)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def settings(self) -> dict[str, str]:
        """What `app.config` names this server with."""
        return {"BBB_URL": self.url, "BBB_SECRET": self.secret, "BBB_CHECKSUM": "sha256"}

    @property
    def environ(self) -> dict[str, str]:
        """What a process's environment names this server with."""
        return {f"IEUM_{name}": value for name, value in self.settings.items()}

    def close(self) -> None:
        """Be gone: what hangs is let go, and nobody listens any more."""
        if not self.closing.is_set():
            self.closing.set()
            self.shutdown()
            self._thread.join()
            self.server_close()

    def leave(self, meeting_id: str, user_id: str) -> None:
        """Have somebody go out of a room."""
        del self.meetings[meeting_id].attendees[user_id]

    def record(self, meeting_id: str, state: str = "published", **urls: str) -> str:
        """Have a recording of a room with these forms (`video="https://…"`); return its id."""
        started = next(self._times)
        self.recordings.append(
            {
                "recordID": f"{meeting_id}-{started}",
                "meetingID": meeting_id,
                "name": "Recorded",
                "published": "true" if state == "published" else "false",
                "state": state,
                "startTime": str(started),
                "endTime": str(started + 3_600_000),
                "participants": "3",
                "metadata": {"meetingId": meeting_id},
                "playback": [
                    ("format", {"type": kind, "url": url, "processingTime": "7177", "length": "60"})
                    for kind, url in urls.items()
                ],
            }
        )
        return f"{meeting_id}-{started}"

    # --- the calls ---------------------------------------------------------------------

    def create(self, wishes: dict[str, str]) -> dict[str, Any]:
        if not 2 <= len(wishes.get("name", "")) <= 64 or "," in wishes["meetingID"]:
            raise Refusal("validationError")
        meeting = self.meetings.get(wishes["meetingID"])
        answer = {}
        if meeting is None:
            random = {name: secrets.token_hex(4) for name in PASSWORDS}
            meeting = Meeting(next(self._times), random | wishes)
            self.meetings[wishes["meetingID"]] = meeting
        elif any(
            meeting.wishes.get(key) != wishes.get(key) for key in ("attendeePW", "moderatorPW")
        ):
            raise Refusal("idNotUnique")
        else:
            answer = {"messageKey": "duplicateWarning", "message": "It is in existence already."}
        return {
            "meetingID": wishes["meetingID"],
            "createTime": str(meeting.created),
            "hasBeenForciblyEnded": "false",
            **answer,
        }

    def join(self, wishes: dict[str, str]) -> None:
        meeting = self._there(wishes)
        if wishes.get("createTime", str(meeting.created)) != str(meeting.created):
            raise Refusal("mismatchCreateTimeParam")
        if not wishes.get("fullName", "").strip():
            raise Refusal("missingParamFullName")
        if wishes.get("role") not in {"MODERATOR", "VIEWER"}:
            raise Refusal("invalidPassword")
        user = wishes.get("userID") or f"w_{len(meeting.attendees)}"
        meeting.attendees[user] = {
            "userID": user,
            "fullName": wishes["fullName"],
            "role": wishes["role"],
            "clientType": "HTML5",
        }

    def end(self, wishes: dict[str, str]) -> dict[str, Any]:
        meeting = self._there(wishes)
        if wishes.get("password") != meeting.wishes["moderatorPW"]:
            raise Refusal("invalidPassword")
        del self.meetings[wishes["meetingID"]]
        return {"messageKey": "sentEndMeetingRequest", "message": "A request was sent."}

    def is_running(self, wishes: dict[str, str]) -> dict[str, Any]:
        meeting = self.meetings.get(wishes["meetingID"])
        return {"running": "true" if meeting and meeting.attendees else "false"}

    def info(self, wishes: dict[str, str]) -> dict[str, Any]:
        meeting = self._there(wishes)
        return {
            "meetingName": meeting.wishes["name"],
            "meetingID": wishes["meetingID"],
            "createTime": str(meeting.created),
            "participantCount": str(len(meeting.attendees)),
            "attendees": [("attendee", attendee) for attendee in meeting.attendees.values()],
            "metadata": {
                name.removeprefix("meta_").lower(): value
                for name, value in meeting.wishes.items()
                if name.startswith("meta_")
            },
        }

    def recordings_of(self, wishes: dict[str, str]) -> dict[str, Any]:
        states = wishes.get("state", "published,unpublished").split(",")
        found = [
            ("recording", recording)
            for recording in self.recordings
            if wishes.get("meetingID", recording["meetingID"]) == recording["meetingID"]
            and ("any" in states or recording["state"] in states)
        ]
        if found:
            return {"recordings": found}
        return {"recordings": {}, "messageKey": "noRecordings", "message": "There are none."}

    def text_tracks(self, wishes: dict[str, str]) -> dict[str, Any]:
        if wishes["recordID"] not in {recording["recordID"] for recording in self.recordings}:
            return {"returncode": "FAILED", "messageKey": "noRecordings", "message": "None."}
        return {"returncode": "SUCCESS", "tracks": self.tracks.get(wishes["recordID"], [])}

    def _there(self, wishes: dict[str, str]) -> Meeting:
        try:
            return self.meetings[wishes["meetingID"]]
        except KeyError:
            raise Refusal("notFound") from None

    def checked(self, call: str, query: str) -> dict[str, str]:
        """Return the parameters of a query whose checksum is right; raises Refusal."""
        signed, _, checksum = query.rpartition("&checksum=")
        algorithm = ALGORITHMS.get(len(checksum))
        if self.mood == Mood.WRONG_SECRET or algorithm is None:
            raise Refusal("checksumError")
        if hashlib.new(algorithm, (call + signed + self.secret).encode()).hexdigest() != checksum:
            raise Refusal("checksumError")
        return dict(parse_qsl(signed, keep_blank_values=True))


class Call(BaseHTTPRequestHandler):
    server: BBBServer

    def do_GET(self) -> None:
        moods = {
            Mood.HANGS: self.hang,
            Mood.DRIPS: self.drip,
            Mood.ENDLESS: self.go_on,
            Mood.BROKEN: lambda: self.send(500, b"<h1>Internal Server Error</h1>"),
            Mood.REDIRECTS: lambda: self.redirect("/bigbluebutton/html5client/elsewhere"),
            Mood.GARBAGE: lambda: self.send(200, b"<!doctype html><p>Welcome to nginx!<br>"),
            Mood.CUT: lambda: self.send(200, b"<response><returncode>SUCCESS</returncode>"),
            Mood.BOMB: lambda: self.send(200, BOMB.encode(), "text/xml"),
        }
        with contextlib.suppress(OSError):  # who asked has gone
            moods.get(self.server.mood, self.answer)()

    def answer(self) -> None:
        parts = urlsplit(self.path)
        name = parts.path.removeprefix("/bigbluebutton/api/")
        calls = {
            "create": self.server.create,
            "end": self.server.end,
            "isMeetingRunning": self.server.is_running,
            "getMeetingInfo": self.server.info,
            "getRecordings": self.server.recordings_of,
        }
        if parts.path.startswith("/bigbluebutton/html5client/"):
            self.server.calls.append(("client", {}))
            self.send(200, b"<!doctype html><title>Room</title><h1>You are in the room</h1>")
            return
        try:
            wishes = self.server.checked(name, parts.query)
            self.server.calls.append((name, wishes))
            if name == "join":
                self.server.join(wishes)
                self.redirect("/bigbluebutton/html5client/?sessionToken=ai1wqj8wb6s7rnk0")
            elif name == "getRecordingTextTracks":
                answer = self.server.text_tracks(wishes)
                self.send(200, json.dumps({"response": answer}).encode(), "application/json")
            else:
                self.send_xml({"returncode": "SUCCESS", **calls[name](wishes)})
        except Refusal as refusal:
            self.send_xml(
                {"returncode": "FAILED", "messageKey": str(refusal), "message": "In English."}
            )

    def hang(self) -> None:
        self.server.closing.wait()

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.closing.wait(0.02):
            self.wfile.write(b"z")

    def go_on(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.server.closing.is_set():
            self.wfile.write(b" " * (1 << 16))

    def redirect(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_xml(self, answer: dict[str, Any]) -> None:
        self.send(200, tostring(_element("response", answer), "utf-8"), "text/xml")

    def send(self, status: int, body: bytes, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind};charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing: a test shows its own."""


def _element(name: str, content: Any) -> Element:
    """Return an element of text, of named parts, or of a list of them."""
    element = Element(name)
    if isinstance(content, str):
        element.text = content
        return element
    for part, inner in content.items() if isinstance(content, dict) else content:
        element.append(_element(part, inner))
    return element


def a_dead_address() -> str:
    """Return an address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/bigbluebutton"


@pytest.fixture
def bbb_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BBBServer]:
    """A BigBlueButton server of this test alone, in good order until `mood` says otherwise."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = BBBServer()
    yield server
    server.close()
