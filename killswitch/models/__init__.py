from killswitch.models.drill import Drill, DrillKey
from killswitch.models.event import StopEvent
from killswitch.models.release import Release
from killswitch.models.stop import Stop

__all__ = ["Drill", "DrillKey", "Release", "Stop", "StopEvent"]
