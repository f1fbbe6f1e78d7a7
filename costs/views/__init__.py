"""The Spend page, and Budgets."""

from costs.views.budget_list import budget_csv, budget_list
from costs.views.budget_set import budget_remove, budget_set
from costs.views.spend import spend, spend_csv

__all__ = ["budget_csv", "budget_list", "budget_remove", "budget_set", "spend", "spend_csv"]
