"""Tell people what happened, mark what they have read; and the mails that accounts need."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.events import MailLinkMade, PasswordChanged, SignUpRepeated
from lms.accounts.models import LinkKind, Person, PersonState
from lms.core.db import db
from lms.jobs.queue import enqueue
from lms.notifications import queries
from lms.notifications.models import Link, Notice
from lms.notifications.rules import Attachment, plain

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
    """
    if person.state != PersonState.ACTIVE:
        return
    values = plain(context)
    if not _put_into_inbox(person, kind, values, link, group=group, key=key, now=now):
        return
    if mail:
        receiver = {"full_name": person.display_name, "zone": person.time_zone}
        send_mail(
            kind,
            to=person.email,
            language=person.preferred_language,
            context=receiver | values | plain(mail_context or {}),
            attachments=attachments,
        )


def _put_into_inbox(
    person: Person,
    kind: str,
    context: dict[str, Any],
    link: Link,
    *,
    group: str,
    key: str | None,
    now: datetime,
) -> bool:
    """Add the notice; False when the person was told before, be it at this same time elsewhere.

    That is not asked before: a job that tells many would ask once for each of them.
    """
    notice = Notice(
        person_id=person.id,
        kind=kind,
        context=context,
        endpoint=link.endpoint,
        values=link.values,
        group=group,
        key=key,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(notice)
    except IntegrityError:
        if key is None or not queries.was_told(person.id, key):
            raise
        return False
    return True


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Note when its receiver has read a notice; the first time stays."""
    if notice.read_at is None:
        notice.read_at = now


def mark_all_read(person: Person, *, up_to: int, now: datetime) -> None:
    """Mark a person's notices as read, up to the newest they have seen: `up_to`, its id."""
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.id <= up_to, Notice.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def purge_notices(now: datetime) -> None:
    """Remove notices that were read long ago."""
    db.session.execute(
        delete(Notice)
        .where(Notice.read_at < now - READ_NOTICES_STAY)
        .execution_options(synchronize_session=False)
    )


def send_mail(
    kind: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    key: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Have a mail sent once the open unit of work has committed.

    `kind` is "package.name", the folder of its three templates; `language` a page language;
    `context` plain values for the templates: names that end in `_at` hold moments in ISO form,
    `zone` the receiver's time zone. It and the attachments are kept only until the mail has left.
    Who may read of it on the site as well is told by `notify`.
    """
    enqueue(
        "notifications.mail",
        key=key,
        mail=kind,
        to=to,
        language=language,
        context=context,
        attachments=list(attachments),
    )


def send_link_mail(event: MailLinkMade) -> None:
    """Mail a one-time link to the person it was made for."""
    context = {
        "full_name": event.full_name,
        "token": event.token,
        "next_path": event.next_path,
        "expires_at": event.expires_at.isoformat(),
        "zone": event.zone,
    }
    to, language = event.email, event.language
    if event.kind == LinkKind.CONFIRM_EMAIL:
        send_mail("accounts.confirm_email", to=to, language=language, context=context)
    else:
        send_mail("accounts.reset_password", to=to, language=language, context=context)


def send_already_registered_mail(event: SignUpRepeated) -> None:
    """Tell the owner of an account that somebody signed up with its address."""
    send_mail(
        "accounts.already_registered",
        to=event.email,
        language=event.language,
        context={"full_name": event.full_name},
    )


def send_password_changed_mail(event: PasswordChanged) -> None:
    """Tell a person that their password was replaced, in case it was not them."""
    send_mail(
        "accounts.password_changed",
        to=event.email,
        language=event.language,
        context={
            "full_name": event.full_name,
            "changed_at": event.at.isoformat(),
            "zone": event.zone,
        },
    )
