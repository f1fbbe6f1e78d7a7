"""Every write of a stop: the one way, whichever door is used."""

from killswitch.services.admitting import admit
from killswitch.services.holding import Held, adopt, find_held, held, release
from killswitch.services.lifting import LiftResult, NeedsAnother, lift, lift_expired
from killswitch.services.noting import note
from killswitch.services.order import Order
from killswitch.services.reviewing import review
from killswitch.services.stopping import StopResult, stop

__all__ = [
    "Held",
    "LiftResult",
    "NeedsAnother",
    "Order",
    "StopResult",
    "admit",
    "adopt",
    "find_held",
    "held",
    "lift",
    "lift_expired",
    "note",
    "release",
    "review",
    "stop",
]
