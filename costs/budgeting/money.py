"""Nano-dollars: whole numbers that Redis counts exactly. Pure."""

from decimal import ROUND_CEILING, Decimal
from typing import Final

_NANO: Final = Decimal(1_000_000_000)


def nanos(amount: Decimal) -> int:
    """Rounded up: what is counted is never less than what is owed."""
    return int((amount * _NANO).to_integral_value(ROUND_CEILING))


def usd(amount: int) -> Decimal:
    return Decimal(amount) / _NANO
