from costs.models.budget import Budget, BudgetAlert
from costs.models.call import Call, CallQuerySet
from costs.models.enduser import EndUser
from costs.models.journal import DeadLetter, JournalPosition
from costs.models.price import PriceVersion
from costs.models.rollup import DailySpend, HourlySpend, MinuteTraffic

__all__ = [
    "Budget",
    "BudgetAlert",
    "Call",
    "CallQuerySet",
    "DailySpend",
    "DeadLetter",
    "EndUser",
    "HourlySpend",
    "JournalPosition",
    "MinuteTraffic",
    "PriceVersion",
]
