"""Each place where the guard is asked, with all the others out of the way."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest

from gateway import pipeline
from gateway.call import Call
from gateway.caller import Caller
from gateway.chain import Walk
from gateway.config import Member, Route
from gateway.cooldown import Cooldowns
from gateway.errors import Stopped
from gateway.relay import Relay
from gateway.runtime import Runtime
from gateway.upstream import Failed, Stream, Upstream
from killswitch.guard import ActiveStop, Stops
from killswitch.inflight import Inflight
from killswitch.snapshot import StopsSnapshot
from tests.gateway.factories import admit, make_call, make_model


def make_admitted() -> Call:
    return admit(make_call(x_aiops_user="u", x_aiops_feature="answers"))


def stop_of(call: Call) -> Stops:
    stop = ActiveStop(UUID(int=5), call.targets[0], "cost", "Paused.")
    return Stops(1, UUID(int=6), {stop.target: stop})


def make_snapshot(stops: Stops | None = None) -> StopsSnapshot:
    """One that cuts nothing: no call is registered with it."""
    snapshot = StopsSnapshot(Inflight())
    snapshot.current = stops or snapshot.current
    return snapshot


class Asked(Exception):
    """It went further than it should have."""


class Untouchable:
    def __getattr__(self, name: str) -> Any:
        raise Asked(name)


class StopsWhileAsked:
    """A provider that fails, and while it does the call is stopped."""

    def __init__(self, snapshot: StopsSnapshot) -> None:
        self._snapshot, self.asked = snapshot, 0

    async def ask(self, call: Call, member: Member, seconds: float) -> None:
        self.asked += 1
        self._snapshot.current = stop_of(call)
        raise Failed("500", status=500)


class Sends:
    """As much of a runtime as a relay needs to send."""

    def __init__(self, stops: StopsSnapshot) -> None:
        self.stops, self.pulse = stops, self

    def is_late(self) -> bool:
        return False


def test_a_stopped_call_is_not_even_opened() -> None:
    call = make_admitted()
    runtime: Any = Untouchable()
    runtime.stops = make_snapshot(stop_of(call))
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))


def test_a_call_that_is_stopped_while_it_registers_asks_nobody() -> None:
    call = make_admitted()
    runtime: Any = Untouchable()
    runtime.stops = make_snapshot()
    runtime.open = lambda opened: setattr(runtime.stops, "current", stop_of(opened))
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))


@pytest.mark.parametrize("members", [(Member(make_model(), attempts=3),), (Member(make_model()),) * 3])
def test_a_call_that_is_stopped_while_a_model_fails_asks_no_other(members: tuple[Member, ...]) -> None:
    call, snapshot = make_admitted(), make_snapshot()
    call.route = Route("default", members, "default")
    upstream = StopsWhileAsked(snapshot)
    walk = Walk(call, cast(Upstream, upstream), snapshot, Cooldowns(), is_abandoned=lambda: False)
    with pytest.raises(Stopped):
        asyncio.run(walk.answer())
    assert upstream.asked == 1


def test_a_stream_that_nobody_cut_still_goes_no_further_than_one_chunk() -> None:
    call = make_admitted()

    async def send() -> None:
        runtime = cast(Runtime, Sends(make_snapshot(stop_of(call))))
        await Relay(call, cast(Caller, Untouchable()), runtime, cast(Stream, Untouchable()))._send(b"data: more\n\n")

    with pytest.raises(Stopped):
        asyncio.run(send())
