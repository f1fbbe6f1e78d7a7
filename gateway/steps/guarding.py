"""Where the stops are asked about a call. No I/O, but after a pause of the process."""

from gateway.call import Call
from gateway.config import Model
from gateway.errors import Stopped
from gateway.process.pulse import Pulse
from killswitch.guard import ActiveStop
from killswitch.snapshot import StopsSnapshot


def stop_over(call: Call, stops: StopsSnapshot) -> ActiveStop | None:
    """Read by every call, several times."""
    return stops.current.find(call.under, call.spared, call.draw)


def stop_of_road(call: Call, model: Model, stops: StopsSnapshot) -> ActiveStop | None:
    """What keeps this model, and not the call, from going on."""
    return stops.current.find(model.road, call.spared, call.draw)


def guard(call: Call, stops: StopsSnapshot) -> None:
    stop = stop_over(call, stops)
    if stop is not None:
        raise Stopped(stop)


async def guard_anew(call: Call, stops: StopsSnapshot, pulse: Pulse) -> None:
    """The same after a wait: a process that was paused in it reads again before it believes what it knows."""
    if pulse.is_late():
        await pulse.catch_up()
    guard(call, stops)
