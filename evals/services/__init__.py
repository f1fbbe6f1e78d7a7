from evals.confidence.measured import NotMeasured
from evals.services.alarms import close_alarm
from evals.services.calibrating import (
    ChangedSince,
    NotLive,
    apply,
    ask_confidence,
    calibrate,
    in_force,
    undo,
    use,
)
from evals.services.canaries import start_canary, start_due_canaries
from evals.services.judging import judge
from evals.services.promoting import promote, standings, verdict_on
from evals.services.runs import cancel_run, start_run
from evals.services.seconding import NeedsSecondPerson, needs_another, refused_alone
from evals.services.suites import push_suite
from gateway.services import policy_of

__all__ = [
    "ChangedSince",
    "NeedsSecondPerson",
    "NotLive",
    "NotMeasured",
    "apply",
    "ask_confidence",
    "calibrate",
    "cancel_run",
    "close_alarm",
    "in_force",
    "judge",
    "needs_another",
    "policy_of",
    "promote",
    "push_suite",
    "refused_alone",
    "standings",
    "start_canary",
    "start_due_canaries",
    "start_run",
    "undo",
    "use",
    "verdict_on",
]
