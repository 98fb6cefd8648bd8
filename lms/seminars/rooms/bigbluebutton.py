"""A BigBlueButton server (2.4 or later), by its signed API.

Each call is an address: its parameters in order, then a checksum over the call's name, those
parameters and the shared secret. Whoever knows the secret rules the server, so it stays here.
"""

import hashlib
import hmac
import html
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from lms.core.text import clean_line
from lms.lessons.rules.materials import is_web_address
from lms.seminars.rooms.entry import Entry, Visitor
from lms.seminars.rooms.fetching import PATIENCE, Patience, fetch
from lms.seminars.rooms.unavailable import Reason, RoomUnavailable

log = logging.getLogger(__name__)
Read = TypeVar("Read")

SHORTEST_NAME, LONGEST_NAME = 2, 64
LONGEST_WELCOME = 500  # a letter of Hangul takes nine characters of an address

# A comma would name several meetings, and nothing at all every recording of the server.
_MEETING_ID = re.compile(r"[A-Za-z0-9_-]{2,256}")
# What the server says of a meeting that is over, or has not been: which of them, by its version.
_NOT_THERE = {"notFound", "invalidMeetingIdentifier", "meetingForciblyEnded"}
_NO_RECORDINGS = "noRecordings"
_NOTHING_TO_LOG = {*_NOT_THERE, _NO_RECORDINGS}
_LOCALES = {"ko": "ko-KR", "en": "en", "zh": "zh-CN"}


@dataclass(frozen=True)
class Meeting:
    """The room a session asks for.

    `id` is of letters, digits, "-" and "_"; who guesses it gets nothing by it. `longest_minutes`
    counts from the creation of the room, and 0 sets no end. `welcome` is plain text. `facts` are
    kept with the recording.
    """

    id: str
    name: str
    is_recorded: bool = False
    longest_minutes: int = 0
    welcome: str = ""
    afterwards: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attendee:
    """Somebody who is in the room now; once for each device. `id` is the `Visitor`'s."""

    id: str
    name: str
    is_host: bool


class RecordingState(StrEnum):
    """How far the server is with a recording."""

    PROCESSING = "processing"
    PROCESSED = "processed"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True)
class Playback:
    """One form of a recording: `presentation`, `video`, `podcast` and others, and its page."""

    kind: str
    address: str
    minutes: int


@dataclass(frozen=True)
class Recording:
    """A recording as the server has it."""

    id: str
    state: RecordingState
    started_at: datetime
    ended_at: datetime
    playbacks: tuple[Playback, ...]


@dataclass(frozen=True)
class CaptionTrack:
    """Captions of a recording as a WebVTT file. `source`: `live`, `automatic` or `upload`."""

    language: str
    label: str
    source: str
    address: str


@dataclass(frozen=True)
class BigBlueButton:
    """The operator's server. Every method but `join` asks it and may raise RoomUnavailable."""

    url: str
    secret: str = field(repr=False)
    algorithm: str = "sha256"
    patience: Patience = PATIENCE

    def create(self, meeting: Meeting) -> str:
        """Have the room there, and return the server's time of its creation, for `join`.

        Harmless when it is there already; what else is asked of it then changes nothing.
        """
        answer = self._ask("create", _read_xml, self._wishes(meeting))
        created = answer.findtext("createTime", "")
        if not created.isdecimal():
            raise RoomUnavailable(Reason.UNREADABLE, "no createTime")
        return created

    def join(self, meeting_id: str, visitor: Visitor, *, create_time: str) -> Entry:
        """Return the way into a room made at `create_time`; into a later one it does not lead."""
        parameters = {
            "meetingID": _checked(meeting_id),
            "fullName": visitor.name,
            "userID": visitor.id,
            "role": "MODERATOR" if visitor.is_host else "VIEWER",
            "createTime": create_time,
            "redirect": "true",
            "userdata-bbb_override_default_locale": _LOCALES.get(visitor.language, "en"),
        }
        return Entry(self._address("join", parameters))

    def end(self, meeting_id: str) -> None:
        """Send everybody out and close the room, within seconds. Harmless when it is closed."""
        parameters = {"meetingID": _checked(meeting_id), "password": self._password(meeting_id)}
        try:
            self._ask("end", _read_xml, parameters)
        except RoomUnavailable as error:
            if error.detail not in _NOT_THERE:
                raise

    def is_running(self, meeting_id: str) -> bool:
        """Tell whether somebody is in the room."""
        answer = self._ask("isMeetingRunning", _read_xml, {"meetingID": _checked(meeting_id)})
        return answer.findtext("running") == "true"

    def attendees(self, meeting_id: str) -> list[Attendee]:
        """Return who is in the room now; nobody when it is closed.

        The server remembers no coming and going that could be asked for: who wants intervals asks
        again and again while the session lasts.
        """
        try:
            answer = self._ask("getMeetingInfo", _read_xml, {"meetingID": _checked(meeting_id)})
        except RoomUnavailable as error:
            if error.detail in _NOT_THERE:
                return []
            raise
        return [_attendee(element) for element in answer.iterfind("attendees/attendee")]

    def recordings(self, meeting_id: str) -> list[Recording]:
        """Return the recordings of a room, those too that are not published (yet)."""
        parameters = {"meetingID": _checked(meeting_id), "state": ",".join(RecordingState)}
        return self._ask("getRecordings", _read_recordings, parameters)

    def captions(self, recording_id: str) -> list[CaptionTrack]:
        """Return the captions of a recording; none when there are none, or no such recording."""
        try:
            return self._ask(
                "getRecordingTextTracks", _read_captions, {"recordID": _checked(recording_id)}
            )
        except RoomUnavailable as error:
            if error.detail == _NO_RECORDINGS:
                return []
            raise

    def _wishes(self, meeting: Meeting) -> dict[str, str]:
        parameters = {
            "name": clean_line(meeting.name, LONGEST_NAME).ljust(SHORTEST_NAME, "."),
            "meetingID": _checked(meeting.id),
            # Without the same two passwords a second call is refused as another meeting's.
            "attendeePW": self._password(meeting.id, "attendee"),
            "moderatorPW": self._password(meeting.id),
            "record": _truth(meeting.is_recorded),
            # Left to a button that nobody presses, there would be no recording.
            "autoStartRecording": _truth(meeting.is_recorded),
            "notifyRecordingIsOn": _truth(meeting.is_recorded),
        }
        if meeting.longest_minutes:
            parameters["duration"] = str(meeting.longest_minutes)
        if meeting.welcome:
            # The server reads it as HTML.
            parameters["welcome"] = html.escape(meeting.welcome[:LONGEST_WELCOME])
        if meeting.afterwards:
            parameters["logoutURL"] = meeting.afterwards
        return parameters | {f"meta_{name}": value for name, value in meeting.facts.items()}

    def _password(self, meeting_id: str, role: str = "moderator") -> str:
        """Return a room's password: the same at every call, so that nobody has to keep it."""
        text = f"{role}:{meeting_id}".encode()
        return hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()[:32]

    def _ask(self, call: str, read: Callable[[bytes], Read], parameters: Mapping[str, str]) -> Read:
        try:
            return read(fetch(self._address(call, parameters), self.patience))
        except RoomUnavailable as error:
            if error.detail not in _NOTHING_TO_LOG:
                log.warning("BigBlueButton: %s failed: %s", call, error)
            raise

    def _address(self, call: str, parameters: Mapping[str, str]) -> str:
        query = urlencode(parameters)
        checksum = checksum_of(call, query, self.secret, self.algorithm)
        root = self.url.rstrip("/").removesuffix("/api")  # `bbb-conf --secret` shows it without
        return f"{root}/api/{call}?{query}&checksum={checksum}"


def from_settings(settings: Mapping[str, Any]) -> BigBlueButton | None:
    """Return the server of the settings, or None: rooms of this kind are not offered then."""
    if not settings["BBB_URL"]:
        return None
    return BigBlueButton(settings["BBB_URL"], settings["BBB_SECRET"], settings["BBB_CHECKSUM"])


def checksum_of(call: str, query: str, secret: str, algorithm: str) -> str:
    """Return the checksum of a call with these parameters, as they stand in the address."""
    return hashlib.new(algorithm, f"{call}{query}{secret}".encode()).hexdigest()


def _checked(name: str) -> str:
    if not _MEETING_ID.fullmatch(name):
        raise ValueError(f"not the id of a meeting: {name!r}")
    return name


def _truth(value: bool) -> str:
    return "true" if value else "false"


# --- what the server answers -----------------------------------------------------------


def _read_xml(body: bytes) -> Element:
    try:
        answer: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:  # no XML, entities, unknown letters
        raise RoomUnavailable(Reason.UNREADABLE, type(error).__name__) from error
    code = answer.findtext("returncode")
    if code == "FAILED":
        raise RoomUnavailable(Reason.REFUSED, clean_line(answer.findtext("messageKey", ""), 60))
    if code != "SUCCESS":
        raise RoomUnavailable(Reason.UNREADABLE, "no returncode")
    return answer


def _attendee(element: Element) -> Attendee:
    return Attendee(
        id=element.findtext("userID", ""),
        name=clean_line(element.findtext("fullName", ""), 200),
        is_host=element.findtext("role") == "MODERATOR",
    )


def _read_recordings(body: bytes) -> list[Recording]:
    elements = _read_xml(body).iterfind("recordings/recording")
    try:
        return [_recording(element) for element in elements]
    except (ValueError, OverflowError, OSError) as error:  # no number, moment or state
        raise RoomUnavailable(Reason.UNREADABLE, type(error).__name__) from error


def _recording(element: Element) -> Recording:
    return Recording(
        id=element.findtext("recordID", ""),
        state=RecordingState(element.findtext("state", "")),
        started_at=_moment(element.findtext("startTime", "")),
        ended_at=_moment(element.findtext("endTime", "")),
        playbacks=tuple(
            Playback(
                kind=form.findtext("type", ""),
                address=form.findtext("url", "").strip(),
                minutes=int(form.findtext("length", "0")),
            )
            for form in element.iterfind("playback/format")
            if is_web_address(form.findtext("url", "").strip())
        ),
    )


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _read_captions(body: bytes) -> list[CaptionTrack]:
    if body.lstrip().startswith(b"<"):  # this one call is answered in JSON, but refused in either
        _read_xml(body)
    try:
        answer = json.loads(body)["response"]
        if answer["returncode"] != "SUCCESS":
            raise RoomUnavailable(Reason.REFUSED, clean_line(str(answer.get("messageKey")), 60))
        return [
            CaptionTrack(str(track["lang"]), str(track["label"]), str(track["source"]), address)
            for track in answer["tracks"]
            if is_web_address(address := str(track["href"]))
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RoomUnavailable(Reason.UNREADABLE, type(error).__name__) from error
