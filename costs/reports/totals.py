"""Counts and sums of some calls, and what follows from them. Pure."""

from dataclasses import dataclass, fields
from decimal import Decimal
from operator import add, attrgetter
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Totals:
    # Of the calls whose price is known.
    spend: Decimal = Decimal(0)
    # What the cached tokens would have cost more.
    saved: Decimal = Decimal(0)
    calls: int = 0
    # Answered by a simulator, not by a model.
    simulated_calls: int = 0
    unpriced_calls: int = 0
    # Answered by a model, at a known price.
    priced: int = 0
    errors: int = 0
    stopped: int = 0
    refused: int = 0
    fallbacks: int = 0
    # Answered by what was kept of an earlier answer: no model was asked.
    kept_calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*map(add, _values(self), _values(other)))

    @property
    def answered(self) -> int:
        """Calls to which a model gave an answer, be it cut short by its caller."""
        return self.calls - self.stopped - self.refused - self.errors - self.kept_calls

    @property
    def is_unknown(self) -> bool:
        """All that cost something has no price: that is not nothing."""
        return self.unpriced_calls > 0 and not self.spend

    @property
    def known_spend(self) -> Decimal | None:
        return None if self.is_unknown else self.spend

    @property
    def known_saved(self) -> Decimal | None:
        return None if self.is_unknown else self.saved

    @property
    def per_1k_calls(self) -> Decimal | None:
        """What failed is no call here, but what it cost is: somebody paid it for the answers."""
        return self.spend * 1000 / self.priced if self.priced > 0 and not self.is_unknown else None

    @property
    def average_input_tokens(self) -> Decimal | None:
        return Decimal(self.input_tokens) / self.answered if self.answered > 0 else None

    @property
    def cached_share(self) -> Decimal | None:
        """Of the input tokens."""
        return Decimal(self.cached_tokens) / self.input_tokens if self.input_tokens else None

    @property
    def kept_share(self) -> Decimal | None:
        """Of the answers, by models or kept."""
        answers = self.answered + self.kept_calls
        return Decimal(self.kept_calls) / answers if answers > 0 else None


class WithTraffic:
    """A row with what it was asked and cost. None: nobody called it, or nobody can tell."""

    __slots__ = ()

    traffic: Totals | None

    @property
    def calls(self) -> int | None:
        return self.traffic.calls if self.traffic else None

    @property
    def cost(self) -> Decimal | None:
        return self.traffic.known_spend if self.traffic else None


_values: Final = attrgetter(*(item.name for item in fields(Totals)))
NOTHING: Final = Totals()
