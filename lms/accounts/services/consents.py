"""Consents: given with the version and language they were read in, withdrawn, never deleted."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from lms.accounts.models import Consent, ConsentItem, Person
from lms.accounts.rules import REQUIRED_CONSENT
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.errors import Conflict


def give_consent(
    person: Person,
    item: ConsentItem,
    *,
    version: str,
    language: str,
    address: str,
    now: datetime,
) -> None:
    """Note a consent with the version and language it was read in; harmless when it is given."""
    open_ones = select(Consent).where(
        Consent.person_id == person.id, Consent.item == item, Consent.withdrawn_at.is_(None)
    )
    if any(consent.version == version for consent in db.session.scalars(open_ones)):
        return
    db.session.add(
        Consent(
            person_id=person.id,
            item=item,
            version=version,
            language=language,
            given_at=now,
            address=address[:64],
        )
    )
    _record_consent(person, item, old="", new="given", now=now)


def withdraw_consent(person: Person, item: ConsentItem, *, now: datetime) -> None:
    """Take a consent back; harmless when there is none. Raises Conflict for the required one."""
    if item == REQUIRED_CONSENT:
        raise Conflict(_("An account cannot be kept without this consent. Ask us to close it."))
    withdrawn = db.session.scalars(
        update(Consent)
        .where(Consent.person_id == person.id, Consent.item == item)
        .where(Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(Consent.id)
    ).all()
    if withdrawn:
        _record_consent(person, item, old="given", new="withdrawn", now=now)


def _record_consent(
    person: Person, item: ConsentItem, *, old: str, new: str, now: datetime
) -> None:
    record_change(f"consent:{item}", person.id, old=old, new=new, actor_id=person.id, now=now)
