"""Threads that speak of the same: shown to whoever asks a question, before they have asked it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select, union_all

from lms.boards.models import Post, PostState, PostText, TextOrigin, Thread, ThreadKind
from lms.boards.queries.matching import matching
from lms.boards.queries.reach import Reach, is_listed, readable_boards
from lms.boards.rules.search import Query, Term
from lms.core.db import db

MOST = 5
NEWEST = 200  # threads looked at for each token

# A token is worth this, divided by the number of threads that have it; in whole numbers, which
# every database divides alike.
WORTH = 1200
ENOUGH = 60
ANSWERED = 2
ON_THIS_BOARD = 2


@dataclass(frozen=True)
class RelatedThread:
    """A thread somebody may want to read first; its titles by language, the original first."""

    thread_id: int
    kind: ThreadKind
    answers: int
    is_solved: bool
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """Tell whether somebody has answered."""
        return self.is_solved or self.answers > 0


def related_threads(
    tokens: Sequence[str], board_id: int | None, reach: Reach, now: datetime
) -> list[RelatedThread]:
    """Return the threads whose titles share most of the rarer tokens, answered ones first.

    Those on the board count more. One statement, for each token over the newest threads alone.
    """
    if not tokens:
        return []
    best = _best(tokens, board_id, reach, now).subquery()
    rows = db.session.execute(
        select(
            Thread.id,
            Thread.kind,
            Thread.answers,
            Thread.accepted_number.is_not(None),
            PostText.language,
            PostText.title,
        )
        .join(best, best.c.thread_id == Thread.id)
        .join(Post, Post.thread_id == Thread.id)
        .join(PostText, PostText.post_id == Post.id)
        .where(Post.number == 1, PostText.origin != TextOrigin.MACHINE)
        .order_by(best.c.weight.desc(), Thread.id.desc(), PostText.is_original.desc(), PostText.id)
    )
    found: dict[int, RelatedThread] = {}
    for thread_id, kind, answers, is_solved, language, title in rows:
        thread = RelatedThread(thread_id, kind, answers, bool(is_solved))
        found.setdefault(thread_id, thread).titles[language] = title
    return sorted(found.values(), key=lambda each: not each.is_answered)


def _best(
    tokens: Sequence[str], board_id: int | None, reach: Reach, now: datetime
) -> Select[*tuple[Any, ...]]:
    shared = _shared(tokens, reach, now).subquery()
    is_answered = or_(Thread.accepted_number.is_not(None), Thread.answers > 0)
    weight = (
        func.sum(shared.c.worth)
        * case((is_answered, ANSWERED), else_=1)
        * case((Thread.board_id == board_id, ON_THIS_BOARD), else_=1)
    ).label("weight")
    # One word that two titles share says little: a quarter of them, and two where there are two.
    enough = max(min(2, len(tokens)), -(-len(tokens) // 4))
    return (
        select(Thread.id.label("thread_id"), weight)
        .join(shared, shared.c.thread_id == Thread.id)
        .group_by(Thread.id)
        .having(func.count() >= enough, func.sum(shared.c.worth) >= ENOUGH)
        .order_by(weight.desc(), Thread.id.desc())
        .limit(MOST)
    )


def _shared(tokens: Sequence[str], reach: Reach, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return which thread has which token, and what that is worth among those of the reader."""
    newest = union_all(*(_with_token(*each) for each in enumerate(tokens))).subquery()
    count = func.count().over(partition_by=newest.c.token)
    return (
        select(Thread.id.label("thread_id"), (literal(WORTH) // count).label("worth"))
        .join(Post, Post.thread_id == Thread.id)
        .join(newest, newest.c.post_id == Post.id)
        .where(
            Post.state == PostState.PUBLISHED,
            is_listed(reach, now),
            Thread.board_id.in_(readable_boards(reach)),
        )
    )


def _with_token(number: int, token: str) -> Select[*tuple[Any, ...]]:
    # Whose threads these are is asked of all at once: a token so common that others' threads
    # crowd out the reader's is worth next to nothing.
    match = matching(Query(wanted=(Term(token),)), in_title=True)
    newest = (
        select(match.post_id.label("post_id"))
        .select_from(match.source)
        .where(match.condition)
        .order_by(match.post_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    return select(newest.c.post_id, literal(number).label("token"))
