"""Login sessions: opened at sign-in, seen, ended."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update

from lms.accounts.models import LoginSession, Person, PersonState
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.errors import Conflict
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


def check_may_enter(person: Person, *, proved_hash: str) -> None:
    """Check that somebody who gave the password of `proved_hash` may have a session.

    Raises Conflict for a closed account, and when the password changed since it was checked.
    """
    if person.state == PersonState.DISABLED:
        raise Conflict(_("This account is closed. Write to the course office."))
    if person.state != PersonState.ACTIVE or person.password_hash != proved_hash:
        raise Conflict(_("Your account has just changed. Sign in again."))


def touch_session(session_id: int, *, now: datetime) -> None:
    """Note that the session is in use."""
    db.session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    )


def end_session(login_session: LoginSession, *, actor_id: int, now: datetime) -> None:
    """End one session; ending it twice is harmless."""
    if login_session.ended_at is None:
        _record_end(login_session.id, actor_id=actor_id, reason="", now=now)
        login_session.ended_at = now


def end_sessions(
    person: Person,
    *,
    actor_id: int | None,
    reason: str = "",
    keep: int | None = None,
    now: datetime,
) -> int:
    """End the person's sessions, except `keep`; return how many were open."""
    ended = db.session.scalars(
        update(LoginSession)
        .where(LoginSession.person_id == person.id, LoginSession.ended_at.is_(None))
        .where(LoginSession.id != (keep or 0))
        .values(ended_at=now)
        .returning(LoginSession.id)
    ).all()
    for session_id in ended:
        _record_end(session_id, actor_id=actor_id, reason=reason, now=now)
    return len(ended)


def _record_end(session_id: int, *, actor_id: int | None, reason: str, now: datetime) -> None:
    record_change(
        "login_session",
        session_id,
        old="open",
        new="ended",
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
