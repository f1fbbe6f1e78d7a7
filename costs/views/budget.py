"""A month's budget as a bar: what is spent, where it will end, where the limit lies. Pure but for what it is given."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from aiops.lib.figures import percent, short_money
from costs.reports import BudgetStanding, Forecast

# The bar is stretched to the page's width.
WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class BudgetBar:
    standing: BudgetStanding
    forecast: Forecast | None

    @property
    def amount(self) -> Decimal:
        return self.standing.budget.amount_usd

    @property
    def over_by(self) -> Decimal | None:
        """By how much the month will pass it, if it stays as it is."""
        expected = self.forecast.total if self.forecast else self.standing.spent
        return expected - self.amount if expected > self.amount else None

    @property
    def is_passed(self) -> bool:
        return self.standing.spent > self.amount

    @property
    def spent_width(self) -> float:
        return self._at(self.standing.spent)

    @property
    def limit_x(self) -> float:
        return self._at(self.amount)

    @property
    def range_x(self) -> float:
        return self._at(self.forecast.low) if self.forecast else 0

    @property
    def range_width(self) -> float:
        return max(2, self._at(self.forecast.high) - self.range_x) if self.forecast else 0

    @property
    def spent_label(self) -> str:
        return f"Spent {short_money(self.standing.spent)} of {short_money(self.amount)}, {percent(self.standing.used)}"

    @property
    def limit_label(self) -> str:
        return f"Budget {short_money(self.amount)}"

    @property
    def range_label(self) -> str:
        if self.forecast is None:
            return ""
        return f"Forecast {short_money(self.forecast.low)} to {short_money(self.forecast.high)}"

    def _at(self, amount: Decimal) -> float:
        most = max(self.amount, self.standing.spent, self.forecast.high if self.forecast else Decimal())
        return round(float(amount / (most * Decimal("1.02"))) * WIDTH, 1)
