"""Rows that more than one may edit: a change says on which revision of the row it was made."""

from collections.abc import Mapping
from typing import Any

from lms.core.db import db


def change_row(row: Any, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change a locked row and raise its revision; False when somebody else was quicker.

    `revision` is the one the change was made on. What is as it was changes nothing, whatever the
    revision, so sending the same twice is harmless.
    """
    if all(getattr(row, name) == value for name, value in content.items()):
        return True
    if row.revision != revision:
        return False
    for name, value in content.items():
        setattr(row, name, value)
    row.revision += 1
    db.session.flush()
    return True
