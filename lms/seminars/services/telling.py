"""Telling those concerned what has become of a sitting: in their inbox and by mail.

Each hears it in their language and on their clock, with a file for their calendar. What is told is
what they do not know yet, whatever happened in between: who was told of one o'clock hears of
three, not of the two in the middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.core.db import db, lock
from lms.notifications.models import Link
from lms.notifications.rules import Attachment, plain
from lms.notifications.services import notify, send_mail
from lms.seminars import join_token
from lms.seminars.calendar import MIMETYPE, Addressee, event_file
from lms.seminars.models import Sitting, SittingState
from lms.seminars.queries import SittingRow, sitting_row
from lms.seminars.queries.concerned import Concerned, concerned_with
from lms.seminars.queries.entries import span_of
from lms.seminars.rules.presence import has_room
from lms.seminars.rules.sittings import Change
from lms.seminars.rules.telling import news_of

FILE_NAME = "session.ics"


@dataclass(frozen=True)
class _News:
    change: Change
    row: SittingRow
    context: Mapping[str, Any]
    key: str
    files: dict[Addressee, Attachment] = field(default_factory=dict)

    def file_for(self, to: Addressee, now: datetime) -> Attachment:
        """Return the file for a calendar; those with one language and clock share one."""
        if to not in self.files:
            text = event_file(self.row, to=to, now=now)
            self.files[to] = {"name": FILE_NAME, "mimetype": MIMETYPE, "text": text}
        return self.files[to]


def tell_news(sitting: Sitting, *, now: datetime) -> None:
    """Tell everybody concerned what they do not know yet of a sitting; each change once."""
    lock(sitting)
    change, row = news_of(sitting), sitting_row(sitting.id)
    assert row is not None
    if change is not None:
        key = f"seminars.told:{sitting.id}:{sitting.sequence}"
        news = _News(change, row, _context(sitting, row, change), key)
        for one in concerned_with(sitting):
            _tell(one, news, now)
    sitting.told_sequence, sitting.told_state = sitting.sequence, sitting.state
    sitting.told_starts_at, sitting.told_ends_at = span_of(row)
    db.session.flush()


def about(row: SittingRow) -> dict[str, Any]:
    """Return what every message says of a sitting; nothing that lets anybody in."""
    return {
        "sitting_id": row.id,
        "title": row.title,
        "course_title": row.course_title,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "venue": row.venue,
        "is_online": has_room(row.room_kind),
    }


def receiver(one: Concerned) -> dict[str, Any]:
    """Return what a mail that is no notice too says of its receiver.

    Who has no account is given a link of their own alone: the page may be closed to them.
    """
    return {
        "full_name": one.name,
        "zone": one.time_zone,
        "by_link_only": one.person is None,
        "is_guest": one.guest_id is not None,
    }


def token_for(one: Concerned, row: SittingRow) -> str:
    """Return the token of somebody's link into the room; "" when there is nothing to enter."""
    may_come = row.state == SittingState.SCHEDULED and has_room(row.room_kind)
    return join_token.make(one.who) if may_come else ""


def page_of(row: SittingRow) -> Link:
    """Return where a message leads on the site."""
    return Link("seminars.show_sitting", {"sitting_id": row.id})


def _context(sitting: Sitting, row: SittingRow, change: Change) -> dict[str, Any]:
    """Return what a message says; of what takes place no more, the times people were told."""
    now_at = span_of(row)
    known = (sitting.told_starts_at or now_at[0], sitting.told_ends_at or now_at[1])
    is_off = change in {Change.POSTPONED, Change.CANCELLED}
    starts_at, ends_at = known if is_off else now_at
    has_old = change == Change.MOVED and known != now_at
    tells_reason = is_off or change == Change.MOVED
    return {
        **about(row),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "old_starts_at": known[0] if has_old else None,
        "old_ends_at": known[1] if has_old else None,
        "reason": row.change_reason if tells_reason else "",
    }


def _tell(one: Concerned, news: _News, now: datetime) -> None:
    """Tell somebody by their account, or else by mail alone."""
    files = [news.file_for(Addressee(one.language, one.time_zone), now)]
    if one.person is not None:
        _notify(
            one.person,
            news.change,
            context=news.context,
            link=page_of(news.row),
            group=news.row.course_code,
            key=news.key,
            attachments=files,
            now=now,
        )
        return
    own = {**receiver(one), "token": token_for(one, news.row)}
    _mail(
        news.change,
        to=one.email,
        language=one.language,
        context=own | plain(news.context),
        attachments=files,
    )


def _notify(person: Person, change: Change, **message: Any) -> None:
    match change:
        case Change.SCHEDULED:
            notify(person, "seminars.session_scheduled", **message)
        case Change.MOVED:
            notify(person, "seminars.session_moved", **message)
        case Change.POSTPONED:
            notify(person, "seminars.session_postponed", **message)
        case Change.CANCELLED:
            notify(person, "seminars.session_cancelled", **message)
        case Change.DETAILS:
            notify(person, "seminars.session_details", **message)


def _mail(change: Change, **message: Any) -> None:
    match change:
        case Change.SCHEDULED:
            send_mail("seminars.session_scheduled", **message)
        case Change.MOVED:
            send_mail("seminars.session_moved", **message)
        case Change.POSTPONED:
            send_mail("seminars.session_postponed", **message)
        case Change.CANCELLED:
            send_mail("seminars.session_cancelled", **message)
        case Change.DETAILS:
            send_mail("seminars.session_details", **message)
