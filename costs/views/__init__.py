"""The Spend page."""

from costs.views.spend import spend, spend_csv

__all__ = ["spend", "spend_csv"]
