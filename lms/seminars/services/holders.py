"""Who holds a sitting: named, confirmed, taken off again."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Invalid
from lms.seminars.models import InterpretingMode, Sitting, SittingPerson, SittingRole


def add_holder(
    sitting: Sitting,
    role: SittingRole,
    *,
    actor: Person,
    now: datetime,
    person_id: int | None = None,
    speaker_id: int | None = None,
    name: str = "",
    language: str = "",
    mode: InterpretingMode | None = None,
    channel: str = "",
) -> SittingPerson:
    """Name somebody who holds the sitting: a person, an invited speaker, or a name.

    Raises Invalid when nobody is named, when an interpreter has no language, and when the same
    person already has this role.
    """
    lock(sitting)
    if person_id is None and speaker_id is None and not name:
        raise Invalid("name", _("Choose a person or give a name."))
    if role == SittingRole.INTERPRETER and not (language and mode):
        raise Invalid("language", _("Say into which language, and how."))
    same = select(SittingPerson.id).where(
        SittingPerson.sitting_id == sitting.id,
        SittingPerson.role == role,
        SittingPerson.person_id.is_not_distinct_from(person_id),
        SittingPerson.speaker_id.is_not_distinct_from(speaker_id),
        SittingPerson.name == name,
        SittingPerson.language == language,
    )
    if db.session.scalar(same) is not None:
        raise Invalid("person", _("They are named already."))
    holder = SittingPerson(
        sitting_id=sitting.id,
        role=role,
        person_id=person_id,
        speaker_id=speaker_id,
        name=name,
        language=language,
        mode=mode,
        channel=channel,
    )
    db.session.add(holder)
    db.session.flush()
    _record_holder(holder, "", "named", actor, now)
    return holder


def remove_holder(holder: SittingPerson, *, actor: Person, now: datetime) -> None:
    """Take somebody from those who hold a sitting."""
    _record_holder(holder, "named", "removed", actor, now)
    db.session.delete(holder)
    db.session.flush()


def confirm_holder(holder: SittingPerson, *, actor: Person, now: datetime) -> None:
    """Note that they have confirmed place and time; twice is harmless."""
    lock(holder)
    if holder.confirmed_at is None:
        holder.confirmed_at = now
        _record_holder(holder, "named", "confirmed", actor, now)


def _record_holder(holder: SittingPerson, old: str, new: str, actor: Person, now: datetime) -> None:
    who = holder.name or f"person {holder.person_id or 0} speaker {holder.speaker_id or 0}"
    record_change(
        "sitting_holders",
        holder.sitting_id,
        old=old,
        new=new,
        actor_id=actor.id,
        reason=f"{holder.role}: {who}",
        now=now,
    )
