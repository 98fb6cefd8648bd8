"""The jobs a sitting asks for: telling those concerned, reminding them, counting who was there."""

from datetime import datetime

from lms.core.db import db
from lms.jobs.queue import enqueue
from lms.seminars.models import RoomKind, Sitting
from lms.seminars.rules import sittings as rules
from lms.seminars.rules.telling import reminders_ahead


def have_told(sitting: Sitting) -> None:
    """Raise the sequence, and have those concerned told what they do not know yet."""
    sitting.sequence += 1
    db.session.flush()
    enqueue(
        "seminars.tell_change",
        key=f"tell:{sitting.id}:{sitting.sequence}",
        sitting_id=sitting.id,
    )


def plan_jobs(sitting: Sitting, now: datetime) -> None:
    """Have people reminded and attendance counted, at the times this sequence stands for.

    A reminder whose time has passed is left out: people have just been told.
    """
    made_for = f"{sitting.id}:{sitting.sequence}"
    for kind, at in reminders_ahead(sitting.starts_at, now):
        enqueue(
            "seminars.remind",
            key=f"remind:{kind}:{made_for}",
            run_after=at,
            sitting_id=sitting.id,
            sequence=sitting.sequence,
            reminder=kind,
        )
    enqueue(
        "seminars.close",
        key=f"close:{made_for}",
        run_after=sitting.ends_at + rules.CLOSES_AFTER,
        sitting_id=sitting.id,
        sequence=sitting.sequence,
    )
    if sitting.room_kind == RoomKind.BIGBLUEBUTTON:
        enqueue(
            "seminars.note_attendees",
            key=f"attendees:{made_for}",
            run_after=sitting.starts_at - rules.OPENS_BEFORE,
            sitting_id=sitting.id,
            sequence=sitting.sequence,
        )
