"""Reminders of a sitting, a day and an hour before: once each, with the way in.

Whoever was reminded is written down with the clock it was on: who then changes their time zone is
told the time anew.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.accounts.events import PersonZoneChanged
from lms.accounts.models import Person
from lms.core.db import db, lock
from lms.enrolment.models import RunState
from lms.jobs.queue import enqueue
from lms.notifications.rules import plain
from lms.notifications.services import notify, send_mail
from lms.seminars.models import Reminder, ReminderKind, Sitting
from lms.seminars.queries import SittingRow, sitting_row
from lms.seminars.queries.concerned import (
    Concerned,
    concerned_with,
    reminded_of,
    reminded_on_other_clocks,
)
from lms.seminars.rules.presence import PassKind
from lms.seminars.rules.telling import is_worth_reminding
from lms.seminars.services.telling import about, page_of, receiver, token_for


def remind(sitting: Sitting, kind: ReminderKind, *, sequence: int, now: datetime) -> None:
    """Remind everybody concerned who was not yet reminded; twice is harmless.

    Nobody is reminded once the sitting has changed since `sequence`, or does not take place.
    """
    lock(sitting)
    row = sitting_row(sitting.id)
    assert row is not None
    if sitting.sequence != sequence or not _is_due(row, kind, now):
        return
    reminded = reminded_of(sitting, kind)
    for one in concerned_with(sitting):
        if one.mark not in reminded:
            _remind(one, sitting, row, kind, now)
    db.session.flush()


def _is_due(row: SittingRow, kind: ReminderKind, now: datetime) -> bool:
    takes_place = row.run_state != RunState.CANCELLED
    return takes_place and is_worth_reminding(kind, row.state, row.starts_at, row.ends_at, now)


def _remind(
    one: Concerned, sitting: Sitting, row: SittingRow, kind: ReminderKind, now: datetime
) -> None:
    _note(one, sitting, kind, now)
    if one.person is None:
        _mail(one, sitting, row)
        return
    notify(
        one.person,
        "seminars.reminder",
        context=about(row),
        mail_context=_way_in(one, sitting, row),
        link=page_of(row),
        group=row.course_code,
        now=now,
    )


def _note(one: Concerned, sitting: Sitting, kind: ReminderKind, now: datetime) -> None:
    db.session.add(
        Reminder(
            sitting_id=sitting.id,
            person_id=one.person_id,
            speaker_id=one.speaker_id,
            guest_id=one.guest_id,
            kind=kind,
            sequence=sitting.sequence,
            zone=one.time_zone,
            sent_at=now,
        )
    )


def _mail(one: Concerned, sitting: Sitting, row: SittingRow, **more: Any) -> None:
    send_mail(
        "seminars.reminder",
        to=one.email,
        language=one.language,
        context=plain({**about(row), **receiver(one), **_way_in(one, sitting, row), **more}),
    )


def _way_in(one: Concerned, sitting: Sitting, row: SittingRow) -> Mapping[str, Any]:
    """Return what is told to one person alone; the number to dial only to who studies here."""
    is_enrolled = one.who.kind == PassKind.ENROLMENT
    return {
        "token": token_for(one, row),
        "dial_in": sitting.dial_in if is_enrolled else "",
        "meeting_point": sitting.meeting_point,
        "preparation": sitting.preparation,
    }


def mail_way_in(sitting: Sitting, email: str) -> bool:
    """Mail somebody of the run, or who holds a sitting, the way in that is theirs; False when the
    address is nobody's of them."""
    row = sitting_row(sitting.id)
    assert row is not None
    for one in concerned_with(sitting):
        if one.guest_id is None and one.email.casefold() == email.casefold():
            _mail(one, sitting, row)
            return True
    return False


# --- somebody's clock has changed ------------------------------------------------------


def ask_to_remind_again(event: PersonZoneChanged) -> None:
    """Have the reminders a person was sent made again for their new time zone."""
    enqueue("seminars.remind_again", person_id=event.person_id)


def remind_again(person: Person, *, now: datetime) -> None:
    """Mail a person the reminders of sittings to come that they had on another clock than theirs.

    Twice is harmless. In the inbox the times follow the clock by themselves.
    """
    for sitting, kind in reminded_on_other_clocks(person, now):
        lock(sitting)
        _remind_again(person, sitting, kind, now)
    db.session.flush()


def _remind_again(person: Person, sitting: Sitting, kind: ReminderKind, now: datetime) -> None:
    row = sitting_row(sitting.id)
    assert row is not None
    reminded = reminded_of(sitting, kind)
    # Nobody of the sitting's present plan was reminded if it has changed before it was locked.
    is_theirs = any(person_id == person.id for person_id, *_others in reminded)
    if not is_theirs or not _is_due(row, ReminderKind.HOUR, now):
        return
    for one in concerned_with(sitting):
        if one.person_id == person.id and one.mark not in reminded:
            _note(one, sitting, kind, now)
            _mail(one, sitting, row, is_again=True)
