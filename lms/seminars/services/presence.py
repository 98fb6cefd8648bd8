"""Writes on presence: entering by a link, beats of an open page, check-in on site, and what a room
tells. All of it is evidence; what it is worth, the attendance of the sitting says.

Only the server's clock counts. A person's devices are kept apart and never added up: counting
takes the union of their stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, or_, update

from lms.core.db import db, execute, lock
from lms.core.errors import Conflict, Invalid
from lms.enrolment.models import Enrolment
from lms.seminars.models import Guest, Presence, PresenceSource, Sitting
from lms.seminars.queries.presence import Beaten, Sign, known_passes, newest_on, signs_of
from lms.seminars.rules import presence as rules
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.rules.sittings import may_enter

ROOM_DEVICE = "bbb"
CHECK_IN_DEVICE = "check-in"
CHECKED_IN = frozenset({PresenceSource.CODE, PresenceSource.QR})


@dataclass(frozen=True)
class Present:
    """Since when and until when somebody is known to be there; never, if they did not enter."""

    since: datetime | None = None
    until: datetime | None = None


def enter(who: Pass, *, device: str, now: datetime) -> None:
    """Note that somebody enters by their link or page; twice is harmless.

    Those who hold a sitting have no attendance, so nothing is noted of them.
    """
    if who.kind == PassKind.HOLDER:
        return
    if who.kind == PassKind.GUEST:
        _confirm_guest(who.id, now)
    _note(who, _by_link(signs_of(who)), device, now)


def _confirm_guest(guest_id: int, now: datetime) -> None:
    db.session.execute(
        update(Guest)
        .where(Guest.id == guest_id, Guest.confirmed_at.is_(None))
        .values(confirmed_at=now)
        .execution_options(synchronize_session=False)
    )


def beat(beaten: Beaten, *, device: str, now: datetime) -> Present:
    """Note that somebody's page is still open, and return since when they are there.

    Nothing is noted of who has not entered since the room opened, nor before it does and after the
    sitting is over. After a silence of three minutes another stay begins, on whichever device.
    """
    known = [] if beaten.who.kind == PassKind.HOLDER else signs_of(beaten.who)
    signs = rules.since_it_opened(known, beaten.starts_at)
    entered = _by_link(signs)
    if not entered or not rules.is_noted(beaten.state, beaten.starts_at, beaten.ends_at, now):
        return present_of(signs)
    _note(beaten.who, entered, device, now)
    return Present(signs[0].joined_at, now)


def present_of(signs: Iterable[Sign]) -> Present:
    """Return since when and until when signs of life say that somebody was there."""
    known = list(signs)
    if not known:
        return Present()
    return Present(known[0].joined_at, max(sign.last_seen_at for sign in known))


def _by_link(signs: Iterable[Sign]) -> list[Sign]:
    return [sign for sign in signs if sign.source == PresenceSource.LINK]


def _note(who: Pass, entered: Iterable[Sign], device: str, now: datetime) -> None:
    """Draw the last stay of a device out to now, or begin another one."""
    of_device = [sign for sign in entered if sign.device == device]
    if of_device and rules.goes_on(of_device[-1].last_seen_at, now):
        _go_on(of_device[-1].id, now)
    else:
        _begin(who, PresenceSource.LINK, device, now)
        db.session.flush()


def _begin(who: Pass, source: PresenceSource, device: str, now: datetime) -> None:
    db.session.add(
        Presence(
            sitting_id=who.sitting_id,
            enrolment_id=who.id if who.kind == PassKind.ENROLMENT else None,
            guest_id=who.id if who.kind == PassKind.GUEST else None,
            source=source,
            device=device,
            joined_at=now,
        )
    )


# Every open page says so every minute: a statement made once.
_LAST = (
    update(Presence)
    .where(Presence.id == bindparam("presence_id"))
    .where(or_(Presence.left_at.is_(None), Presence.left_at < bindparam("now")))
    .values(left_at=bindparam("now"))
)


def _go_on(presence_id: int, now: datetime) -> None:
    """Draw a stay out to now; beats that overtake each other never shorten it."""
    execute(_LAST, {"presence_id": presence_id, "now": now})


# --- on site ---------------------------------------------------------------------------


def check_in(
    sitting: Sitting, enrolment: Enrolment, code: str, *, from_qr: bool, now: datetime
) -> None:
    """Note that somebody is on site, from now until the end; twice is harmless.

    Raises Invalid for a code that is not the sitting's, Conflict while it is not held.
    """
    lock(enrolment)
    if not may_enter(sitting.state, sitting.starts_at, sitting.ends_at, now):
        raise Conflict(_("Checking in is open from 15 minutes before the start until the end."))
    if not rules.same_code(code, sitting.check_in_code):
        raise Invalid("code", _("This is not the code of this session. Look at it once more."))
    signs = signs_of(Pass(PassKind.ENROLMENT, enrolment.id, sitting.id))
    if any(sign.source in CHECKED_IN for sign in rules.since_it_opened(signs, sitting.starts_at)):
        return
    db.session.add(
        Presence(
            sitting_id=sitting.id,
            enrolment_id=enrolment.id,
            source=PresenceSource.QR if from_qr else PresenceSource.CODE,
            device=CHECK_IN_DEVICE,
            joined_at=now,
            left_at=sitting.ends_at,
        )
    )
    db.session.flush()


def follow_the_end(sitting: Sitting, *, now: datetime) -> None:
    """Let who has checked in be there until the end as it is now; until now, when the sitting was
    put off or given a time at which it is not open yet."""
    is_on = may_enter(sitting.state, sitting.starts_at, sitting.ends_at, now)
    db.session.execute(
        update(Presence)
        .where(Presence.sitting_id == sitting.id, Presence.source.in_(CHECKED_IN))
        .where(Presence.left_at > now, Presence.withdrawn_at.is_(None))
        .values(left_at=sitting.ends_at if is_on else now)
        .execution_options(synchronize_session=False)
    )


# --- what a room tells -----------------------------------------------------------------


def note_attendees(sitting_id: int, codes: Iterable[str], *, now: datetime) -> None:
    """Note who a room says is in it now, by the names we gave it; others in it are nobody's.

    Asked each minute, single looks become stays; in between nobody is believed for longer than
    three minutes.
    """
    read = {rules.read_code(code, sitting_id) for code in codes}
    newest = newest_on(sitting_id, ROOM_DEVICE)
    for who in known_passes(sitting_id, [one for one in read if one is not None]):
        stay = newest.get((who.kind, who.id))
        if stay is not None and rules.goes_on(stay.left_at or stay.joined_at, now):
            stay.left_at = now
        else:
            _begin(who, PresenceSource.PLATFORM, ROOM_DEVICE, now)
    db.session.flush()
