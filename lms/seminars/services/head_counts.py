"""Counting people at each boarding of a field visit, before the bus leaves."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.seminars.models import HeadCount, Sitting, SittingState
from lms.seminars.rules.planning import WITH_HEAD_COUNT

ENTITY = "head_count"


def record_head_count(
    sitting: Sitting,
    boarding: str,
    *,
    expected: int,
    counted: int,
    missing: str,
    actor: Person,
    now: datetime,
) -> HeadCount:
    """Keep the count of a boarding; counted again it replaces the one before, which is recorded.

    The same count sent twice is one. Raises Conflict where nobody is counted: at sittings that are
    no visit and no practice, and at those that do not take place.
    """
    lock(sitting)
    if sitting.kind not in WITH_HEAD_COUNT:
        raise Conflict(_("People are counted at field visits and practice only."))
    if sitting.state in {SittingState.CANCELLED, SittingState.POSTPONED}:
        raise Conflict(_("This session does not take place."))
    count = db.session.scalar(
        select(HeadCount).where(HeadCount.sitting_id == sitting.id, HeadCount.boarding == boarding)
    )
    said = {"expected": expected, "counted": counted, "missing": missing}
    if count is not None and all(getattr(count, name) == value for name, value in said.items()):
        return count
    old = "" if count is None else f"{count.counted}/{count.expected}"
    said |= {"counted_by_id": actor.id, "counted_at": now}
    if count is None:
        count = HeadCount(sitting_id=sitting.id, boarding=boarding, **said)
        db.session.add(count)
    for name, value in said.items():
        setattr(count, name, value)
    db.session.flush()
    record_change(
        ENTITY,
        sitting.id,
        old=old,
        new=f"{counted}/{expected}",
        actor_id=actor.id,
        reason=boarding,
        now=now,
    )
    return count
