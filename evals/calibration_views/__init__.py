"""The Confidence pages."""

from evals.calibration_views.acting import feature_ask, threshold_undo, threshold_use
from evals.calibration_views.detail import feature_detail
from evals.calibration_views.listing import feature_list
from evals.calibration_views.table import feature_csv

__all__ = ["feature_ask", "feature_csv", "feature_detail", "feature_list", "threshold_undo", "threshold_use"]
