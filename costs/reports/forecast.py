"""Where the month will end: each weekday's mean, and a range from how far past days lay off it. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

LEAST_DAYS: Final = 7
MOST_DAYS: Final = 56
# From two weeks on a weekday has a mean of its own that some day can lie off.
_WEEKLY_FROM: Final = 14
# Four fifths of a normal distribution lie within so many standard deviations.
_EIGHTY: Final = Decimal("1.2816")
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of a whole month; four times in five it ends between `low` and `high`. `days`: today's rest and what follows."""

    total: Decimal
    low: Decimal
    high: Decimal
    days: tuple[tuple[date, Decimal], ...]


def forecast(
    past: Mapping[date, Decimal], *, spent: Decimal, today: date, month_end: date, today_spent: Decimal
) -> Forecast | None:
    """`past`: full days before today, none left out; `spent`: this month so far. None: under a week nobody can tell."""
    if len(past) < LEAST_DAYS:
        return None
    means = _means(past)
    coming = [today + timedelta(days=number) for number in range((month_end - today).days)]
    expected = {day: means[day.weekday()] for day in coming}
    if today in expected:
        # What today still brings; it may have passed its mean already.
        expected[today] = max(expected[today] - today_spent, Decimal(0))
    total = spent + sum(expected.values())
    spread = _EIGHTY * _deviation(past, means) * Decimal(len(coming)).sqrt()
    low = max(total - spread, spent)
    days = tuple((day, _cents(amount)) for day, amount in expected.items())
    return Forecast(_cents(total), _cents(low), _cents(total + spread), days)


def _means(past: Mapping[date, Decimal]) -> dict[int, Decimal]:
    everything = sum(past.values()) / Decimal(len(past))
    if len(past) < _WEEKLY_FROM:
        return dict.fromkeys(range(7), everything)
    by_weekday: dict[int, list[Decimal]] = defaultdict(list)
    for day, amount in past.items():
        by_weekday[day.weekday()].append(amount)
    return {weekday: sum(amounts) / Decimal(len(amounts)) for weekday, amounts in by_weekday.items()}


def _deviation(past: Mapping[date, Decimal], means: Mapping[int, Decimal]) -> Decimal:
    squares = sum(((amount - means[day.weekday()]) ** 2 for day, amount in past.items()), Decimal(0))
    return (squares / (len(past) - (len(means) if len(past) >= _WEEKLY_FROM else 1))).sqrt()


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT)
