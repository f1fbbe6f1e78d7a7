"""The Evals pages."""

from evals.views.detail import run_between, run_detail
from evals.views.results import run_csv
from evals.views.running import run_cancel, run_progress
from evals.views.runs import run_list

__all__ = ["run_between", "run_cancel", "run_csv", "run_detail", "run_list", "run_progress"]
