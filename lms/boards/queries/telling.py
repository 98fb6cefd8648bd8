"""Reads for telling people of a post: what it says, and who may hear of it at this moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person, PersonState
from lms.boards.models import (
    Board,
    BoardMark,
    Following,
    Post,
    PostState,
    PostText,
    Thread,
    ThreadKind,
    ThreadMark,
)
from lms.boards.queries.board_page import display_name
from lms.boards.queries.boards import BoardHead, board_head
from lms.boards.queries.reach import (
    Reach,
    each_may_read,
    for_each_person,
    is_meant_for,
    is_member,
    is_readable,
)
from lms.boards.rules.access import is_of_site
from lms.boards.rules.telling import Hearer, tells_its_people
from lms.core.db import db
from lms.enrolment.rules import busan_day


@dataclass(frozen=True)
class ToldPost:
    """A post people are told of, with where it stands and what its author wrote."""

    post: Post
    thread: Thread
    board: BoardHead
    author_name: str
    text: PostText
    answered_author_id: int | None

    @property
    def is_new_notice(self) -> bool:
        """Tell whether it is a notice that is told to all it is for."""
        is_notice = self.thread.kind == ThreadKind.NOTICE and self.post.number == 1
        return is_notice and tells_its_people(self.board.kind)


def post_to_tell(post_id: int, now: datetime) -> ToldPost | None:
    """Return a post others see; None for one that waits, was hidden or deleted, or has expired."""
    answered = aliased(Post)
    row = db.session.execute(
        select(Post, Thread, display_name(), PostText, answered.author_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Person, Person.id == Post.author_id)
        .join(PostText, and_(PostText.post_id == Post.id, PostText.is_original))
        .outerjoin(
            answered, and_(answered.thread_id == Post.thread_id, answered.number == Post.reply_to)
        )
        .where(Post.id == post_id, Post.state == PostState.PUBLISHED)
        .where(Thread.state == PostState.PUBLISHED)
        .where(or_(Thread.expires_at.is_(None), Thread.expires_at > now))
    ).one_or_none()
    if row is None:
        return None
    post, thread, name, text, answered_id = row
    head = board_head(thread.board_id, Reach(None, busan_day(now), is_staff=True))
    assert head is not None
    return ToldPost(post, thread, head, name, text, answered_id)


def posts_out_of_reach(person_id: int, post_ids: Collection[int], today: date) -> set[int]:
    """Return those of some posts of which somebody is not to hear any more, in one statement.

    They may not read them now, or others than its author and moderators do not see them.
    """
    own = Person.id == Post.author_id
    is_seen = and_(Post.state == PostState.PUBLISHED, Thread.state == PostState.PUBLISHED)
    told = db.session.scalars(
        select(Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(Person, Person.id == person_id)
        .where(Post.id.in_(post_ids), each_may_read(today), or_(is_seen, own))
    )
    return {*post_ids} - {*told}


def hearers(
    told: ToldPost, mentioned: Collection[int], today: date, *, after: int, limit: int
) -> list[tuple[Person, Hearer]]:
    """Return those a post may concern, in the order of their ids from the one after `after` on.

    Without its author, without those who want to hear nothing of the thread or its board, and
    without those who may not read it now. In one statement, however many they are.
    """
    mark, board_mark = aliased(ThreadMark), aliased(BoardMark)
    addressed = _addressed(told, today)
    rows = db.session.execute(
        select(Person, mark.following, board_mark.following, addressed)
        .select_from(Person)
        .join(Thread, Thread.id == told.thread.id)
        .join(Board, Board.id == Thread.board_id)
        .outerjoin(mark, and_(mark.thread_id == Thread.id, mark.person_id == Person.id))
        .outerjoin(
            board_mark, and_(board_mark.board_id == Board.id, board_mark.person_id == Person.id)
        )
        .where(Person.id > after, Person.state == PersonState.ACTIVE)
        .where(Person.id != told.post.author_id)
        .where(_is_not_muted(mark.following), _is_not_muted(board_mark.following))
        .where(or_(addressed, *_concerned(told, mentioned)), each_may_read(today))
        .order_by(Person.id)
        .limit(limit)
    )
    return [
        (
            person,
            Hearer(
                person.id,
                follows_thread=of_thread == Following.FOLLOWED,
                follows_board=of_board == Following.FOLLOWED,
                is_addressed=bool(is_addressed),
            ),
        )
        for person, of_thread, of_board, is_addressed in rows
    ]


def _is_not_muted(following: Any) -> ColumnElement[bool]:
    return func.coalesce(following, Following.NORMAL) != Following.MUTED


def _concerned(told: ToldPost, mentioned: Collection[int]) -> list[ColumnElement[bool]]:
    """Return the ways in which a post can concern a `Person`, each found by an index."""
    named = {*mentioned}
    if told.post.number == 1:
        following = select(BoardMark.person_id).where(
            BoardMark.board_id == told.board.id, BoardMark.following == Following.FOLLOWED
        )
    else:
        named |= {told.thread.author_id, told.answered_author_id or told.thread.author_id}
        following = select(ThreadMark.person_id).where(
            ThreadMark.thread_id == told.thread.id, ThreadMark.following == Following.FOLLOWED
        )
    return [Person.id.in_(named), Person.id.in_(following)]


def _addressed(told: ToldPost, today: date) -> ColumnElement[bool]:
    """Return whether a new notice is for a `Person`: by the board, and by its audience."""
    if not told.is_new_notice:
        return false()
    is_of_some = not is_of_site(told.board.kind)

    def is_addressed(reach: Reach) -> ColumnElement[bool]:
        belongs = [is_member(reach)] if is_of_some else []
        return and_(is_readable(reach), is_meant_for(reach), *belongs)

    return for_each_person(today, is_addressed)
