"""What those who hold a sitting say themselves: somebody was there. It is evidence like any other,
and says who has said it and why."""

from collections.abc import Collection, Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.enrolment.models import Enrolment
from lms.seminars.models import Presence, PresenceSource, Sitting, SittingState
from lms.seminars.rules.attendance import Stay
from lms.seminars.rules.sittings import Phase, phase
from lms.seminars.services.attendance import recount

ENTITY = "presence"
DEVICE = "tick"
TICKED, WITHDRAWN = "ticked", "withdrawn"

TAKES_TICKS = frozenset({Phase.OPEN, Phase.LIVE, Phase.ENDED, Phase.PROVISIONAL})


def tick(
    sitting: Sitting,
    enrolment_ids: Collection[int],
    stay: Stay | None = None,
    *,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """Note that people of the run were there, for the whole sitting or from a moment to a moment.

    Twice is harmless. Attendance is counted anew. Raises Invalid without a reason, or for a time
    that is not of the sitting; Conflict while it is not open yet, and once attendance is final.
    """
    _open(sitting, now)
    if not reason:
        raise Invalid("reason", _("Say why you tick it by hand."))
    joined_at, left_at = stay or (sitting.starts_at, sitting.ends_at)
    if not sitting.starts_at <= joined_at < left_at <= sitting.ends_at:
        raise Invalid("joined_at", _("Give a beginning and an end within the session."))
    known = {row.enrolment_id: row for row in _ticks(sitting, enrolment_ids, joined_at)}
    for enrolment_id in _of_run(sitting, enrolment_ids):
        row = known.get(enrolment_id)
        if row is None:
            row = Presence(
                sitting_id=sitting.id,
                enrolment_id=enrolment_id,
                source=PresenceSource.INSTRUCTOR,
                device=DEVICE,
                joined_at=joined_at,
            )
            db.session.add(row)
        elif row.withdrawn_at is None and row.left_at == left_at:
            continue
        row.left_at, row.reason, row.noted_by_id, row.withdrawn_at = left_at, reason, actor.id, None
        db.session.flush()
        record_change(ENTITY, row.id, old="", new=TICKED, actor_id=actor.id, reason=reason, now=now)
    recount(sitting, now)


def untick(
    sitting: Sitting, enrolment_ids: Collection[int], *, actor: Person, now: datetime
) -> None:
    """Take back what was ticked for people; it stays to be seen and counts no more.

    Twice is harmless. Raises Conflict once attendance is final.
    """
    _open(sitting, now)
    for row in _ticks(sitting, enrolment_ids):
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            record_change(ENTITY, row.id, old=TICKED, new=WITHDRAWN, actor_id=actor.id, now=now)
    recount(sitting, now)


def _open(sitting: Sitting, now: datetime) -> None:
    lock(sitting)
    if sitting.state == SittingState.FINAL:
        raise Conflict(_("Attendance of this session is final. Propose a correction instead."))
    if phase(sitting.state, sitting.starts_at, sitting.ends_at, now) not in TAKES_TICKS:
        raise Conflict(_("People can be ticked from 15 minutes before the session on."))


def _of_run(sitting: Sitting, enrolment_ids: Collection[int]) -> Iterable[int]:
    return db.session.scalars(
        select(Enrolment.id)
        .where(Enrolment.run_id == sitting.run_id, Enrolment.id.in_(enrolment_ids))
        .order_by(Enrolment.id)
    ).all()


def _ticks(
    sitting: Sitting, enrolment_ids: Collection[int], joined_at: datetime | None = None
) -> Iterable[Presence]:
    wanted = (
        select(Presence)
        .where(Presence.sitting_id == sitting.id, Presence.device == DEVICE)
        .where(Presence.source == PresenceSource.INSTRUCTOR)
        .where(Presence.enrolment_id.in_(enrolment_ids))
        .order_by(Presence.id)
    )
    if joined_at is not None:
        wanted = wanted.where(Presence.joined_at == joined_at)
    return db.session.scalars(wanted).all()
