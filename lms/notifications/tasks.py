"""Jobs of this package."""

from typing import Any

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job
from lms.notifications import services
from lms.notifications.channels import deliver_mail


@job("notifications.mail")
def send(mail: str, to: str, language: str, context: dict[str, Any]) -> None:
    """Send one mail. A crash between sending and noting it can send it twice, never lose it."""
    deliver_mail(mail, to=to, language=language, context=context)


@job("purge_notices")
def purge_notices() -> None:
    """Take away what was read long ago."""
    with unit_of_work():
        services.purge_notices(clock.now())
