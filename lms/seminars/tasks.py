"""Jobs of this package; each is made for one sequence of a sitting and void after it."""

from datetime import timedelta

from lms.accounts.queries import person_with_roles
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import enqueue, job
from lms.seminars.models import ReminderKind, RoomKind, SittingState
from lms.seminars.queries import SittingRow, sitting_by_id, sitting_row
from lms.seminars.room_servers import servers
from lms.seminars.rooms.unavailable import RoomUnavailable
from lms.seminars.rules.presence import is_noted
from lms.seminars.services import (
    attendance,
    guests,
    presence,
    reminders,
    telling,
    telling_recordings,
)

ASKED_EVERY = timedelta(minutes=1)


@job("seminars.note_attendees")
def note_attendees(sitting_id: int, sequence: int) -> None:
    """Ask the room of a running sitting who is in it, and ask again a minute later, to its end.

    A server that does not answer is asked on: a stay goes on over three minutes without a word.
    """
    with unit_of_work():
        row = sitting_row(sitting_id)
    now = clock.now()
    if row is None or row.sequence != sequence or row.room_kind != RoomKind.BIGBLUEBUTTON:
        return
    if not is_noted(row.state, row.starts_at, row.ends_at, now):
        return
    codes = _who_is_in(row)
    again_at = now + ASKED_EVERY
    with unit_of_work():
        presence.note_attendees(sitting_id, codes, now=now)
        enqueue(
            "seminars.note_attendees",
            key=f"attendees:{sitting_id}:{sequence}:{again_at:%H%M}",
            run_after=again_at,
            sitting_id=sitting_id,
            sequence=sequence,
        )


def _who_is_in(row: SittingRow) -> list[str]:
    """Return the names of those in the room; asks its server, so with no transaction open."""
    server = servers().bigbluebutton
    if server is None:
        return []
    try:
        return [attendee.id for attendee in server.attendees(row.uid)]
    except RoomUnavailable:
        return []


@job("purge_guests")
def purge_guests() -> None:
    """Take away who came as a guest half a year ago."""
    with unit_of_work():
        guests.forget_guests(clock.now())


# --- attendance ------------------------------------------------------------------------


@job("seminars.close")
def close(sitting_id: int, sequence: int) -> None:
    """Count who was in a sitting that is over, and tell them."""
    with unit_of_work():
        sitting = sitting_by_id(sitting_id)
        if sitting is None or sitting.sequence != sequence:
            return
        if sitting.state == SittingState.SCHEDULED:
            attendance.close(sitting, clock.now())


@job("seminars.finalise")
def finalise(sitting_id: int) -> None:
    """Make attendance final; void when the time to object has begun anew meanwhile."""
    now = clock.now()
    with unit_of_work():
        sitting = sitting_by_id(sitting_id)
        if sitting is None or sitting.state != SittingState.PROVISIONAL:
            return
        if sitting.final_due_at is not None and sitting.final_due_at <= now:
            attendance.make_final(sitting, actor=None, now=now)


@job("seminars.settle")
def settle(enrolment_id: int, lesson_id: int) -> None:
    """Have what somebody's final attendance of a lesson earns counted among their hours."""
    with unit_of_work():
        attendance.settle(enrolment_id, lesson_id, clock.now())


# --- telling and reminding -------------------------------------------------------------


@job("seminars.tell_change")
def tell_change(sitting_id: int) -> None:
    """Tell those concerned what has become of a sitting; one removed meanwhile nobody knew of."""
    with unit_of_work():
        sitting = sitting_by_id(sitting_id)
        if sitting is not None:
            telling.tell_news(sitting, now=clock.now())


@job("seminars.tell_recording")
def tell_recording(sitting_id: int) -> None:
    """Tell those concerned of a recording; withdrawn meanwhile, nobody is told."""
    with unit_of_work():
        sitting = sitting_by_id(sitting_id)
        if sitting is not None:
            telling_recordings.tell_recording(sitting, now=clock.now())


@job("seminars.remind")
def remind(sitting_id: int, sequence: int, reminder: str) -> None:
    """Remind those concerned of a sitting, with the way in."""
    with unit_of_work():
        sitting = sitting_by_id(sitting_id)
        if sitting is not None:
            kind = ReminderKind(reminder)
            reminders.remind(sitting, kind, sequence=sequence, now=clock.now())


@job("seminars.remind_again")
def remind_again(person_id: int) -> None:
    """Make the reminders a person was sent again, for their new time zone."""
    with unit_of_work():
        reminders.remind_again(person_with_roles(person_id), now=clock.now())
