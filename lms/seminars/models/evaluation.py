from datetime import date

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Evaluation(Base):
    """What somebody thought of a sitting, 1 to 5, kept apart from who said it (DOMAIN 2.16).

    It has a day, not a moment: with six people in a run, moments would name them.
    """

    __tablename__ = "evaluations"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    language: Mapped[str] = mapped_column(String(20))
    content: Mapped[int]
    instructor: Mapped[int]
    interpretation: Mapped[int | None]
    materials: Mapped[int]
    time_slot: Mapped[int]
    connection: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date]


class EvaluationTurn(Base):
    """That somebody has evaluated a sitting: nobody does so twice."""

    __tablename__ = "evaluation_turns"
    __table_args__ = (UniqueConstraint("sitting_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
