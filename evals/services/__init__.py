from evals.services.alarms import close_alarm
from evals.services.canaries import start_canary, start_due_canaries
from evals.services.judging import judge
from evals.services.promoting import needs_another, promote, standings, verdict_on
from evals.services.runs import cancel_run, start_run
from evals.services.suites import push_suite

__all__ = [
    "cancel_run",
    "close_alarm",
    "judge",
    "needs_another",
    "promote",
    "push_suite",
    "standings",
    "start_canary",
    "start_due_canaries",
    "start_run",
    "verdict_on",
]
