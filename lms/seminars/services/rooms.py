"""The way into a sitting's room. It may ask a server, so never inside of a unit of work: who waits
for another machine must not hold up everybody who writes.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from lms.seminars.models import RecordingPolicy, RoomKind
from lms.seminars.queries import SittingRow
from lms.seminars.queries.sitting_page import Room
from lms.seminars.rooms import link
from lms.seminars.rooms.bigbluebutton import BigBlueButton, Meeting
from lms.seminars.rooms.entry import Entry, Visitor
from lms.seminars.rooms.jitsi import Jitsi
from lms.seminars.rooms.unavailable import Reason, RoomUnavailable
from lms.seminars.rules.presence import PASS_OUTLIVES_END


@dataclass(frozen=True)
class Servers:
    """The servers of rooms there are; None for those this site was not set up with.

    `room_key` makes the names of rooms that let in whoever knows them.
    """

    bigbluebutton: BigBlueButton | None
    jitsi: Jitsi | None
    room_key: str = field(repr=False)


def way_into(
    sitting: SittingRow,
    room: Room,
    visitor: Visitor,
    *,
    servers: Servers,
    title: str,
    afterwards: str,
    now: datetime,
) -> Entry:
    """Return the way into the room of a sitting for one person, `afterwards` back to our page.

    Raises RoomUnavailable within seconds when its server does not open it, or is not known here.
    """
    if room.kind == RoomKind.BIGBLUEBUTTON and servers.bigbluebutton is not None:
        meeting = Meeting(
            sitting.uid,
            title,
            is_recorded=sitting.recording_policy != RecordingPolicy.NONE,
            afterwards=afterwards,
        )
        created = servers.bigbluebutton.create(meeting)
        return servers.bigbluebutton.join(meeting.id, visitor, create_time=created)
    if room.kind == RoomKind.JITSI and servers.jitsi is not None:
        until = sitting.ends_at + PASS_OUTLIVES_END
        name = _hidden_name(sitting.uid, servers.room_key)
        return servers.jitsi.join(name, visitor, now=now, until=until)
    if room.kind == RoomKind.LINK and link.fault_of(room.address) is None:
        return Entry(room.address)
    raise RoomUnavailable(Reason.UNREACHABLE, f"no server for {room.kind}")


def _hidden_name(uid: str, key: str) -> str:
    """Return what a room is called: always the same, and not to be found from the `uid`, by which
    every calendar knows the sitting."""
    return hmac.digest(key.encode(), uid.encode(), "sha256").hex()[:32]
