"""Jobs of this package."""

from datetime import datetime
from typing import Any

from lms.accounts import services
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job


@job("accounts.sign_up")
def sign_up(entered: dict[str, Any], at: str) -> None:
    """Carry out a sign-up taken at a moment. Run twice, the later link counts."""
    with unit_of_work():
        services.sign_up(services.SignUp(**entered), now=datetime.fromisoformat(at))


@job("accounts.send_reset_link")
def send_reset_link(email: str) -> None:
    """Send a link for a new password. Run twice, the later link counts."""
    with unit_of_work():
        services.send_reset_link(email, now=clock.now())
