"""Reads over the inbox, and over how people want to be told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select

from lms.accounts.models import Person, PersonState
from lms.core.db import db
from lms.i18n.times import BUSAN, is_zone
from lms.notifications.models import DigestTime, How, Notice, NotificationChoice, Topic
from lms.notifications.rules import DIGESTS, USUAL, USUAL_HOUR, USUAL_WEEKDAY, DigestHours


@dataclass(frozen=True)
class Waiting:
    """That notices wait for a digest of a person, since when, and when these leave."""

    person_id: int
    how: How
    oldest_at: datetime
    hours: DigestHours


def unread_of_person() -> ScalarSelect[int]:
    """Return how many notices a person of the enclosing statement has not read."""
    return (
        select(func.count())
        .select_from(Notice)
        .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def notices_of(person_id: int, *, before: int, limit: int) -> Sequence[Notice]:
    """Return a person's notices with an id below `before`, the newest first."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.id < before)
        .order_by(Notice.id.desc())
        .limit(limit)
    ).all()


def notice_of(person_id: int, notice_id: int) -> Notice | None:
    """Return one notice of one person."""
    return db.session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
    )


def was_told(person_id: int, key: str) -> bool:
    """Tell whether the person has a notice of this key."""
    found = select(Notice.id).where(Notice.person_id == person_id, Notice.key == key)
    return db.session.scalar(found) is not None


def person_by_id(person_id: int) -> Person | None:
    """Return the person of an id."""
    return db.session.get(Person, person_id)


def how_told(person_ids: Collection[int], topic: Topic) -> dict[int, How]:
    """Return how each of these people wants to hear of a topic, in one statement."""
    rows = db.session.execute(
        select(NotificationChoice.person_id, NotificationChoice.how).where(
            NotificationChoice.person_id.in_(person_ids), NotificationChoice.topic == topic
        )
    )
    chosen = {person_id: How(how) for person_id, how in rows}
    return {person_id: chosen.get(person_id, USUAL[topic]) for person_id in person_ids}


def choices_of(person_id: int) -> dict[Topic, NotificationChoice]:
    """Return the choices a person has made, read anew."""
    rows = db.session.scalars(
        select(NotificationChoice)
        .where(NotificationChoice.person_id == person_id)
        .execution_options(populate_existing=True)
    )
    return {Topic(row.topic): row for row in rows}


def how_one_is_told(person_id: int) -> dict[Topic, How]:
    """Return how a person hears of each topic that can be chosen."""
    return _told(choices_of(person_id))


def _told(chosen: Mapping[Topic, NotificationChoice]) -> dict[Topic, How]:
    return {
        topic: How(chosen[topic].how) if topic in chosen else usual
        for topic, usual in USUAL.items()
    }


def is_stopped(person_id: int, topic: Topic | None) -> tuple[bool, bool]:
    """Tell whether a person gets no mails of a topic, or no digests; and whether by their link."""
    chosen = choices_of(person_id)
    told = _told(chosen)
    if topic is not None:
        is_by_link = topic in chosen and chosen[topic].stopped_from is not None
        return told[topic] == How.NEVER, is_by_link
    is_by_link = any(choice.stopped_from in DIGESTS for choice in chosen.values())
    return not any(how in DIGESTS for how in told.values()), is_by_link


def digest_time(person_id: int) -> tuple[int, int]:
    """Return the hour and the weekday at which digests leave for a person."""
    row = db.session.get(DigestTime, person_id)
    return (row.hour, row.weekday) if row is not None else (USUAL_HOUR, USUAL_WEEKDAY)


def waiting_for_digests(person_id: int | None = None) -> list[Waiting]:
    """Return for whom notices wait for a digest: of everybody, or of one person."""
    statement = (
        select(Person.id, Person.time_zone, Notice.digest, func.min(Notice.created_at), DigestTime)
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(DigestTime, DigestTime.person_id == Person.id)
        .where(Notice.digest.is_not(None), Person.state == PersonState.ACTIVE)
        .group_by(Person.id, Notice.digest, DigestTime.person_id)
        .execution_options(populate_existing=True)
    )
    if person_id is not None:
        statement = statement.where(Notice.person_id == person_id)
    return [
        Waiting(found, How(str(how)), oldest_at, _hours(zone, time))
        for found, zone, how, oldest_at, time in db.session.execute(statement)
    ]


def _hours(zone: str, time: DigestTime | None) -> DigestHours:
    clock = zone if is_zone(zone) else BUSAN
    if time is None:
        return DigestHours(clock)
    return DigestHours(clock, time.hour, time.weekday, time.last_daily_at, time.last_weekly_at)


def waiting_notices(
    person_id: int, digests: Collection[How], *, limit: int
) -> tuple[int, Sequence[Notice]]:
    """Return how many notices of a person wait for these digests, and the newest of them."""
    waits = (Notice.person_id == person_id, Notice.digest.in_(digests))
    count = db.session.scalar(select(func.count()).select_from(Notice).where(*waits))
    newest = select(Notice).where(*waits).order_by(Notice.id.desc()).limit(limit)
    return count or 0, db.session.scalars(newest).all()
