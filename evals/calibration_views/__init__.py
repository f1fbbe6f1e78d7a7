"""The Confidence pages."""

from evals.calibration_views.acting import feature_ask, threshold_undo, threshold_use
from evals.calibration_views.changing import answers_forget, grounding_set, keeping_set, setting_undo
from evals.calibration_views.detail import feature_detail
from evals.calibration_views.listing import feature_list
from evals.calibration_views.settings import feature_settings
from evals.calibration_views.table import feature_csv

__all__ = [
    "answers_forget",
    "feature_ask",
    "feature_csv",
    "feature_detail",
    "feature_list",
    "feature_settings",
    "grounding_set",
    "keeping_set",
    "setting_undo",
    "threshold_undo",
    "threshold_use",
]
