"""A provider that changes behind its name is noticed by asking the same of it every day."""

from evals.drift.looking import look
from evals.drift.series import Series, series_of

__all__ = ["Series", "look", "series_of"]
