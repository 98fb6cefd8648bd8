"""The door to a notice. `reader` is the `current_user`."""

from typing import Any

from lms.core.errors import NotFound
from lms.notifications import queries
from lms.notifications.models import Notice


def get_notice_for_opening(reader: Any, notice_id: int) -> Notice:
    """Return a notice to the person it was written to; NotFound to others, staff too."""
    notice = queries.notice_of(reader.id, notice_id)
    if notice is None:
        raise NotFound
    return notice
