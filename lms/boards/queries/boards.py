"""Reads over boards: one with its names and who somebody is on it, and the list of all."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.boards.models import Audience, Board, BoardKind, BoardsVersion, Moderation
from lms.boards.queries.reach import (
    Reach,
    Sort,
    any_reader,
    is_member,
    is_readable,
    teaches_run_of,
)
from lms.boards.rules.access import Bar, BoardFacts, Standing, bar_to_writing
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseVersion, Curriculum
from lms.enrolment.models import CourseRun, RunState
from lms.organisations.models import City


@dataclass(frozen=True)
class BoardHead:
    """A board as somebody finds it: its names, who reads and writes, and their standing on it."""

    id: int
    kind: BoardKind
    position: int
    title: TextInLanguages | None
    description: TextInLanguages | None
    readable_by: Audience
    writable_by: Audience
    moderation: Moderation
    closed_at: datetime | None
    run_id: int | None
    cohort_no: int | None
    run_state: RunState | None
    run_ends_on: date | None
    course_code: str | None
    course_title: TextInLanguages | None
    curriculum_code: str | None
    curriculum_title: TextInLanguages | None
    city_slug: str | None
    city_name: TextInLanguages | None
    boards_version: int = field(repr=False)  # as it was read: what is kept under it is still so
    standing: Standing
    bar: Bar | None

    @property
    def can_write(self) -> bool:
        """Tell whether this reader may begin threads here and answer."""
        return self.bar is None

    @property
    def moderates(self) -> bool:
        """Tell whether this reader moderates here."""
        return self.standing.moderates

    @property
    def is_read_first(self) -> bool:
        """Tell whether a moderator reads what this reader writes before others see it."""
        return self.moderation == Moderation.PRE and not self.moderates

    @property
    def is_public(self) -> bool:
        """Tell whether everybody reads it, without signing in."""
        return self.readable_by == Audience.EVERYBODY

    @property
    def group(self) -> str:
        """Return what its notices are grouped under: the code of its course, if it is of one."""
        return self.course_code or ""


COLUMNS_OF_HEAD = 22  # of what `board_heads` selects; a statement may add to them


def board_heads(reach: Reach) -> Select[*tuple[Any, ...]]:
    """Return the statement of all boards somebody may read, with names and standing."""
    return (
        select(
            Board.id,
            Board.kind,
            Board.position,
            Board.title,
            Board.description,
            Board.readable_by,
            Board.writable_by,
            Board.moderation,
            Board.closed_at,
            Board.run_id,
            CourseRun.cohort_no,
            CourseRun.state,
            CourseRun.ends_on,
            Course.code,
            CourseVersion.title.label("course_title"),
            Curriculum.code.label("curriculum_code"),
            Curriculum.title.label("curriculum_title"),
            City.slug,
            City.name,
            select(BoardsVersion.number).scalar_subquery().label("boards_version"),
            is_member(reach).label("is_member"),
            teaches_run_of(reach).label("teaches_run"),
        )
        .outerjoin(CourseRun, CourseRun.id == Board.run_id)
        .outerjoin(Course, Course.id == CourseRun.course_id)
        .outerjoin(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
        .outerjoin(Curriculum, Curriculum.id == Board.curriculum_id)
        .outerjoin(City, City.id == Board.city_id)
        .where(is_readable(reach))
    )


def head_of(row: Any, reach: Reach) -> BoardHead:
    """Return the first COLUMNS_OF_HEAD of a row with what follows for this reader."""
    *columns, member, teaches = row[:COLUMNS_OF_HEAD]
    standing = Standing(
        is_signed_in=reach.person_id is not None,
        is_staff=reach.is_staff,
        is_member=bool(member),
        teaches_run=bool(teaches),
    )
    kind, writable_by, closed_at = columns[1], columns[6], columns[8]
    run_state, run_ends_on = columns[11], columns[12]
    facts = BoardFacts(
        BoardKind(kind), Audience(writable_by), closed_at is not None, run_state, run_ends_on
    )
    bar = bar_to_writing(facts, standing, today=reach.today)
    return BoardHead(*[*columns, standing, bar])


def board_head(board_id: int, reach: Reach) -> BoardHead | None:
    """Return a board somebody may read; None for any other."""
    row = execute(_one_head(reach.sort), {**reach.values, "wanted_id": board_id}).one_or_none()
    return None if row is None else head_of(row, reach)


@cache
def _one_head(sort: Sort) -> Select[*tuple[Any, ...]]:
    return board_heads(any_reader(sort)).where(Board.id == bindparam("wanted_id"))


def boards_of(reach: Reach) -> list[BoardHead]:
    """Return the boards somebody may read, those of the site first, in order, in one statement."""
    return [head_of(row, reach) for row in execute(_all_heads(reach.sort), reach.values)]


@cache
def _all_heads(sort: Sort) -> Select[*tuple[Any, ...]]:
    return board_heads(any_reader(sort)).order_by(Board.position, Board.id)


def board_by_id(board_id: int) -> Board | None:
    """Return the row of a board."""
    return db.session.get(Board, board_id)
