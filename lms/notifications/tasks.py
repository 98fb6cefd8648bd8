"""Jobs of this package."""

from collections.abc import Sequence
from typing import Any

from lms.accounts.queries import person_with_roles
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job, keep_lease
from lms.notifications import services
from lms.notifications.channels import deliver_mail
from lms.notifications.rules import Attachment


@job("notifications.mail")
def send(
    *,
    mail: str,
    to: str,
    language: str,
    context: dict[str, Any],
    attachments: Sequence[Attachment] = (),
    stop: str = "",
) -> None:
    """Send one mail. A crash between sending and noting it can send it twice, never lose it.

    A job that waited since before a release may have neither attachments nor `stop` in it.
    """
    deliver_mail(
        mail, to=to, language=language, context=context, attachments=attachments, stop=stop
    )


@job("purge_notices")
def purge_notices() -> None:
    """Take away what was read long ago."""
    with unit_of_work():
        services.purge_notices(clock.now())


@job("send_digests")
def send_digests() -> None:
    """Send the digests whose hour has come, each in a unit of work of its own."""
    now = clock.now()
    for person_id in services.people_due(now):
        with unit_of_work():
            services.send_digest(person_with_roles(person_id), now=now)
        keep_lease()
