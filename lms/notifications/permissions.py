"""Doors to a notice, and to stopping mails by a link. `reader` is the `current_user`."""

from dataclasses import dataclass
from typing import Any

from lms.accounts.models import Person
from lms.core.errors import NotFound
from lms.notifications import queries, stop_token
from lms.notifications.models import Notice, Topic


@dataclass(frozen=True)
class Stopping:
    """Whose mails a link stops: of one topic or, without one, all digests."""

    person: Person
    topic: Topic | None


def get_notice_for_opening(reader: Any, notice_id: int) -> Notice:
    """Return a notice to the person it was written to; NotFound to others, staff too."""
    notice = queries.notice_of(reader.id, notice_id)
    if notice is None:
        raise NotFound
    return notice


def get_mails_for_stopping(token: str) -> Stopping:
    """Return what the link in a mail stops, to whoever holds it; NotFound for any other word."""
    stop = stop_token.read(token)
    person = queries.person_by_id(stop.person_id)
    if person is None:
        raise NotFound
    return Stopping(person, stop.topic)
