"""Reads for moderators: what waits for them, one post with all that was said of it, word list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from lms.accounts.models import Person, PersonState
from lms.boards.models import (
    AppealState,
    BlockedWord,
    Board,
    Post,
    PostAppeal,
    PostReport,
    PostState,
    ReportReason,
    ReportState,
    Thread,
    WordAction,
)
from lms.boards.queries.board_page import display_name
from lms.boards.queries.boards import COLUMNS_OF_HEAD, BoardHead, board_heads, head_of
from lms.boards.queries.reach import Reach, in_charge_of, teaches_run_of
from lms.boards.rules.messages import Place
from lms.boards.rules.moderation import Tab
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.enrolment.models import RunInstructor

ENTITY = "post"


@dataclass(frozen=True)
class CaseLine:
    """A post in one of the moderators' lists; `since` is when it came to stand there."""

    board: BoardHead
    post_id: int
    thread_id: int
    number: int
    state: PostState
    author_name: str
    since: datetime
    open_reports: int

    @property
    def place(self) -> Place:
        """Return where the list goes on after it."""
        return Place(0, self.since, self.post_id)


def cases(reach: Reach, tab: Tab, *, after: Place | None, limit: int) -> list[CaseLine]:
    """Return the posts of one list on the boards somebody moderates, the longest wait first."""
    since, of_tab = _TABS[tab]()
    statement = of_tab(
        board_heads(reach)
        .join(Thread, Thread.board_id == Board.id)
        .join(Post, Post.thread_id == Thread.id)
        .join(Person, Person.id == Post.author_id)
        .add_columns(
            Post.id, Post.thread_id, Post.number, Post.state, display_name(), since, _open_reports()
        )
        .where(true() if reach.is_staff else teaches_run_of(reach))
        .where(Thread.state != PostState.DELETED, Post.state != PostState.DELETED)
    )
    if after is not None:
        statement = statement.where(
            or_(since > after.at, and_(since == after.at, Post.id > after.id))
        )
    rows = db.session.execute(statement.order_by(since, Post.id).limit(limit))
    return [CaseLine(head_of(row, reach), *row[COLUMNS_OF_HEAD:]) for row in rows]


_OfTab = tuple[Any, Any]


def _held() -> _OfTab:
    return Post.created_at, lambda found: found.where(Post.state == PostState.HELD)


def _reported() -> _OfTab:
    reported = (
        select(PostReport.post_id, func.min(PostReport.created_at).label("since"))
        .where(PostReport.state == ReportState.OPEN)
        .group_by(PostReport.post_id)
        .subquery()
    )
    return reported.c.since, lambda found: found.join(reported, reported.c.post_id == Post.id)


def _appealed() -> _OfTab:
    is_open = and_(PostAppeal.post_id == Post.id, PostAppeal.state == AppealState.OPEN)
    return PostAppeal.created_at, lambda found: found.join(PostAppeal, is_open)


def _hidden() -> _OfTab:
    return Post.created_at, lambda found: found.where(Post.state == PostState.HIDDEN)


_TABS = {
    Tab.HELD: _held,
    Tab.REPORTED: _reported,
    Tab.APPEALS: _appealed,
    Tab.HIDDEN: _hidden,
}


def _open_reports() -> Any:
    return (
        select(func.count())
        .select_from(PostReport)
        .where(PostReport.post_id == Post.id, PostReport.state == ReportState.OPEN)
        .correlate(Post)
        .scalar_subquery()
    )


# --- one post --------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportLine:
    """A report as moderators see it."""

    reporter_id: int
    reporter_name: str
    reason: ReportReason
    words: str
    state: ReportState
    created_at: datetime


def reports_of(post_id: int) -> list[ReportLine]:
    """Return what was reported of a post, oldest first."""
    rows = db.session.execute(
        select(
            PostReport.reporter_id,
            display_name(),
            PostReport.reason,
            PostReport.words,
            PostReport.state,
            PostReport.created_at,
        )
        .join(Person, Person.id == PostReport.reporter_id)
        .where(PostReport.post_id == post_id)
        .order_by(PostReport.created_at, PostReport.id)
    )
    return [ReportLine(*row) for row in rows]


@dataclass(frozen=True)
class AppealLine:
    """An appeal with who hid the post and who has decided, if anybody has."""

    id: int
    hiding_id: int
    hidden_by_id: int | None
    words: str
    state: AppealState
    created_at: datetime
    answer: str
    decided_by: str | None
    decided_at: datetime | None


def appeals_of(post_id: int) -> list[AppealLine]:
    """Return what its author has said against the hidings of a post, oldest first."""
    rows = db.session.execute(
        select(
            PostAppeal.id,
            PostAppeal.hiding_id,
            PostAppeal.hidden_by_id,
            PostAppeal.words,
            PostAppeal.state,
            PostAppeal.created_at,
            PostAppeal.answer,
            display_name(),
            PostAppeal.decided_at,
        )
        .outerjoin(Person, Person.id == PostAppeal.decided_by_id)
        .where(PostAppeal.post_id == post_id)
        .order_by(PostAppeal.id)
    )
    return [AppealLine(*row) for row in rows]


@dataclass(frozen=True)
class ChangeLine:
    """A change of state of a post; nobody is the actor where a rule was."""

    id: int
    old: str
    new: str
    reason: str
    at: datetime
    actor_id: int | None
    actor: str


def changes_of(post_id: int) -> list[ChangeLine]:
    """Return how a post came to its state, newest first."""
    return _changes(_of_post(post_id))


def last_change(post_id: int) -> ChangeLine:
    """Return the last change of the state of a post."""
    return _changes(_of_post(post_id), limit=1)[0]


def last_hiding(post_id: int) -> ChangeLine | None:
    """Return when, by whom and why a post was hidden last."""
    found = _changes(_of_post(post_id) & (StatusEvent.new == PostState.HIDDEN), limit=1)
    return found[0] if found else None


def _of_post(post_id: int) -> ColumnElement[bool]:
    return and_(
        StatusEvent.entity == ENTITY,
        StatusEvent.entity_id == post_id,
        StatusEvent.new.in_([str(state) for state in PostState]),
    )


def _changes(wanted: ColumnElement[bool], limit: int | None = None) -> list[ChangeLine]:
    rows = db.session.execute(
        select(
            StatusEvent.id,
            StatusEvent.old,
            StatusEvent.new,
            StatusEvent.reason,
            StatusEvent.at,
            StatusEvent.actor_id,
            func.coalesce(display_name(), ""),
        )
        .outerjoin(Person, Person.id == StatusEvent.actor_id)
        .where(wanted)
        .order_by(StatusEvent.id.desc())
        .limit(limit)
    )
    return [ChangeLine(*row) for row in rows]


def post_by_id(post_id: int) -> Post | None:
    """Return the row of a post."""
    return db.session.get(Post, post_id)


def report_of(post_id: int, reporter_id: int) -> PostReport | None:
    """Return what somebody has reported of a post."""
    return db.session.scalar(
        select(PostReport).where(
            PostReport.post_id == post_id, PostReport.reporter_id == reporter_id
        )
    )


def open_reports_of(post_id: int) -> Sequence[PostReport]:
    """Return the reports of a post nobody has decided on, oldest first."""
    return db.session.scalars(
        select(PostReport)
        .where(PostReport.post_id == post_id, PostReport.state == ReportState.OPEN)
        .order_by(PostReport.id)
    ).all()


def count_reports(post_id: int) -> int:
    """Return how often a post was reported, whatever was decided on it."""
    reports = select(func.count()).select_from(PostReport).where(PostReport.post_id == post_id)
    return db.session.scalar(reports) or 0


def ages_of_reporters(post_id: int, now: datetime) -> list[timedelta]:
    """Return how old the accounts are of those whose reports of a post are open."""
    created = db.session.scalars(
        select(Person.created_at)
        .join(PostReport, PostReport.reporter_id == Person.id)
        .where(PostReport.post_id == post_id, PostReport.state == ReportState.OPEN)
    )
    return [now - at for at in created]


def appeal_against(hiding_id: int) -> PostAppeal | None:
    """Return the appeal against one hiding of a post."""
    return db.session.scalar(select(PostAppeal).where(PostAppeal.hiding_id == hiding_id))


def appeal_by_id(appeal_id: int) -> PostAppeal | None:
    """Return the row of an appeal."""
    return db.session.get(PostAppeal, appeal_id)


def open_appeal_of(post_id: int) -> PostAppeal | None:
    """Return the appeal for a post nobody has decided on."""
    return db.session.scalar(
        select(PostAppeal).where(
            PostAppeal.post_id == post_id, PostAppeal.state == AppealState.OPEN
        )
    )


def name_of(person_id: int | None) -> str:
    """Return the name somebody goes by; "" for nobody."""
    found = select(display_name()).where(Person.id == person_id)
    return db.session.scalar(found) or ""


def moderators_of(board: Board, *, but: int) -> Sequence[Person]:
    """Return who is in charge of a board, but for one: staff, and who teaches its run."""
    taught = select(RunInstructor.person_id).where(RunInstructor.run_id == board.run_id)
    return db.session.scalars(
        select(Person)
        .where(in_charge_of(board, taught), Person.state == PersonState.ACTIVE)
        .where(Person.id != but)
        .order_by(Person.id)
    ).all()


def board_of_post(post: Post) -> Board:
    """Return the board a post stands on."""
    return db.session.scalars(
        select(Board).join(Thread, Thread.board_id == Board.id).where(Thread.id == post.thread_id)
    ).one()


# --- the word list ---------------------------------------------------------------------


@dataclass(frozen=True)
class WordLine:
    """A word of the staff's list, and who has added it."""

    id: int
    word: str
    action: WordAction
    created_at: datetime
    added_by: str


def listed_words() -> list[WordLine]:
    """Return the staff's list of words, in order."""
    rows = db.session.execute(
        select(
            BlockedWord.id,
            BlockedWord.word,
            BlockedWord.action,
            BlockedWord.created_at,
            Person.full_name,
        )
        .join(Person, Person.id == BlockedWord.created_by_id)
        .order_by(BlockedWord.word, BlockedWord.id)
    )
    return [WordLine(*row) for row in rows]


def blocked_words() -> Sequence[BlockedWord]:
    """Return the rows of the staff's list of words."""
    return db.session.scalars(select(BlockedWord).order_by(BlockedWord.id)).all()


def word_by_id(word_id: int) -> BlockedWord | None:
    """Return the row of a word."""
    return db.session.get(BlockedWord, word_id)
