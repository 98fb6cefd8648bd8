"""Reads over people, their sessions and links."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import LoginSession, Person
from lms.core.db import db
from lms.core.secrets import token_hash


def login_session(token: str) -> LoginSession | None:
    """Return the open session of a cookie with its person and roles, in one statement."""
    return (
        db.session.scalars(
            select(LoginSession)
            .join(Person, Person.id == LoginSession.person_id)
            .options(contains_eager(LoginSession.person).joinedload(Person.roles))
            .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None))
        )
        .unique()
        .one_or_none()
    )


def person_by_email(email: str) -> Person | None:
    """Return the person of a normalised address."""
    return db.session.scalar(
        select(Person).options(joinedload(Person.roles)).where(Person.email == email)
    )
