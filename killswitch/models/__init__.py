from killswitch.models.channel import Channel
from killswitch.models.complaint import Complaint
from killswitch.models.drill import Drill, DrillKey
from killswitch.models.event import StopEvent
from killswitch.models.held import HeldRelease, HeldReview
from killswitch.models.notice import Notice
from killswitch.models.plan import Plan
from killswitch.models.rule import Rule
from killswitch.models.stop import Stop
from killswitch.models.trip import Trip, Watch
from killswitch.models.watch import ResumeWatch

__all__ = [
    "Channel",
    "Complaint",
    "Drill",
    "DrillKey",
    "HeldRelease",
    "HeldReview",
    "Notice",
    "Plan",
    "ResumeWatch",
    "Rule",
    "Stop",
    "StopEvent",
    "Trip",
    "Watch",
]
