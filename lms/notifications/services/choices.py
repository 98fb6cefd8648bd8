"""How a person wants to be told: chosen on a page, stopped by the link in a mail, taken back."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.notifications import queries
from lms.notifications.models import DigestTime, How, Notice, NotificationChoice, Topic
from lms.notifications.rules import DIGESTS, USUAL, USUAL_HOUR, USUAL_WEEKDAY, kinds_of

BY_LINK = "by the link in a mail"


def save_choices(
    person: Person, choices: Mapping[Topic, How], *, hour: int, weekday: int, now: datetime
) -> None:
    """Keep how a person wants to hear of each topic, and when their digests leave.

    What waits for a digest goes with the choice: into the other digest, or nowhere when the topic
    is to be silent. What is to come at once from now on leaves a last time with the digest it
    waits for, rather than as so many mails.
    """
    lock(person)
    rows = queries.choices_of(person.id)
    for topic, how in choices.items():
        row = rows.get(topic)
        if row is not None:
            row.stopped_from = None  # chosen anew, there is nothing to be undone
        _choose(person, topic, row, how, reason="", now=now)
    _keep_time(person, hour, weekday, now)
    db.session.flush()


def stop_mails(person: Person, topic: Topic | None, *, now: datetime) -> None:
    """Have no more mails of a topic sent to a person or, without one, no digests of any.

    The inbox goes on as before. Twice is harmless: what is undone is what there was at first.
    """
    lock(person)
    rows = queries.choices_of(person.id)
    for each in USUAL if topic is None else (topic,):
        row = rows.get(each)
        how = row.how if row is not None else USUAL[each]
        if how == How.NEVER or (topic is None and how not in DIGESTS):
            continue
        row = _choose(person, each, row, How.NEVER, reason=BY_LINK, now=now)
        row.stopped_from = how
    db.session.flush()


def resume_mails(person: Person, topic: Topic | None, *, now: datetime) -> None:
    """Take back that mails were stopped by a link; what was chosen on the page since then stays."""
    lock(person)
    for each, row in queries.choices_of(person.id).items():
        before = row.stopped_from
        if before is None or not (each == topic or (topic is None and before in DIGESTS)):
            continue
        _choose(person, each, row, before, reason=BY_LINK, now=now)
        row.stopped_from = None
    db.session.flush()


def _choose(
    person: Person,
    topic: Topic,
    row: NotificationChoice | None,
    how: How,
    *,
    reason: str,
    now: datetime,
) -> NotificationChoice:
    """Write one choice, take what waits along, and record it when it changes something."""
    old = row.how if row is not None else USUAL[topic]
    if row is None:
        row = NotificationChoice(person_id=person.id, topic=topic, how=how)
        db.session.add(row)
    row.how = how
    if old != how:
        _take_along(person, topic, how)
        record_change(
            f"notification_choice:{topic}",
            person.id,
            old=old,
            new=how,
            actor_id=person.id,
            reason=reason,
            now=now,
        )
    return row


def _take_along(person: Person, topic: Topic, how: How) -> None:
    if how == How.AT_ONCE:
        return
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.digest.is_not(None))
        .where(Notice.kind.in_(kinds_of(topic)))
        .values(digest=how if how in DIGESTS else None)
        .execution_options(synchronize_session=False)
    )


def _keep_time(person: Person, hour: int, weekday: int, now: datetime) -> None:
    row = db.session.get(DigestTime, person.id, populate_existing=True)
    old = (row.hour, row.weekday) if row is not None else (USUAL_HOUR, USUAL_WEEKDAY)
    if old == (hour, weekday):
        return
    if row is None:
        db.session.add(DigestTime(person_id=person.id, hour=hour, weekday=weekday))
    else:
        row.hour, row.weekday = hour, weekday
    record_change(
        "digest_time",
        person.id,
        old=f"{old[1]} {old[0]}:00",
        new=f"{weekday} {hour}:00",
        actor_id=person.id,
        now=now,
    )
