"""Whom a sitting concerns, and who was reminded of it: a few statements, however many they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person, PersonState
from lms.core.db import db
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import SpeakerInvitation, SpeakerState
from lms.seminars.models import (
    Guest,
    Reminder,
    ReminderKind,
    Sitting,
    SittingPerson,
    SittingState,
)
from lms.seminars.rules.presence import Pass, PassKind

# Whose reminder it is; with an account also on which clock, for that may change.
Mark = tuple[int | None, int | None, int | None, str]


@dataclass(frozen=True)
class Concerned:
    """Somebody to be told of a sitting: by their account, or at an address alone."""

    who: Pass
    name: str
    email: str
    language: str
    time_zone: str
    person: Person | None = None
    speaker_id: int | None = None
    guest_id: int | None = None

    @property
    def person_id(self) -> int | None:
        """Return whose account it is, if they have one."""
        return self.person.id if self.person is not None else None

    @property
    def mark(self) -> Mark:
        """Return what a reminder of theirs is known by."""
        return _mark(self.person_id, self.speaker_id, self.guest_id, self.time_zone)


def _mark(person_id: int | None, speaker_id: int | None, guest_id: int | None, zone: str) -> Mark:
    return person_id, speaker_id, guest_id, zone if person_id is not None else ""


def concerned_with(sitting: Sitting) -> list[Concerned]:
    """Return whom a sitting concerns: those in its run, who holds it, and its guests.

    Nobody twice, whatever they are and however often; who studies comes as such, for that counts.
    Left out are those who left, cancelled or cannot sign in, and who is known by name alone.
    """
    found: dict[str, Concerned] = {}
    for one in (*_enrolled(sitting), *_holders(sitting), *_guests(sitting)):
        found.setdefault(one.email.casefold(), one)
    return list(found.values())


def _enrolled(sitting: Sitting) -> Iterator[Concerned]:
    rows = db.session.execute(
        select(Enrolment.id, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.run_id == sitting.run_id, Enrolment.state.in_(ACTIVE_STATES))
        .where(Person.state == PersonState.ACTIVE)
        .order_by(Enrolment.id)
    )
    for enrolment_id, person in rows:
        yield _with_account(Pass(PassKind.ENROLMENT, enrolment_id, sitting.id), person)


def _holders(sitting: Sitting) -> Iterator[Concerned]:
    rows = db.session.execute(
        select(SittingPerson.id, Person, SpeakerInvitation)
        .outerjoin(Person, Person.id == SittingPerson.person_id)
        .outerjoin(SpeakerInvitation, SpeakerInvitation.id == SittingPerson.speaker_id)
        .where(SittingPerson.sitting_id == sitting.id)
        .order_by(SittingPerson.id)
    )
    for holder_id, person, speaker in rows:
        who = Pass(PassKind.HOLDER, holder_id, sitting.id)
        if person is not None and person.state == PersonState.ACTIVE:
            yield _with_account(who, person)
        elif speaker is not None and speaker.state != SpeakerState.REVOKED:
            yield Concerned(
                who,
                speaker.name,
                speaker.email,
                speaker.language,
                speaker.time_zone,
                speaker_id=speaker.id,
            )


def _with_account(who: Pass, person: Person) -> Concerned:
    return Concerned(
        who,
        person.display_name,
        person.email,
        person.preferred_language,
        person.time_zone,
        person=person,
    )


def _guests(sitting: Sitting) -> Iterator[Concerned]:
    rows = db.session.scalars(
        select(Guest)
        .where(Guest.sitting_id == sitting.id, Guest.cancelled_at.is_(None))
        .order_by(Guest.id)
    )
    for guest in rows:
        yield Concerned(
            Pass(PassKind.GUEST, guest.id, sitting.id),
            guest.name,
            guest.email,
            guest.language,
            guest.time_zone,
            guest_id=guest.id,
        )


def reminded_of(sitting: Sitting, kind: ReminderKind) -> set[Mark]:
    """Return who was sent a reminder of the sitting as it is planned now."""
    rows = db.session.execute(
        select(Reminder.person_id, Reminder.speaker_id, Reminder.guest_id, Reminder.zone).where(
            Reminder.sitting_id == sitting.id,
            Reminder.kind == kind,
            Reminder.sequence == sitting.sequence,
        )
    )
    return {_mark(*row) for row in rows}


def reminded_on_other_clocks(person: Person, now: datetime) -> list[tuple[Sitting, ReminderKind]]:
    """Return the sittings to come of which a person was reminded, but never on the clock they have
    now; of each the last reminder they were sent."""
    same = aliased(Reminder)
    on_this_clock = exists().where(
        same.sitting_id == Reminder.sitting_id,
        same.person_id == Reminder.person_id,
        same.sequence == Reminder.sequence,
        same.zone == person.time_zone,
    )
    rows = db.session.execute(
        select(Sitting, Reminder.kind)
        .join(Sitting, Sitting.id == Reminder.sitting_id)
        .where(Reminder.person_id == person.id, Reminder.sequence == Sitting.sequence)
        .where(Sitting.state == SittingState.SCHEDULED, Sitting.starts_at > now)
        .where(~on_this_clock)
        .order_by(Sitting.starts_at, Sitting.id, Reminder.sent_at, Reminder.id)
    )
    return list({sitting.id: (sitting, ReminderKind(kind)) for sitting, kind in rows}.values())
