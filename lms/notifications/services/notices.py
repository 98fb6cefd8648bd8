"""Tell people what happened, mark what they have read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person, PersonState
from lms.core.db import db
from lms.notifications import queries, stop_token
from lms.notifications.models import How, Link, Notice, Topic
from lms.notifications.rules import DIGESTS, USUAL, Attachment, Stop, plain, topic_of
from lms.notifications.services.mails import send_mail

READ_NOTICES_STAY = timedelta(days=180)


def notify(
    person: Person,
    kind: str,
    *,
    context: Mapping[str, Any],
    link: Link,
    now: datetime,
    group: str = "",
    key: str | None = None,
    mail: bool = True,
    mail_context: Mapping[str, Any] | None = None,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Put a notice into a person's inbox and, unless told otherwise, mail the same to them.

    `kind` is "package.name": of the notice's template `notices/<name>.html` and the mail's folder
    `emails/<name>`. `context` are values for both: moments under names that end in `_at`, texts in
    languages, and what JSON holds; the mail is given `full_name` and `zone` of its receiver too,
    and `mail_context`, which is not kept, such as a link that lets its receiver in. With a `key`,
    a person who was told before is not told again, by mail neither. Somebody who cannot sign in
    (invited, not confirmed, disabled) is told nothing.

    Of a topic that can be chosen, the mail is as its receiver wants it: at once, never, or within
    a digest, which says what the inbox says, without `mail_context` and attachments.
    """
    notify_all(
        [person],
        kind,
        context=context,
        link=link,
        now=now,
        group=group,
        key=key,
        mail=mail,
        mail_context=mail_context,
        attachments=attachments,
    )


def notify_all(
    people: Iterable[Person],
    kind: str,
    *,
    context: Mapping[str, Any],
    link: Link,
    now: datetime,
    group: str = "",
    key: str | None = None,
    mail: bool = True,
    mail_context: Mapping[str, Any] | None = None,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Tell many people the same, each as `notify` does; how they want it is asked for all at once.

    Who stands among them twice is told once with a `key` only.
    """
    active = [person for person in people if person.state == PersonState.ACTIVE]
    topic, values = topic_of(kind), plain(context)
    chosen = _chosen(active, topic) if mail else {}
    news = _News(kind, values, link, group, key, now)
    for person in active:
        how = chosen.get(person.id, How.AT_ONCE if mail else How.NEVER)
        if _put_into_inbox(person, news, how) and how == How.AT_ONCE:
            receiver = {"full_name": person.display_name, "zone": person.time_zone}
            send_mail(
                kind,
                to=person.email,
                language=person.preferred_language,
                context=receiver | values | plain(mail_context or {}),
                attachments=attachments,
                stop=stop_token.make(Stop(person.id, topic)) if topic in USUAL else "",
            )


@dataclass(frozen=True)
class _News:
    kind: str
    context: dict[str, Any]
    link: Link
    group: str
    key: str | None
    at: datetime


def _chosen(people: Sequence[Person], topic: Topic) -> dict[int, How]:
    """Return how each wants to hear of a topic that can be chosen; of others nothing is asked."""
    if topic not in USUAL or not people:
        return {}
    return queries.how_told([person.id for person in people], topic)


def _put_into_inbox(person: Person, news: _News, how: How) -> bool:
    """Add the notice; False when the person was told before, be it at this same time elsewhere.

    That is not asked before: a job that tells many would ask once for each of them.
    """
    notice = Notice(
        person_id=person.id,
        kind=news.kind,
        context=news.context,
        endpoint=news.link.endpoint,
        values=news.link.values,
        group=news.group,
        key=news.key,
        created_at=news.at,
        digest=how if how in DIGESTS else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(notice)
    except IntegrityError:
        if news.key is None or not queries.was_told(person.id, news.key):
            raise
        return False
    return True


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Note when its receiver has read a notice; the first time stays. No digest repeats it."""
    if notice.read_at is None:
        notice.read_at = now
        notice.digest = None


def mark_all_read(person: Person, *, up_to: int, now: datetime) -> None:
    """Mark a person's notices as read, up to the newest they have seen: `up_to`, its id."""
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.id <= up_to, Notice.read_at.is_(None))
        .values(read_at=now, digest=None)
        .execution_options(synchronize_session=False)
    )


def purge_notices(now: datetime) -> None:
    """Remove notices that were read long ago."""
    db.session.execute(
        delete(Notice)
        .where(Notice.read_at < now - READ_NOTICES_STAY)
        .execution_options(synchronize_session=False)
    )
