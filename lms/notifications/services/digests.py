"""Digests: what waited for its receiver's hour leaves as one mail."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from lms.accounts.models import Person, PersonState
from lms.core.db import db, lock
from lms.notifications import queries, stop_token
from lms.notifications.models import DigestTime, How, Notice
from lms.notifications.rules import (
    USUAL_HOUR,
    USUAL_WEEKDAY,
    Stop,
    by_group,
    due_hour,
)
from lms.notifications.services.mails import send_mail

MOST_IN_A_DIGEST = 50

# Which of these notices the person of an id is not to be told of any more: their ids.
Check = Callable[[int, Sequence[Notice], datetime], Collection[int]]
_CHECKS: list[Check] = []


def check_before_digest(check: Check) -> None:
    """Let this be asked too when a digest is put together: a mail is for who may read it then."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def no_longer_told(person_id: int, notices: Sequence[Notice], now: datetime) -> set[int]:
    """Return which of a person's notices are of what they may not read any more: their ids."""
    return {notice_id for check in _CHECKS for notice_id in check(person_id, notices, now)}


def people_due(now: datetime) -> list[int]:
    """Return the ids of the people for whom a digest is to leave now."""
    due = {
        each.person_id
        for each in queries.waiting_for_digests()
        if due_hour(each.how, each.hours, each.oldest_at, now) is not None
    }
    return sorted(due)


def send_digest(person: Person, *, now: datetime) -> None:
    """Mail a person, if it is their hour, what waits for a digest and was not read meanwhile.

    When the daily and the weekly one are due together they are one mail. It is looked up under a
    lock, so two workers send one mail, and what has left waits no more. It names the newest and
    says how many more stand in the inbox.
    """
    lock(person)
    if person.state != PersonState.ACTIVE:
        return
    due: dict[How, datetime] = {}
    for each in queries.waiting_for_digests(person.id):
        hour = due_hour(each.how, each.hours, each.oldest_at, now)
        if hour is not None:
            due[each.how] = hour
    if not due:
        return
    count, newest = queries.waiting_notices(person.id, list(due), limit=MOST_IN_A_DIGEST)
    gone = no_longer_told(person.id, newest, now)
    told = [notice for notice in newest if notice.id not in gone]
    if told:
        _mail(person, told, more=count - len(newest))
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.digest.in_(list(due)))
        .values(digest=None)
        .execution_options(synchronize_session=False)
    )
    _note(person, due)
    db.session.flush()


def _mail(person: Person, told: Sequence[Notice], *, more: int) -> None:
    groups = [
        {"name": name, "notices": [_line(notice) for notice in notices]}
        for name, notices in by_group(reversed(told))
    ]
    send_mail(
        "notifications.digest",
        to=person.email,
        language=person.preferred_language,
        context={
            "full_name": person.display_name,
            "zone": person.time_zone,
            "count": len(told) + more,
            "more": more,
            "groups": groups,
        },
        stop=stop_token.make(Stop(person.id, None)),
    )


def _line(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "context": notice.context,
        "endpoint": notice.endpoint,
        "parts": notice.values,
    }


def _note(person: Person, due: dict[How, datetime]) -> None:
    """Write down which hours have been served."""
    row = db.session.get(DigestTime, person.id, populate_existing=True)
    if row is None:
        row = DigestTime(person_id=person.id, hour=USUAL_HOUR, weekday=USUAL_WEEKDAY)
        db.session.add(row)
    row.last_daily_at = due.get(How.DAILY, row.last_daily_at)
    row.last_weekly_at = due.get(How.WEEKLY, row.last_weekly_at)
