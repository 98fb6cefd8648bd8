"""Reads over people, their sessions, links and consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, literal, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import (
    Consent,
    ConsentItem,
    LoginSession,
    MailLink,
    Person,
    PersonRole,
    PersonState,
    Role,
)
from lms.accounts.rules import device_name
from lms.core.audit import StatusEvent
from lms.core.db import db, execute
from lms.core.secrets import token_hash


@dataclass(frozen=True)
class OpenSession:
    """A signed-in browser as its owner sees it in the list."""

    id: int
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demonstration, for its sign-in page."""

    email: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SignedIn:
    """An open session with what every page needs of its person."""

    roles: frozenset[str]
    session_id: int
    created_at: datetime
    last_seen_at: datetime
    person_id: int
    state: PersonState
    email: str
    full_name: str
    name_in_own_script: str
    preferred_language: str
    time_zone: str
    email_confirmed_at: datetime | None
    unread: int


_unread: list[ColumnElement[int]] = [literal(0)]


def count_unread(count: ScalarSelect[int]) -> None:
    """Have every reader know how much waits unread for them: a count of a floor above.

    It refers to the `Person` of the statement that finds out who asks, and so costs no other.
    """
    _unread[:] = [count]
    _signed_in.cache_clear()


# Every request of a reader begins with it: put together once, and columns instead of rows, whose
# making would cost more than all else that is done to find out who asks.
@cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    return (
        select(
            LoginSession.id,
            LoginSession.created_at,
            LoginSession.last_seen_at,
            Person.id,
            Person.state,
            Person.email,
            Person.full_name,
            Person.name_in_own_script,
            Person.preferred_language,
            Person.time_zone,
            Person.email_confirmed_at,
            *_unread,
            PersonRole.role,
        )
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(PersonRole, PersonRole.person_id == Person.id)
        .where(LoginSession.token_hash == bindparam("token_hash"), LoginSession.ended_at.is_(None))
    )


def signed_in(token: str) -> SignedIn | None:
    """Return the open session of a cookie with its person and roles, in one statement."""
    rows = execute(_signed_in(), {"token_hash": token_hash(token)}).all()
    if not rows:
        return None
    roles = frozenset(str(row.role) for row in rows if row.role)
    return SignedIn(roles, *rows[0][:-1])


def person_with_roles(person_id: int) -> Person:
    """Return a person and their roles."""
    return (
        db.session.scalars(
            select(Person).options(joinedload(Person.roles)).where(Person.id == person_id)
        )
        .unique()
        .one()
    )


def person_by_email(email: str) -> Person | None:
    """Return the person of a normalised address."""
    return (
        db.session.scalars(
            select(Person).options(joinedload(Person.roles)).where(Person.email == email)
        )
        .unique()
        .one_or_none()
    )


def mail_link(token: str) -> tuple[MailLink, Person] | None:
    """Return a link, dead or alive, with its person and their roles."""
    row = (
        db.session.execute(
            select(MailLink, Person)
            .join(Person, Person.id == MailLink.person_id)
            .options(joinedload(Person.roles))
            .where(MailLink.token_hash == token_hash(token))
        )
        .unique()
        .one_or_none()
    )
    return (row[0], row[1]) if row else None


def session_of(person_id: int, session_id: int) -> LoginSession | None:
    """Return one login session of one person."""
    return db.session.scalar(
        select(LoginSession).where(
            LoginSession.id == session_id, LoginSession.person_id == person_id
        )
    )


def open_sessions(
    person_id: int, *, life: tuple[timedelta, timedelta], now: datetime
) -> list[OpenSession]:
    """Return the sessions that still count, the one used last first."""
    idle, absolute = life
    rows = db.session.execute(
        select(
            LoginSession.id,
            LoginSession.user_agent,
            LoginSession.address,
            LoginSession.created_at,
            LoginSession.last_seen_at,
        )
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .where(LoginSession.last_seen_at > now - idle, LoginSession.created_at > now - absolute)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return [
        OpenSession(id_, device_name(user_agent), address, created_at, last_seen_at)
        for id_, user_agent, address, created_at, last_seen_at in rows
    ]


def consents_of(person_id: int) -> dict[ConsentItem, Consent]:
    """Return the latest consent of each item, withdrawn ones too."""
    rows = db.session.scalars(
        select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at, Consent.id)
    )
    return {ConsentItem(row.item): row for row in rows}


def demo_accounts() -> list[DemoAccount]:
    """Return the demonstration accounts that one can sign in with, in the order they were made."""
    people = (
        db.session.scalars(
            select(Person)
            .options(joinedload(Person.roles))
            .where(Person.is_demo, Person.state == PersonState.ACTIVE, Person.password_hash != "")
            .order_by(Person.id)
        )
        .unique()
        .all()
    )
    return [
        DemoAccount(p.email, p.full_name, tuple(sorted(str(role.role) for role in p.roles)))
        for p in people
    ]


def people_who_teach() -> Sequence[Person]:
    """Return the people who hold the role of instructor, by name."""
    return db.session.scalars(
        select(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.INSTRUCTOR, Person.state == PersonState.ACTIVE)
        .order_by(Person.full_name, Person.id)
    ).all()


@dataclass(frozen=True)
class Change:
    """A change of state with the name of who made it; nobody's when a rule did."""

    old: str
    new: str
    reason: str
    at: datetime
    actor: str


def changes_of(entity: str, entity_id: int) -> list[Change]:
    """Return how a row came to its state, newest first, in one statement."""
    rows = db.session.execute(
        select(
            StatusEvent.old, StatusEvent.new, StatusEvent.reason, StatusEvent.at, Person.full_name
        )
        .outerjoin(Person, Person.id == StatusEvent.actor_id)
        .where(StatusEvent.entity == entity, StatusEvent.entity_id == entity_id)
        .order_by(StatusEvent.at.desc(), StatusEvent.id.desc())
    )
    return [Change(old, new, reason, at, actor or "") for old, new, reason, at, actor in rows]
