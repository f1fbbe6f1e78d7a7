from killswitch.models.drill import Drill, DrillKey
from killswitch.models.complaint import Complaint
from killswitch.models.event import StopEvent
from killswitch.models.release import Release
from killswitch.models.rule import Rule
from killswitch.models.stop import Stop
from killswitch.models.trip import Trip, Watch

__all__ = ["Drill", "DrillKey", "Release", "Stop", "StopEvent"]
__all__ = ["Complaint", "Release", "Rule", "Stop", "StopEvent", "Trip", "Watch"]
