"""A Jitsi server: a room is an address, and a signed token says who comes and may lead.

A public server takes no token: there whoever knows the room's name gets in, so it must not be
one that can be guessed, and the first who comes leads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey

from lms.seminars.rooms.entry import Entry, Visitor

CLOCKS_DIFFER = timedelta(minutes=1)

# Nobody is heard or seen before they chose it on the page before the room; no request goes to
# services beside the server, which some countries do not reach.
_MANNERS = {
    "config.startWithAudioMuted": "true",
    "config.startWithVideoMuted": "true",
    "config.prejoinConfig.enabled": "true",
    "config.disableThirdPartyRequests": "true",
}
_LANGUAGES = {"ko": "ko", "en": "en", "zh": "zh-CN"}


@dataclass(frozen=True)
class Jitsi:
    """The operator's server; without application and secret it is a public one."""

    url: str
    app_id: str = ""
    secret: str = field(default="", repr=False)

    def join(self, room: str, visitor: Visitor, *, now: datetime, until: datetime) -> Entry:
        """Return the way into a room; with a token it is good from now until `until`."""
        room = room.lower()  # the server lowers it too, and compares it with the token's
        query = {"lang": _LANGUAGES.get(visitor.language, "en")}
        manners = dict(_MANNERS)
        if self.secret:
            query["jwt"] = self._token(room, visitor, now, until)
        else:
            manners["userInfo.displayName"] = json.dumps(visitor.name, ensure_ascii=False)
        fragment = urlencode(manners, quote_via=quote, safe="")
        return Entry(f"{self.url}/{quote(room, safe='')}?{urlencode(query)}#{fragment}")

    def _token(self, room: str, visitor: Visitor, now: datetime, until: datetime) -> str:
        claims = {
            "aud": self.app_id,
            "iss": self.app_id,
            "sub": urlsplit(self.url).hostname,
            "room": room,
            "nbf": int((now - CLOCKS_DIFFER).timestamp()),
            "exp": int(until.timestamp()),
            "context": {
                "user": {
                    "id": visitor.id,
                    "name": visitor.name,
                    # As text: a truth value in here is more than some of its modules can take.
                    "moderator": "true" if visitor.is_host else "false",
                }
            },
        }
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(self.secret))


def from_settings(settings: Mapping[str, Any]) -> Jitsi | None:
    """Return the server of the settings, or None: rooms of this kind are not offered then."""
    if not settings["JITSI_URL"]:
        return None
    return Jitsi(settings["JITSI_URL"], settings["JITSI_APP_ID"], settings["JITSI_SECRET"])
