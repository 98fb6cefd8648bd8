"""One transaction at the edge of a request or a job, and what starts only after it.

This is the only place that commits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from lms.core.db import Writing, db, writing

AFTER_COMMIT = "after_commit"

Outcome = TypeVar("Outcome")


class _MustLastError(Exception):
    """What was begun as light turns out to decide something."""


@contextmanager
def unit_of_work(how: Writing = Writing.LASTING) -> Iterator[None]:
    """Commit everything done inside, or nothing; then start what `after_commit` was told.

    The read transaction of the request ends first, so rows loaded by a permission door are
    read again under the write lock: a decision is never taken on what was true before it.
    Nested use is a programming error.
    """
    session = db.session()
    if writing.get() is not None:
        raise RuntimeError("a unit of work is already open")
    session.rollback()
    session.info[AFTER_COMMIT] = []
    token = writing.set(how)
    try:
        # A connection that waits for its first statement would take the lock late.
        session.connection()
        yield
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop(AFTER_COMMIT, None)
        raise
    finally:
        writing.reset(token)
    for start in session.info.pop(AFTER_COMMIT, ()):
        start()


def in_light_unit_of_work(act: Callable[[], Outcome]) -> Outcome:
    """Carry out a small act that comes back soon, as the next beat does, and return its outcome.

    When the power fails its last seconds may be lost, for which nobody waits for the disk. An act
    that calls `must_last` is undone and carried out again in a unit of work that lasts.
    """
    try:
        with unit_of_work(Writing.LIGHT):
            return act()
    except _MustLastError:
        with unit_of_work():
            return act()


def must_last() -> None:
    """Have what is decided now on disk before anybody is told of it."""
    if writing.get() is Writing.LIGHT:
        raise _MustLastError


def after_commit(start: Callable[[], object]) -> None:
    """Call `start` once the open unit of work has committed; never when it has not."""
    db.session().info[AFTER_COMMIT].append(start)
