"""A person's own details and site-wide roles."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts import queries
from lms.accounts.events import PersonZoneChanged
from lms.accounts.models import LinkKind, Person, PersonRole, PersonState, Role
from lms.accounts.services.links import make_link
from lms.accounts.services.sessions import end_sessions
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.events import publish

OWN_DETAILS = {
    "full_name",
    "name_in_own_script",
    "preferred_language",
    "time_zone",
    "birth_year",
}


def change_person(
    person: Person, *, actor_id: int, now: datetime, **entered: str | int | None
) -> None:
    """Write some of the person's own details (OWN_DETAILS); the others stay as they are.

    The history says which changed, not what they were: an old name must not outlive its use.
    """
    unknown = entered.keys() - OWN_DETAILS
    if unknown:
        raise TypeError(f"not a person's own to change: {', '.join(unknown)}")
    changed = [name for name, value in entered.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, entered[name])
    if changed:
        record_change(
            "profile",
            person.id,
            old="",
            new="changed",
            actor_id=actor_id,
            reason=", ".join(changed),
            now=now,
        )
    if "time_zone" in changed:
        publish(PersonZoneChanged(person.id))


def grant_role(person: Person, role: Role, *, actor_id: int | None, now: datetime) -> None:
    """Give a site-wide role; who had none signs in anew with it. Harmless when it is held."""
    if db.session.get(PersonRole, (person.id, role)) is not None:
        return
    db.session.add(PersonRole(person_id=person.id, role=role, granted_at=now))
    _role_changed(person, role, old="", new="granted", actor_id=actor_id, now=now)


def revoke_role(person: Person, role: Role, *, actor_id: int | None, now: datetime) -> None:
    """Take a role away at once. Raises Conflict for the last admin: nobody could undo it."""
    held = db.session.get(PersonRole, (person.id, role))
    if held is None:
        return
    admins = select(PersonRole).where(PersonRole.role == Role.ADMIN).with_for_update()
    if role == Role.ADMIN and len(db.session.scalars(admins).all()) < 2:
        raise Conflict(_("This is the only administrator."))
    db.session.delete(held)
    _role_changed(person, role, old="granted", new="revoked", actor_id=actor_id, now=now)


def _role_changed(
    person: Person, role: Role, *, old: str, new: str, actor_id: int | None, now: datetime
) -> None:
    record_change(f"role:{role}", person.id, old=old, new=new, actor_id=actor_id, now=now)
    end_sessions(person, actor_id=actor_id, reason="role changed", now=now)


def invite_admin(email: str, *, language: str, now: datetime) -> str:
    """Make the person of an address an administrator and return a token to set the password by."""
    person = queries.person_by_email(email)
    if person is None:
        person = Person(
            email=email,
            state=PersonState.INVITED,
            full_name="",
            preferred_language=language,
            created_at=now,
        )
        db.session.add(person)
        db.session.flush()
        record_change("person", person.id, old="", new=person.state, actor_id=None, now=now)
    grant_role(person, Role.ADMIN, actor_id=None, now=now)
    return make_link(person, LinkKind.INVITE_ADMIN, now=now)
