"""Addresses from which calendars fetch a timetable: made, ended, and when they were last asked."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.secrets import new_token, token_hash
from lms.seminars.models import CalendarFeed
from lms.seminars.queries.feeds import scope_of

ENTITY = "calendar_feed"
NOTED_EVERY = timedelta(hours=1)


def make_feed(person: Person, run_id: int | None, *, now: datetime) -> str:
    """Make a person's feed of a run, or of all their runs; return the token of its address.

    The one they had of the same is dead from then on. Only the hash of the token is kept.
    """
    lock(person)  # two clicks at once: one feed of a kind lives
    scope = scope_of(run_id)
    for feed in db.session.scalars(
        select(CalendarFeed).where(
            CalendarFeed.person_id == person.id,
            CalendarFeed.scope == scope,
            CalendarFeed.revoked_at.is_(None),
        )
    ):
        revoke_feed(feed, actor=person, now=now)
    token = new_token()
    feed = CalendarFeed(
        person_id=person.id,
        run_id=run_id,
        scope=scope,
        token_hash=token_hash(token),
        created_at=now,
    )
    db.session.add(feed)
    db.session.flush()
    record_change(ENTITY, feed.id, old="", new="living", actor_id=person.id, now=now)
    return token


def revoke_feed(feed: CalendarFeed, *, actor: Person, now: datetime) -> None:
    """End a feed: its address leads nowhere at once. Twice is harmless."""
    lock(feed)
    if feed.revoked_at is not None:
        return
    feed.revoked_at = now
    record_change(ENTITY, feed.id, old="living", new="revoked", actor_id=actor.id, now=now)
    db.session.flush()


def is_worth_noting(fetched_at: datetime | None, now: datetime) -> bool:
    """Tell whether it is long enough since a feed was noted as fetched to write it down again."""
    return fetched_at is None or now - fetched_at >= NOTED_EVERY


def note_fetch(feed_id: int, *, now: datetime) -> None:
    """Note that a calendar has fetched a feed; at most once an hour."""
    db.session.execute(
        update(CalendarFeed)
        .where(
            CalendarFeed.id == feed_id,
            or_(CalendarFeed.fetched_at.is_(None), CalendarFeed.fetched_at <= now - NOTED_EVERY),
        )
        .values(fetched_at=now)
        .execution_options(synchronize_session=False)
    )
