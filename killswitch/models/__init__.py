from killswitch.models.channel import Channel
from killswitch.models.event import StopEvent
from killswitch.models.notice import Notice
from killswitch.models.release import Release
from killswitch.models.stop import Stop
from killswitch.models.watch import ResumeWatch

__all__ = ["Channel", "Notice", "Release", "ResumeWatch", "Stop", "StopEvent"]
