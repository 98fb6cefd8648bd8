"""Reads over the inbox."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, func, select

from lms.accounts.models import Person
from lms.core.db import db
from lms.notifications.models import Notice


def unread_of_person() -> ScalarSelect[int]:
    """Return how many notices a person of the enclosing statement has not read."""
    return (
        select(func.count())
        .select_from(Notice)
        .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def notices_of(person_id: int, *, before: int, limit: int) -> Sequence[Notice]:
    """Return a person's notices with an id below `before`, the newest first."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.id < before)
        .order_by(Notice.id.desc())
        .limit(limit)
    ).all()


def notice_of(person_id: int, notice_id: int) -> Notice | None:
    """Return one notice of one person."""
    return db.session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
    )


def was_told(person_id: int, key: str) -> bool:
    """Tell whether the person has a notice of this key."""
    found = select(Notice.id).where(Notice.person_id == person_id, Notice.key == key)
    return db.session.scalar(found) is not None
