"""Stored files of sessions and materials, which versions of a course share."""

from collections.abc import Iterable

from sqlalchemy import select

from lms.core.db import db
from lms.core.unit_of_work import after_commit
from lms.lessons.models import LessonMedia, MaterialFile
from lms.media.storage import storage


def drop_unused(keys: Iterable[str]) -> None:
    """Delete these files once the transaction has committed, but those some row still uses."""
    keys = set(keys)
    db.session.flush()
    for table in (LessonMedia, MaterialFile):
        keys -= set(
            db.session.scalars(select(table.storage_key).where(table.storage_key.in_(keys)))
        )
    store = storage()
    for key in keys:
        after_commit(lambda key=key: store.delete(key))
