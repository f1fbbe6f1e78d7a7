"""A chain tried out, on demand or by itself: whoever relies on a second model knows when it last answered."""

from gateway.drills.planning import plan_drills, start_due
from gateway.drills.starting import NoDrillNow, start_drill

__all__ = ["NoDrillNow", "plan_drills", "start_drill", "start_due"]
