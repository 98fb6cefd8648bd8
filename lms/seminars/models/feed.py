from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime


class CalendarFeed(Base):
    """An address from which a calendar fetches a person's timetable, of all runs or of one.

    Only the hash of its token is kept; a revoked one is dead at once.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        # One living feed for all runs, and one for each run.
        Index(
            "uq_calendar_feeds_living",
            "person_id",
            "scope",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("course_runs.id"))
    scope: Mapped[str] = mapped_column(String(20))  # "all", or the run's id: NULLs are not unique
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
