"""The order of rows that may not share a place: a unique number within what they belong to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from lms.core.db import db


def number_in_order(table: Any, ids: Sequence[int]) -> None:
    """Give rows the places 1, 2, 3 … in this order, in the open unit of work.

    First out of the way: else a row would take the place of one that has not moved yet.
    """
    db.session.flush()
    for sign in (-1, 1):
        for place, id_ in enumerate(ids, 1):
            db.session.execute(
                update(table).where(table.id == id_).values(position=sign * place),
                execution_options={"synchronize_session": False},
            )
    db.session.expire_all()
