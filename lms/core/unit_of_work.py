"""One transaction at the edge of a request or a job, and what starts only after it.

This is the only place that commits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lms.core.db import db, writing

AFTER_COMMIT = "after_commit"


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit everything done inside, or nothing; then start what `after_commit` was told.

    The read transaction of the request ends first, so rows loaded by a permission door are
    read again under the write lock: a decision is never taken on what was true before it.
    Nested use is a programming error.
    """
    session = db.session()
    if writing.get():
        raise RuntimeError("a unit of work is already open")
    session.rollback()
    session.info[AFTER_COMMIT] = []
    token = writing.set(True)
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


def after_commit(start: Callable[[], object]) -> None:
    """Call `start` once the open unit of work has committed; never when it has not."""
    db.session().info[AFTER_COMMIT].append(start)
