"""The switches over the REST API."""

from killswitch.api.blast import BlastRadius
from killswitch.api.drills import DrillList
from killswitch.api.lifting import StopLift, TargetLift
from killswitch.api.plans import PlanCancel, PlanDetail, PlanList
from killswitch.api.processes import ProcessList
from killswitch.api.reviewing import StopReview
from killswitch.api.standing import FeatureDetail, TenantDetail
from killswitch.api.stops import RevisionDetail, StopDetail, StopList
from killswitch.api.watching import StopWatch

__all__ = [
    "BlastRadius",
    "DrillList",
    "FeatureDetail",
    "PlanCancel",
    "PlanDetail",
    "PlanList",
    "ProcessList",
    "RevisionDetail",
    "StopDetail",
    "StopLift",
    "StopList",
    "StopReview",
    "StopWatch",
    "TargetLift",
    "TenantDetail",
]
