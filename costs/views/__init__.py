"""The pages of money and of calls."""

from costs.views.calls import call_csv, call_detail, call_list, call_news
from costs.views.spend import spend, spend_csv

__all__ = ["call_csv", "call_detail", "call_list", "call_news", "spend", "spend_csv"]
