"""Numbers as people read them: money, counts, percentages, spans. Pure; a missing number is a dash, never a zero."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

MISSING: Final = "—"
MINUS: Final = "−"
_UNITS: Final = ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "K"))
_CENTS, _FOUR_DIGITS, _TENTH, _ONE = Decimal("0.01"), Decimal("0.0001"), Decimal("0.1"), Decimal(1)


def money(amount: Decimal | None) -> str:
    """$18,412.36; under a dollar four digits, and more when those would read as nothing."""
    if amount is None:
        return MISSING
    return _signed(amount, f"${_digits(abs(amount))}")


def short_money(amount: Decimal | None) -> str:
    """$18.4K: for labels and axes only."""
    if amount is None:
        return MISSING
    size = abs(amount)
    if size >= 1000:
        return _signed(amount, f"${_in_units(size)}")
    if size == int(size):
        return _signed(amount, f"${size:.0f}")
    return _signed(amount, f"${size:.2f}") if size == _rounded(size, _CENTS) else money(amount)


def change_of_money(amount: Decimal | None) -> str:
    """+$2,489.02 or −$71.00, with the decimals that the amount brings: it was rounded to add up."""
    if amount is None:
        return MISSING
    shown = f"${abs(amount):,}"
    return f"+{shown}" if amount > 0 else _signed(amount, shown)


def count(number: float | Decimal | None) -> str:
    """2,430 up to 9,999, then 14.8K and 5.68M."""
    if number is None:
        return MISSING
    size = Decimal(str(abs(number)))
    return _signed(Decimal(str(number)), f"{_rounded(size, Decimal(1)):,}" if size < 10_000 else _in_units(size))


def rate(number: float | None) -> str:
    """How often: 0.4, 7.5, 42; a decimal only where it says something."""
    if number is None:
        return MISSING
    return count(number) if number >= 9.95 or number == int(number) else f"{number:.1f}".removesuffix(".0")


def exact(number: int | None) -> str:
    return MISSING if number is None else _signed(Decimal(number), f"{abs(number):,}")


def percent(share: Decimal | float | None) -> str:
    """0.168 is 16.8%."""
    if share is None:
        return MISSING
    value = Decimal(str(share)) * 100
    return _signed(value, f"{_rounded(abs(value), _TENTH):,}%")


def small_percent(share: Decimal | float | None) -> str:
    """<0.1% of what is not nothing, but would read so."""
    return "<0.1%" if share and 0 < share < Decimal("0.0005") else percent(share)


def growth(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """By what share it grew; None where that cannot be said, as from nothing."""
    if now is None or not before:
        return None
    return (now - before) / before


def latency(milliseconds: Decimal | int) -> str:
    """12 ms, 0.3 s, 2.4 s."""
    value = Decimal(milliseconds)
    return f"{_rounded(value, _ONE)} ms" if value < 100 else f"{_rounded(value / 1000, _TENTH):,} s"


def span(length: timedelta) -> str:
    """45 s, 12 min, 3 h, 6 days."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} days"


def _digits(size: Decimal) -> str:
    if size >= 1 or size == 0:
        return f"{_rounded(size, _CENTS):,}"
    if size >= _FOUR_DIGITS:
        return f"{_rounded(size, _FOUR_DIGITS):,}"
    return f"{_rounded(size, Decimal(1).scaleb(size.adjusted() - 1)):f}"


def _in_units(size: Decimal) -> str:
    # What rounds up to a thousand of its unit belongs to the next one.
    unit, letter = next((pair for pair in _UNITS if size >= pair[0] * Decimal("0.9995")), _UNITS[-1])
    scaled = size / unit
    text = f"{_rounded(scaled, Decimal(1).scaleb(scaled.adjusted() - 2)):f}" if scaled < 100 else f"{scaled:.0f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + letter


def _rounded(size: Decimal, step: Decimal) -> Decimal:
    return size.quantize(step, rounding=ROUND_HALF_UP)


def _signed(value: Decimal, text: str) -> str:
    return f"{MINUS}{text}" if value < 0 else text
