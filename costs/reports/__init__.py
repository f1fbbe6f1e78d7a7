"""What pages and the API show of calls and money: roll-ups only, within the caller's scope."""

from costs.reports.blast import Blast, blast
from costs.reports.budgets import BudgetStanding, budgets
from costs.reports.calls import CallRow, Wanted, calls
from costs.reports.changes import Change
from costs.reports.expecting import of_budgets
from costs.reports.forecast import Forecast
from costs.reports.ledger import By
from costs.reports.limited import LimitedStanding, limited, refused_by_budget
from costs.reports.spend import Series, SpendReport, SpendRow, spend
from costs.reports.stopped import stopped_by
from costs.reports.totals import Totals, WithTraffic
from costs.reports.traffic import Lately, Traffic, glance, lately, traffic, traffic_by_feature
from costs.reports.versions import calls_of_prompt, versions

__all__ = [
    "Blast",
    "BudgetStanding",
    "By",
    "CallRow",
    "Change",
    "Forecast",
    "Lately",
    "LimitedStanding",
    "Series",
    "SpendReport",
    "SpendRow",
    "Totals",
    "Traffic",
    "Wanted",
    "WithTraffic",
    "blast",
    "budgets",
    "calls",
    "calls_of_prompt",
    "glance",
    "lately",
    "limited",
    "of_budgets",
    "refused_by_budget",
    "spend",
    "stopped_by",
    "traffic",
    "traffic_by_feature",
    "versions",
]
