"""A link to a room of any other service. It is shown to those who may come, and never fetched."""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LONGEST_ADDRESS = 1000


class LinkFault(StrEnum):
    """Why an address is not taken; `FAULT_WORDS` says it to who typed it."""

    TOO_LONG = "too_long"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    CREDENTIALS = "credentials"


FAULT_WORDS: Mapping[LinkFault, LazyString] = {
    LinkFault.TOO_LONG: _l("The address is too long. Copy the short form of the invitation link."),
    LinkFault.NOT_AN_ADDRESS: _l(
        "This is not a web address. Copy the invitation link as a whole; it begins with https://."
    ),
    LinkFault.NOT_HTTPS: _l(
        "The address must begin with https://. Copy the invitation link as a whole."
    ),
    LinkFault.CREDENTIALS: _l(
        "The address carries a user name before the “@”. Take it out: everybody would see it."
    ),
}


class Platform(StrEnum):
    """Whose room it is, as far as the address tells."""

    ZOOM = "zoom"
    TEAMS = "teams"
    WEBEX = "webex"
    MEET = "meet"
    TENCENT = "tencent"
    OTHER = "other"


PLATFORM_WORDS: Mapping[Platform, LazyString] = {
    Platform.ZOOM: _l("Zoom"),
    Platform.TEAMS: _l("Microsoft Teams"),
    Platform.WEBEX: _l("Webex"),
    Platform.MEET: _l("Google Meet"),
    Platform.TENCENT: _l("Tencent Meeting (VooV)"),
    Platform.OTHER: _l("Another service"),
}

_PLATFORM_OF = {
    "zoom.us": Platform.ZOOM,
    "zoom.com": Platform.ZOOM,
    "teams.microsoft.com": Platform.TEAMS,
    "teams.live.com": Platform.TEAMS,
    "webex.com": Platform.WEBEX,
    "meet.google.com": Platform.MEET,
    "meeting.tencent.com": Platform.TENCENT,
    "voovmeeting.com": Platform.TENCENT,
}


def fault_of(address: str) -> LinkFault | None:
    """Return why an address cannot be a room's, or None when it can."""
    if len(address) > LONGEST_ADDRESS:
        return LinkFault.TOO_LONG
    parts = _parts(address)
    if parts is None:
        return LinkFault.NOT_AN_ADDRESS
    if parts.scheme != "https":
        return LinkFault.NOT_HTTPS
    return LinkFault.CREDENTIALS if "@" in parts.netloc else None


def platform_of(address: str) -> Platform:
    """Return whose room an address leads to."""
    parts = _parts(address)
    labels = ((parts and parts.hostname) or "").split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels)))
    known = (_PLATFORM_OF[domain] for domain in domains if domain in _PLATFORM_OF)
    return next(known, Platform.OTHER)


def _parts(address: str) -> SplitResult | None:
    """Take an address apart; None when browsers would read it otherwise than we do, or not."""
    if not address.isprintable() or any(char.isspace() or char == "\\" for char in address):
        return None
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return None
    return parts if parts.scheme and host else None
