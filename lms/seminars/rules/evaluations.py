"""What is asked of a sitting, and from how many answers on it may be told."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from lms.seminars.models import SittingRole

QUESTIONS = ("content", "instructor", "interpretation", "materials", "time_slot", "connection")

# Of fewer the mean would tell what one person said (DOMAIN 4, small numbers).
FEWEST = 5


class Holding(Protocol):
    """Somebody who holds a sitting."""

    @property
    def role(self) -> SittingRole: ...


def mean(count: int, total: int) -> Decimal | None:
    """Return the mean of marks with one decimal; None when too few gave one."""
    if count < FEWEST:
        return None
    return (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)


def was_interpreted(holders: Iterable[Holding]) -> bool:
    """Tell whether there was interpretation to speak of."""
    return any(holder.role == SittingRole.INTERPRETER for holder in holders)
