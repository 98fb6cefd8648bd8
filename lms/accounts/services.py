"""Writes on people and their sessions."""

from datetime import datetime

from lms.accounts.models import LoginSession, Person
from lms.core.db import db
from lms.core.secrets import new_token, token_hash


def start_session(person: Person, *, user_agent: str, address: str, now: datetime) -> str:
    """Open a login session and return its token, which is stored only as a hash."""
    token = new_token()
    db.session.add(
        LoginSession(
            token_hash=token_hash(token),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            user_agent=user_agent[:200],
            address=address[:64],
        )
    )
    return token


def touch_session(login_session: LoginSession, *, now: datetime) -> None:
    """Note that the session is in use."""
    login_session.last_seen_at = now
