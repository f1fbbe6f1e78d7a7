"""The pages of money and of calls."""

from costs.views.budget_list import budget_csv, budget_list
from costs.views.budget_remove import budget_remove
from costs.views.budget_set import budget_set
from costs.views.calls import call_csv, call_detail, call_list, call_news
from costs.views.spend import spend, spend_csv

__all__ = [
    "budget_csv",
    "budget_list",
    "budget_remove",
    "budget_set",
    "call_csv",
    "call_detail",
    "call_list",
    "call_news",
    "spend",
    "spend_csv",
]
