"""Reads over presence: who comes by a link, and what is known of somebody in a sitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from lms.accounts.models import Person, PersonState
from lms.core.db import db, execute
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import SpeakerInvitation, SpeakerState
from lms.seminars.models import (
    Guest,
    Presence,
    PresenceSource,
    Sitting,
    SittingPerson,
    SittingState,
)
from lms.seminars.rules.presence import Pass, PassKind

# --- who comes by a link ---------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """Somebody who comes by a link of their own, by the name and on the clock they go by."""

    name: str
    time_zone: str


_BY_ENROLMENT = (
    select(Person.full_name, Person.time_zone)
    .join(Enrolment, Enrolment.person_id == Person.id)
    .join(Sitting, Sitting.run_id == Enrolment.run_id)
    .where(Enrolment.state.in_(ACTIVE_STATES), Person.state == PersonState.ACTIVE)
    .where(Enrolment.id == bindparam("id"), Sitting.id == bindparam("sitting_id"))
)
_BY_GUEST = select(Guest.name, Guest.time_zone).where(
    Guest.id == bindparam("id"),
    Guest.sitting_id == bindparam("sitting_id"),
    Guest.cancelled_at.is_(None),
)
_BY_HOLDER = (
    select(
        func.coalesce(Person.full_name, SpeakerInvitation.name, SittingPerson.name),
        func.coalesce(Person.time_zone, SpeakerInvitation.time_zone, ""),
    )
    .select_from(SittingPerson)
    .outerjoin(Person, Person.id == SittingPerson.person_id)
    .outerjoin(SpeakerInvitation, SpeakerInvitation.id == SittingPerson.speaker_id)
    .where(SittingPerson.id == bindparam("id"), SittingPerson.sitting_id == bindparam("sitting_id"))
    .where(or_(Person.id.is_(None), Person.state == PersonState.ACTIVE))
    .where(or_(SpeakerInvitation.id.is_(None), SpeakerInvitation.state != SpeakerState.REVOKED))
)
_NAMED = {
    PassKind.ENROLMENT: _BY_ENROLMENT,
    PassKind.GUEST: _BY_GUEST,
    PassKind.HOLDER: _BY_HOLDER,
}


def name_of(who: Pass) -> Named | None:
    """Return who comes by a link; None when they left the run, cancelled or hold it no more.

    A link lets nobody in whose account is closed, nor a speaker whose invitation was taken back.
    """
    row = execute(_NAMED[who.kind], {"id": who.id, "sitting_id": who.sitting_id}).one_or_none()
    return None if row is None else Named(*row)


def enrolment_by_id(enrolment_id: int) -> Enrolment | None:
    """Return the row of an enrolment, for what is noted of it."""
    return db.session.get(Enrolment, enrolment_id)


# --- one person in one sitting ---------------------------------------------------------


@dataclass(frozen=True)
class Sign:
    """A stay, or a moment without an end yet, that counts as evidence."""

    id: int
    source: PresenceSource
    device: str
    joined_at: datetime
    left_at: datetime | None

    @property
    def last_seen_at(self) -> datetime:
        """Return the last moment somebody is known to have been there."""
        return self.left_at or self.joined_at


def column_of(who: Pass) -> ColumnElement[Any]:
    """Return the column by which somebody's presence is theirs; those who hold it have none."""
    return Presence.enrolment_id if who.kind == PassKind.ENROLMENT else Presence.guest_id  # type: ignore[return-value]


_SIGNS = (
    select(Presence.id, Presence.source, Presence.device, Presence.joined_at, Presence.left_at)
    .where(Presence.sitting_id == bindparam("sitting_id"), Presence.withdrawn_at.is_(None))
    .order_by(Presence.joined_at, Presence.id)
)
_SIGNS_OF = {
    kind: _SIGNS.where(column_of(Pass(kind, 0, 0)) == bindparam("id"))
    for kind in (PassKind.ENROLMENT, PassKind.GUEST)
}


def signs_of(who: Pass) -> list[Sign]:
    """Return what is known of somebody's presence in a sitting, by when they came.

    Some may be of a time it had before it was moved: see `rules.presence.since_it_opened`.
    """
    rows = execute(_SIGNS_OF[who.kind], {"id": who.id, "sitting_id": who.sitting_id})
    return [Sign(row[0], PresenceSource(row[1]), *row[2:]) for row in rows]


@dataclass(frozen=True)
class Beaten:
    """What decides about a beat: the sitting's time, and whose beat it is."""

    who: Pass
    state: SittingState
    starts_at: datetime
    ends_at: datetime


_TIMES = (Sitting.state, Sitting.starts_at, Sitting.ends_at)
_OF_PERSON = (
    select(Enrolment.id, *_TIMES)
    .join(Sitting, Sitting.run_id == Enrolment.run_id)
    .where(Enrolment.state.in_(ACTIVE_STATES))
    .where(Enrolment.person_id == bindparam("person_id"), Sitting.id == bindparam("sitting_id"))
)


def beaten_by(person_id: int, sitting_id: int) -> Beaten | None:
    """Return what a beat of a person's page needs; None without a seat in the run."""
    row = execute(_OF_PERSON, {"person_id": person_id, "sitting_id": sitting_id}).one_or_none()
    if row is None:
        return None
    return Beaten(Pass(PassKind.ENROLMENT, row[0], sitting_id), SittingState(row[1]), *row[2:])


_OF_SITTING = select(*_TIMES).where(Sitting.id == bindparam("sitting_id"))


def beaten_with(who: Pass) -> Beaten | None:
    """Return what a beat of a page behind a link needs; None once the link is nobody's."""
    if name_of(who) is None:
        return None
    state, starts_at, ends_at = execute(_OF_SITTING, {"sitting_id": who.sitting_id}).one()
    return Beaten(who, SittingState(state), starts_at, ends_at)


# --- who a room says is in it ----------------------------------------------------------


def known_passes(sitting_id: int, passes: Sequence[Pass]) -> list[Pass]:
    """Return those of some passes that are people of this sitting: seats of its run, its guests."""
    ids = {kind: [one.id for one in passes if one.kind == kind] for kind in PassKind}
    seats = db.session.scalars(
        select(Enrolment.id)
        .join(Sitting, Sitting.run_id == Enrolment.run_id)
        .where(Sitting.id == sitting_id, Enrolment.id.in_(ids[PassKind.ENROLMENT]))
    )
    guests = db.session.scalars(
        select(Guest.id).where(Guest.sitting_id == sitting_id, Guest.id.in_(ids[PassKind.GUEST]))
    )
    return [
        *(Pass(PassKind.ENROLMENT, id_, sitting_id) for id_ in seats),
        *(Pass(PassKind.GUEST, id_, sitting_id) for id_ in guests),
    ]


def newest_on(sitting_id: int, device: str) -> dict[tuple[PassKind, int], Presence]:
    """Return the last stay of each person in a sitting that a room has told of."""
    rows = db.session.scalars(
        select(Presence)
        .where(Presence.sitting_id == sitting_id, Presence.device == device)
        .where(Presence.source == PresenceSource.PLATFORM, Presence.withdrawn_at.is_(None))
        .order_by(Presence.joined_at, Presence.id)
    )
    return {_whose(row): row for row in rows}


def _whose(row: Presence) -> tuple[PassKind, int]:
    if row.enrolment_id is not None:
        return PassKind.ENROLMENT, row.enrolment_id
    assert row.guest_id is not None
    return PassKind.GUEST, row.guest_id
