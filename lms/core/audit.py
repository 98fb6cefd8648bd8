"""Who changed the state of what, when, from what to what, and why. Rows are only ever added."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime, db


class StatusEvent(Base):
    """One change of state of one row, named by the table's singular and its key.

    `actor_id` is a person's id without a foreign key: core knows no feature, and a person is
    anonymised, never deleted. Empty means the system acted by a rule.
    """

    __tablename__ = "status_events"
    __table_args__ = (Index("ix_status_events_entity_entity_id", "entity", "entity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int]
    old: Mapped[str] = mapped_column(String(40))
    new: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def record_change(
    entity: str,
    entity_id: int,
    *,
    old: str,
    new: str,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Add the change to the history, in the transaction that makes it."""
    db.session.add(
        StatusEvent(
            entity=entity,
            entity_id=entity_id,
            old=old,
            new=new,
            actor_id=actor_id,
            reason=reason,
            at=now,
        )
    )


def history_of(*entities: tuple[str, int]) -> Sequence[StatusEvent]:
    """Return the changes of these (entity, id) pairs, oldest first, in one statement."""
    if not entities:
        return []
    wanted = None
    for entity, entity_id in entities:
        clause = (StatusEvent.entity == entity) & (StatusEvent.entity_id == entity_id)
        wanted = clause if wanted is None else wanted | clause
    assert wanted is not None
    return db.session.scalars(
        select(StatusEvent).where(wanted).order_by(StatusEvent.at, StatusEvent.id)
    ).all()
