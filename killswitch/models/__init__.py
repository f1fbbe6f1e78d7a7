from killswitch.models.event import StopEvent
from killswitch.models.stop import Stop

__all__ = ["Stop", "StopEvent"]
