"""Whether a public seminar takes guests."""

from datetime import datetime
from typing import Protocol

from lms.seminars.models import SittingState


class ForGuests(Protocol):
    """A sitting, as far as guests depend on it."""

    @property
    def state(self) -> SittingState: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def is_public(self) -> bool: ...
    @property
    def guest_capacity(self) -> int | None: ...
    @property
    def guests_taken(self) -> int: ...


def takes_guests(sitting: ForGuests, now: datetime) -> bool:
    """Tell whether guests may register: for a public one that stands, until it ends."""
    return sitting.is_public and sitting.state == SittingState.SCHEDULED and now < sitting.ends_at


def is_full(sitting: ForGuests) -> bool:
    """Tell whether all places for guests are taken."""
    return sitting.guest_capacity is not None and sitting.guests_taken >= sitting.guest_capacity
