"""Speakers without an account: how long their link lives, and how much they may send."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lms.lessons.models import SpeakerState

LIFE_OF_LINK = timedelta(days=30)
FURTHEST = timedelta(days=730)
LONGEST_NOTE = 1000
LONGEST_BIO = 3000
MOST_FILES = 10
MOST_BYTES = 2_000_000_000
LARGEST_FORM = 100_000_000  # what a form without a script sends at a time


class LinkState(StrEnum):
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


class LinkFacts(Protocol):
    """What the decisions below are taken on."""

    @property
    def state(self) -> SpeakerState: ...
    @property
    def expires_at(self) -> datetime: ...


def link_state(invitation: LinkFacts, now: datetime) -> LinkState:
    """Return whether the link of an invitation works, and if not, why."""
    if invitation.state == SpeakerState.REVOKED:
        return LinkState.REVOKED
    return LinkState.LIVE if now < invitation.expires_at else LinkState.EXPIRED
