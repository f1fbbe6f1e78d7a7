"""Every write of a stop: the one way, whichever door is used."""

from killswitch.services.admitting import admit
from killswitch.services.holding import Held, adopt, find_held, held, release
from killswitch.services.lifting import LiftResult, NeedsAnother, lift, lift_expired
from killswitch.services.noting import note
from killswitch.services.order import Order
from killswitch.services.planning import cancel, plan
from killswitch.services.reviewing import review
from killswitch.services.starting import start_due
from killswitch.services.stopping import StopResult, stop

__all__ = [
    "Held",
    "LiftResult",
    "NeedsAnother",
    "Order",
    "StopResult",
    "admit",
    "adopt",
    "cancel",
    "find_held",
    "held",
    "lift",
    "lift_expired",
    "note",
    "plan",
    "release",
    "review",
    "start_due",
    "stop",
]
