from evals.models.calibration import Calibration
from evals.models.call_key import CallKey
from evals.models.drift import DriftAlarm
from evals.models.result import Result
from evals.models.run import Run
from evals.models.shard import Shard
from evals.models.suite import Suite, SuiteVersion

__all__ = ["Calibration", "CallKey", "DriftAlarm", "Result", "Run", "Shard", "Suite", "SuiteVersion"]
