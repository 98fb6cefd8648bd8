"""Shares of a hundred, as they may be shown."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction


def shown(rate: Fraction) -> Decimal:
    """Return a rate as it may be shown: one decimal, rounded down, so 79.96 is never 80.0."""
    exact = Decimal(rate.numerator) / Decimal(rate.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
