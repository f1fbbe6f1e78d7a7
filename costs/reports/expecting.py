"""Where this month will end, of spend by day: the same on every page that says it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from costs.models import Budget
from costs.reports import ledger, periods
from costs.reports.budgets import BudgetStanding
from costs.reports.forecast import MOST_DAYS, Forecast, forecast
from costs.reports.ledger import By, Days
from costs.reports.periods import Period
from costs.reports.within import within

_DAY: Final = timedelta(days=1)
_NONE: Final[Days] = {}


def looked_at(at: datetime) -> Period:
    """The days that a forecast learns from, and those of the month."""
    oldest = min(at.date() - timedelta(days=MOST_DAYS), periods.month_start(at).date())
    return Period(periods.midnight(oldest), periods.midnight(at.date() + _DAY))


def expected(spent: Mapping[date, Decimal], at: datetime) -> Forecast | None:
    """`spent`: of the days that were looked at; those without calls may be left out."""
    today, month = at.date(), periods.month_start(at).date()
    begun = min(spent, default=today)
    days = {begun + timedelta(days=number): Decimal(0) for number in range((today - begun).days + 1)} | dict(spent)
    return forecast(
        {day: amount for day, amount in days.items() if day < today},
        spent=sum((amount for day, amount in days.items() if day >= month), Decimal(0)),
        today=today,
        today_spent=days.get(today, Decimal(0)),
        month_end=periods.next_month(at).date(),
    )


def of_budgets(standings: Iterable[BudgetStanding], at: datetime) -> Mapping[UUID, Decimal | None]:
    """What each will have cost when its period ends: of a month as on the Spend page, else at this pace."""
    asked = list(standings)
    months = [each for each in asked if each.budget.period == Budget.Period.MONTH]
    totals = {each.budget.pk: found.total for each, found in _forecasts(months, at) if found and found.high}
    return {each.budget.pk: totals.get(each.budget.pk, each.at_this_pace) for each in asked}


def _forecasts(months: Sequence[BudgetStanding], at: datetime) -> Iterable[tuple[BudgetStanding, Forecast | None]]:
    """As many queries for many as for few."""
    customers = {each.budget.tenant_id for each in months if not each.budget.tenant.is_operator}
    theirs = ledger.daily_of_features(within(customers), looked_at(at)) if customers else {}
    is_over_all = any(each.budget.tenant.is_operator for each in months)
    [everything] = ledger.daily(within(None), By.FEATURE, None, looked_at(at)) if is_over_all else [_NONE]
    for each in months:
        days = everything if each.budget.tenant.is_operator else theirs.get(each.budget.tenant_id, _NONE)
        yield each, expected(_of_feature(days, each.budget.feature_id), at)


def _of_feature(days: Days, feature: UUID | None) -> Mapping[date, Decimal]:
    if feature is None:
        return {day: sum(amounts.values(), Decimal(0)) for day, amounts in days.items()}
    return {day: amounts[feature] for day, amounts in days.items() if feature in amounts}
