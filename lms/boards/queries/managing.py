"""Reads for staff who manage boards: all of them with counts, and what has none yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.boards.models import Board, Post, PostState, Thread
from lms.boards.queries.boards import COLUMNS_OF_HEAD, BoardHead, board_heads, head_of
from lms.boards.queries.reach import Reach
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Curriculum
from lms.enrolment.rules import busan_day
from lms.organisations.models import City


@dataclass(frozen=True)
class ManagedBoard:
    """A board as the staff's list shows it: threads others see, posts that wait."""

    head: BoardHead
    threads: int
    waiting: int
    last_at: datetime | None


def managed_boards(now: datetime) -> list[ManagedBoard]:
    """Return all boards, those of the site first, in one statement."""
    reach = Reach(None, busan_day(now), is_staff=True)
    seen = (Thread.board_id == Board.id, Thread.state == PostState.PUBLISHED)
    threads = select(func.count()).select_from(Thread).where(*seen).correlate(Board)
    last = select(func.max(Thread.last_post_at)).where(*seen).correlate(Board)
    waiting = (
        select(func.count())
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.board_id == Board.id, Post.state == PostState.HELD)
        .correlate(Board)
    )
    rows = db.session.execute(
        board_heads(reach)
        .add_columns(threads.scalar_subquery(), waiting.scalar_subquery(), last.scalar_subquery())
        .order_by(Board.run_id.is_not(None), Board.position, Board.id)
    )
    return [ManagedBoard(head_of(row, reach), *row[COLUMNS_OF_HEAD:]) for row in rows]


Named = list[tuple[int, TextInLanguages]]


def without_board() -> tuple[Named, Named]:
    """Return the curricula and the cities that have no board, with their names."""
    curricula = db.session.execute(
        select(Curriculum.id, Curriculum.title)
        .where(Curriculum.id.not_in(select(Board.curriculum_id).where(Board.curriculum_id > 0)))
        .order_by(Curriculum.position)
    )
    cities = db.session.execute(
        select(City.id, City.name)
        .where(City.id.not_in(select(Board.city_id).where(Board.city_id > 0)))
        .order_by(City.slug)
    )
    return [(id_, name) for id_, name in curricula], [(id_, name) for id_, name in cities]
