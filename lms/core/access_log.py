"""Who saw or took whose personal data: when, from where, what, how many, why (PIPA, DOMAIN 2.22).

Rows are only ever added. A reason is asked where data leaves the site.
"""

from datetime import datetime

from sqlalchemy import String, Text, insert
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime, execute

SHORTEST_REASON = 10
LONGEST_REASON = 500


class AccessEntry(Base):
    """One look at, or one export of, the data of one person or of several.

    `actor_id` is a person's id without a foreign key, as in the status history. `subject` says
    whose data it was: "enrolment 12", or a list with its filter, "run 5 city=ulaanbaatar".
    """

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    count: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


def record_access(
    *,
    actor_id: int,
    action: str,
    subject: str,
    count: int,
    now: datetime,
    address: str,
    reason: str = "",
) -> None:
    """Add an entry in the open unit of work; what it speaks of is shown only once it is there."""
    execute(
        insert(AccessEntry),
        {
            "actor_id": actor_id,
            "action": action,
            "subject": subject[:200],
            "count": count,
            "reason": reason,
            "address": address[:64],
            "at": now,
        },
    )
