from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguages, TextInLanguagesType


class Holiday(Base):
    """A day off in a country or region that staff have entered, or one of the library's on which
    people there do work."""

    __tablename__ = "holidays"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        UniqueConstraint("region", "first_on", "last_on", "is_working_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(2))
    first_on: Mapped[date]
    last_on: Mapped[date]
    name: Mapped[TextInLanguages] = mapped_column(TextInLanguagesType)
    is_working_day: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
