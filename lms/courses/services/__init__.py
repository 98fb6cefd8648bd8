"""Writes on the catalogue: its file (`catalogue`), versions of courses, their teaching staff."""

from sqlalchemy import update

from lms.core.db import db
from lms.courses.models import CatalogueVersion


def note_catalogue_change() -> None:
    """Let the catalogue's version grow, so that pages kept for visitors are made anew.

    Call it as the last write of a service: the row stays locked until the transaction ends.
    """
    db.session.flush()
    db.session.execute(
        update(CatalogueVersion).values(number=CatalogueVersion.number + 1),
        execution_options={"synchronize_session": False},
    )
