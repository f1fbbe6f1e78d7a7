"""What the API of the switches takes and gives."""

from killswitch.serializers.blast import BlastShape
from killswitch.serializers.drills import DrillListShape, DrillShape
from killswitch.serializers.held import HeldShape
from killswitch.serializers.orders import (
    GIVEN_REASONS,
    IN_FLIGHT,
    MODES,
    SCOPES,
    LiftOrder,
    ReviewOrder,
    StopOrder,
    StopQuery,
    TargetLiftOrder,
    TargetQuery,
)
from killswitch.serializers.plans import PlanOrder, PlanQuery, PlanShape
from killswitch.serializers.shapes import (
    FEATURE_STATES,
    ConfirmationsShape,
    LiftResultShape,
    OpenedFeatureShape,
    OpenedStopShape,
    OpenedTenantShape,
    ProcessShape,
    StopEventShape,
    StopResultShape,
    StopShape,
    TrafficShape,
)

__all__ = [
    "FEATURE_STATES",
    "GIVEN_REASONS",
    "IN_FLIGHT",
    "MODES",
    "SCOPES",
    "BlastShape",
    "ConfirmationsShape",
    "DrillListShape",
    "DrillShape",
    "HeldShape",
    "LiftOrder",
    "LiftResultShape",
    "OpenedFeatureShape",
    "OpenedStopShape",
    "OpenedTenantShape",
    "PlanOrder",
    "PlanQuery",
    "PlanShape",
    "ProcessShape",
    "ReviewOrder",
    "StopEventShape",
    "StopOrder",
    "StopQuery",
    "StopResultShape",
    "StopShape",
    "TargetLiftOrder",
    "TargetQuery",
    "TrafficShape",
]
