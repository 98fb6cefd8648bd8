"""Reads over translations of posts: who made them, who may hear of it, what a machine is at."""

from datetime import date, datetime

from sqlalchemy import select

from lms.accounts.models import Person, Role
from lms.accounts.queries import person_with_roles
from lms.accounts.rules import is_staff
from lms.boards.models import BoardMark, Following, Post, PostRevision, ThreadMark
from lms.boards.queries import thread_for
from lms.boards.queries.board_page import display_name
from lms.boards.queries.reach import Reach
from lms.boards.rules.translations import DraftState
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.enrolment.rules import busan_day


def earlier_translators(post_id: int, language: str, *, but: int | None) -> list[str]:
    """Return the names of those whose translation was improved since, in the order they wrote."""
    rows = db.session.execute(
        select(Person.id, display_name())
        .join(PostRevision, PostRevision.by_id == Person.id)
        .where(PostRevision.post_id == post_id, PostRevision.language == language)
        .where(Person.id != (but or 0))
        .order_by(PostRevision.id)
    )
    return list({row[0]: row[1] for row in rows}.values())


def author_to_tell(post: Post, now: datetime) -> Person | None:
    """Return the author of a post; None where they hear nothing of it, or may not read it now."""
    author = person_with_roles(post.author_id)
    found = thread_for(post.thread_id, _reach_of(author, busan_day(now)))
    if found is None or _is_muted(author.id, post.thread_id, found.board.id):
        return None
    return author


def _is_muted(person_id: int, thread_id: int, board_id: int) -> bool:
    marks = (
        db.session.get(ThreadMark, (person_id, thread_id)),
        db.session.get(BoardMark, (person_id, board_id)),
    )
    return any(mark.following == Following.MUTED for mark in marks if mark is not None)


def _reach_of(person: Person, today: date) -> Reach:
    roles = {role.role for role in person.roles}
    return Reach(person.id, today, is_staff(roles), Role.INSTRUCTOR in roles)


# What is written down of drafts: one row for each thing that became of one, with the language as
# its reason.
DRAFT = "post_draft"


def draft_event(post_id: int, language: str) -> tuple[DraftState, datetime] | None:
    """Return what has become of the last wish for a machine's draft, and when."""
    event = db.session.scalar(
        select(StatusEvent)
        .where(
            StatusEvent.entity == DRAFT,
            StatusEvent.entity_id == post_id,
            StatusEvent.reason == language,
        )
        .order_by(StatusEvent.id.desc())
        .limit(1)
    )
    return None if event is None else (DraftState(event.new), event.at)
