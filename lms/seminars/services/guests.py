"""Writes on guests of a public seminar: registered, sent their link again, cancelled, forgotten.

Nobody learns from the answer whether an address is registered: only its mailbox is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.notifications.services import send_mail
from lms.seminars import join_token
from lms.seminars.models import Guest, Presence, Reminder, ReportLine, Sitting
from lms.seminars.queries import SittingRow, sitting_row
from lms.seminars.queries.guests import guest_of
from lms.seminars.rules.guests import is_full, takes_guests
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.services.reminders import mail_way_in

ENTITY = "guest"
KEPT_AFTER = timedelta(days=180)


@dataclass(frozen=True)
class Registration:
    """What a guest entered, and the consent they read: its version, in the language of the page."""

    name: str
    email: str
    organisation: str
    time_zone: str
    language: str
    consent_version: str


def register(sitting: Sitting, entered: Registration, *, now: datetime) -> bool:
    """Register a guest and mail them their link; False when all places were taken before.

    Who is registered already is mailed it once more, as they registered first, whatever is
    returned: that must be the same for everybody. Who is in the run or holds the sitting is mailed
    their own way in, and takes no place: as a guest they would be absent. Raises Conflict once
    registration is closed.
    """
    lock(sitting)
    if not takes_guests(sitting, now):
        raise Conflict(_("Registration for this seminar is closed."))
    has_places = not is_full(sitting)
    if mail_way_in(sitting, entered.email):
        return has_places
    guest = guest_of(sitting.id, entered.email)
    if has_places and (guest is None or guest.cancelled_at is not None):
        guest = _take_place(sitting, guest, entered, now)
    if guest is not None and guest.cancelled_at is None:
        _mail_link(guest)
    return has_places


def _take_place(
    sitting: Sitting, known: Guest | None, entered: Registration, now: datetime
) -> Guest:
    guest = known or Guest(sitting_id=sitting.id, email=entered.email)
    guest.name = entered.name
    guest.organisation = entered.organisation
    guest.time_zone = entered.time_zone
    guest.language = entered.language
    guest.consent_version = entered.consent_version
    guest.consented_at = guest.registered_at = now
    guest.confirmed_at = guest.cancelled_at = None
    sitting.guests_taken += 1
    db.session.add(guest)
    db.session.flush()
    _record(guest, "cancelled" if known else "", "registered", now)
    return guest


def send_link_again(sitting: Sitting, email: str, *, now: datetime) -> None:
    """Mail a guest their link once more, or somebody of the run theirs; nothing happens for an
    address that has none."""
    if takes_guests(sitting, now) and mail_way_in(sitting, email):
        return
    guest = guest_of(sitting.id, email)
    if guest is not None and guest.cancelled_at is None:
        _mail_link(guest)


def _mail_link(guest: Guest) -> None:
    sitting = sitting_row(guest.sitting_id)
    assert sitting is not None
    send_mail(
        "seminars.guest_registered",
        to=guest.email,
        language=guest.language,
        context=_told(sitting, guest),
    )


def _told(sitting: SittingRow, guest: Guest) -> dict[str, object]:
    return {
        "full_name": guest.name,
        "title": sitting.title.to_json(),
        "sitting_id": sitting.id,
        "starts_at": sitting.starts_at.isoformat(),
        "ends_at": sitting.ends_at.isoformat(),
        "zone": guest.time_zone,
        "token": join_token.make(Pass(PassKind.GUEST, guest.id, sitting.id)),
    }


def cancel(guest: Guest, sitting: Sitting, *, now: datetime) -> None:
    """Give a guest's place back; their link lets nobody in any more. Twice is harmless."""
    lock(sitting)
    lock(guest)
    if guest.cancelled_at is None:
        guest.cancelled_at = now
        sitting.guests_taken -= 1
        _record(guest, "registered", "cancelled", now)


def _record(guest: Guest, old: str, new: str, now: datetime) -> None:
    record_change(ENTITY, guest.id, old=old, new=new, actor_id=None, now=now)
    db.session.flush()


def forget_guests(now: datetime) -> None:
    """Remove guests half a year after their seminar, with all that names them.

    How many there were stays with the sitting.
    """
    past = select(Sitting.id).where(Sitting.ends_at < now - KEPT_AFTER)
    ids = db.session.scalars(select(Guest.id).where(Guest.sitting_id.in_(past))).all()
    for id_ in ids:
        record_change(ENTITY, id_, old="", new="forgotten", actor_id=None, now=now)
    for model in (Presence, Reminder):
        db.session.execute(delete(model).where(model.guest_id.in_(ids)))
    db.session.execute(
        update(ReportLine)
        .where(ReportLine.guest_id.in_(ids))
        .values(guest_id=None, name="", email="", name_key="", raw="")
    )
    db.session.execute(delete(Guest).where(Guest.id.in_(ids)))
