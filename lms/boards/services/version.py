"""The version of what visitors see of boards grows with every write to a table their pages read.

No service has to remember it: whatever writes, pages kept for visitors never show what has been
hidden, taken back or changed since (docs/decisions/0014).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, UpdateBase, event, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person, PersonRole
from lms.boards.models import (
    Board,
    BoardsVersion,
    Expertise,
    Post,
    PostFile,
    PostText,
    Thread,
    ThreadTag,
)
from lms.boards.services.posting import ENTITY
from lms.core.audit import StatusEvent
from lms.core.db import Base, db
from lms.courses.models import Course, CourseVersion, Curriculum
from lms.enrolment.models import CourseRun
from lms.organisations.models import Affiliation, City

_READ: tuple[type[Base], ...] = (
    *(Board, Thread, ThreadTag, Post, PostText, PostFile, Expertise),
    *(Person, PersonRole, Affiliation, City, CourseRun, Course, CourseVersion, Curriculum),
)
READ_BY_VISITORS = frozenset(each.__tablename__ for each in _READ)
# Why a post is hidden is told from its last event; those of everything else change nothing here.
_EVENTS = StatusEvent.__tablename__

_IS_CHANGED = "is what visitors see of boards changed"
_GROW = update(BoardsVersion).values(number=BoardsVersion.number + 1)


def watch() -> None:
    """Have the version grow from now on; asked again, it is harmless."""
    event.listen(Engine, "after_execute", _note_write)
    event.listen(db.session, "before_commit", _grow)
    event.listen(Engine, "rollback", _forget)


def _note_write(connection: Any, statement: Any, rows: Any, row: Any, *_more: Any) -> None:
    if not isinstance(statement, UpdateBase):
        return
    name = getattr(statement.table, "name", "")
    if name in READ_BY_VISITORS or (name == _EVENTS and _of_posts([*rows, row])):
        connection.info[_IS_CHANGED] = True


def _of_posts(rows: Iterable[Mapping[str, Any]]) -> bool:
    return any(row.get("entity") == ENTITY for row in rows)


def _forget(connection: Any) -> None:
    connection.info.pop(_IS_CHANGED, None)


def _grow(session: Session) -> None:
    """Let the number grow, as the last write: its row is locked until the transaction ends."""
    if session.in_nested_transaction():  # the end of a savepoint: more is to come
        return
    session.flush()
    connection = session.connection()
    if connection.info.pop(_IS_CHANGED, False):
        connection.execute(_GROW)
