from killswitch.models.drill import Drill, DrillKey
from killswitch.models.complaint import Complaint
from killswitch.models.channel import Channel
from killswitch.models.event import StopEvent
from killswitch.models.notice import Notice
from killswitch.models.release import Release
from killswitch.models.rule import Rule
from killswitch.models.stop import Stop
from killswitch.models.trip import Trip, Watch

__all__ = ["Drill", "DrillKey", "Release", "Stop", "StopEvent"]
__all__ = ["Complaint", "Release", "Rule", "Stop", "StopEvent", "Trip", "Watch"]
from killswitch.models.watch import ResumeWatch

__all__ = ["Channel", "Notice", "Release", "ResumeWatch", "Stop", "StopEvent"]
