"""Jobs of this package."""

from lms.accounts import services
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job


@job("accounts.send_reset_link")
def send_reset_link(email: str) -> None:
    """Send a link for a new password. Run twice, the later link counts."""
    with unit_of_work():
        services.send_reset_link(email, now=clock.now())
