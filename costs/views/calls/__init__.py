"""The Calls page: every call, and one of them opened."""

from costs.views.calls.detail import call_detail
from costs.views.calls.listing import call_list, call_news
from costs.views.calls.sheet import call_csv

__all__ = ["call_csv", "call_detail", "call_list", "call_news"]
