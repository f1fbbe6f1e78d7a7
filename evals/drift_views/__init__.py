"""The Drift pages."""

from evals.drift_views.closing import alarm_close
from evals.drift_views.signals import signal_list
from evals.drift_views.table import signal_csv

__all__ = ["alarm_close", "signal_csv", "signal_list"]
