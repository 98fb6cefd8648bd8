from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguages, TextInLanguagesType


class BoardKind(StrEnum):
    """What a board is for, and whose it is (DOMAIN 2.18)."""

    RUN = "run"
    CURRICULUM = "curriculum"
    CITY = "city"
    ALUMNI = "alumni"
    NOTICES = "notices"
    QUESTIONS = "questions"
    GOOD_PRACTICE = "good_practice"
    IDEAS = "ideas"
    MATERIALS = "materials"


class Audience(StrEnum):
    """Who reads a board, or writes on it. Staff always may.

    Members are the people of a run, a curriculum's runs, a city, or those who have completed one.
    """

    EVERYBODY = "everybody"
    SIGNED_IN = "signed_in"
    MEMBERS = "members"
    STAFF = "staff"


class Moderation(StrEnum):
    """Whether posts are seen before a moderator has looked at them, or after."""

    PRE = "pre"
    POST = "post"


class Following(StrEnum):
    """What somebody wants to hear of a board or a thread."""

    NORMAL = "normal"
    FOLLOWED = "followed"
    MUTED = "muted"


class Board(Base):
    """A place for threads. Without a title of its own it is named by its kind and what it is of."""

    __tablename__ = "boards"
    __table_args__ = (
        CheckConstraint("(kind = 'run') = (run_id IS NOT NULL)", name="run_of_run_board"),
        CheckConstraint(
            "(kind = 'curriculum') = (curriculum_id IS NOT NULL)", name="curriculum_of_its_board"
        ),
        CheckConstraint("(kind = 'city') = (city_id IS NOT NULL)", name="city_of_city_board"),
        # Everybody says themselves where they work: nothing confidential may hang on that.
        CheckConstraint("kind <> 'city' OR readable_by <> 'members'", name="city_boards_are_open"),
        CheckConstraint(
            "kind IN ('run', 'curriculum', 'city', 'alumni')"
            " OR (readable_by <> 'members' AND writable_by <> 'members')",
            name="members_where_there_are_some",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BoardKind] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    description: Mapped[TextInLanguages | None] = mapped_column(TextInLanguagesType)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("course_runs.id"), unique=True)
    curriculum_id: Mapped[int | None] = mapped_column(ForeignKey("curricula.id"), unique=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), unique=True)
    readable_by: Mapped[Audience] = mapped_column(String(20))
    writable_by: Mapped[Audience] = mapped_column(String(20))
    moderation: Mapped[Moderation] = mapped_column(String(10), default=Moderation.POST)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BoardMark(Base):
    """What somebody wants to hear of a board; without a row, what concerns them."""

    __tablename__ = "board_marks"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True, index=True)
    following: Mapped[Following] = mapped_column(String(10))
