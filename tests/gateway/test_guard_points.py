"""Each place where the guard is asked, with all the others out of the way."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest

from costs.usage import Usage
from gateway import pipeline
from gateway.breakers import Breakers
from gateway.call import Call
from gateway.caller import Caller
from gateway.config import Member, Route
from gateway.errors import Stopped
from gateway.grounding.formats import Formats
from gateway.process.pulse import LATE_SECONDS, Pulse
from gateway.process.runtime import Runtime
from gateway.routing.failures import Failed
from gateway.routing.upstream import BeforeRepeat, Stream, Upstream, Whole
from gateway.routing.walk import Walk
from gateway.steps import giving
from gateway.steps.relay import Relay
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

    async def ask(self, call: Call, member: Member, seconds: float, **more: Any) -> None:
        self.asked += 1
        self._snapshot.current = stop_of(call)
        raise Failed("500", status=500)


class FindsItsConnectionClosed:
    """A provider's connection that had been closed; the call is stopped before it is asked once more."""

    def __init__(self, snapshot: StopsSnapshot) -> None:
        self._snapshot = snapshot

    async def ask(self, call: Call, member: Member, seconds: float, *, before_repeat: BeforeRepeat, anew: bool) -> None:
        self._snapshot.current = stop_of(call)
        await before_repeat(member.model)
        raise Asked


class Sends:
    """As much of a runtime as it takes to give an answer."""

    def __init__(self, stops: StopsSnapshot, pulse: Pulse | None = None) -> None:
        self.stops, self.pulse = stops, pulse or make_pulse()


def make_pulse() -> Pulse:
    """Of a process that was never paused."""
    return Pulse(cast(Any, Untouchable()), clock=lambda: 0.0)


def paused(call: Call, snapshot: StopsSnapshot) -> Pulse:
    """Of a process that was just paused; the call was stopped meanwhile, and only the database knows."""

    async def compare() -> None:
        snapshot.current = stop_of(call)

    clock = iter([0.0])
    return Pulse(compare, clock=lambda: next(clock, LATE_SECONDS + 1))


def walk_of(call: Call, upstream: Any, snapshot: StopsSnapshot, pulse: Pulse | None = None) -> Walk:
    return Walk(
        call,
        cast(Upstream, upstream),
        snapshot,
        Inflight(),
        Breakers(),
        pulse or make_pulse(),
        is_abandoned=lambda: False,
    )


def test_a_stopped_call_is_not_even_opened() -> None:
    call = make_admitted()
    runtime: Any = Untouchable()
    runtime.stops = make_snapshot(stop_of(call))
    runtime.formats = Formats()
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))


def test_a_call_that_is_stopped_while_it_registers_asks_nobody() -> None:
    call = make_admitted()
    runtime: Any = Untouchable()
    runtime.stops = make_snapshot()
    runtime.formats = Formats()
    runtime.open = lambda opened: setattr(runtime.stops, "current", stop_of(opened))
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))


@pytest.mark.parametrize("members", [(Member(make_model(), attempts=3),), (Member(make_model()),) * 3])
def test_a_call_that_is_stopped_while_a_model_fails_asks_no_other(members: tuple[Member, ...]) -> None:
    call, snapshot = make_admitted(), make_snapshot()
    call.route = Route("default", members, "default")
    upstream = StopsWhileAsked(snapshot)
    walk = walk_of(call, upstream, snapshot)
    with pytest.raises(Stopped):
        asyncio.run(walk.answer())
    assert upstream.asked == 1


def test_a_call_that_is_stopped_while_its_process_is_paused_asks_nobody() -> None:
    call, snapshot = make_admitted(), make_snapshot()
    walk = walk_of(call, Untouchable(), snapshot, paused(call, snapshot))
    with pytest.raises(Stopped):
        asyncio.run(walk.answer())


def test_a_closed_connection_is_on_record_and_a_stopped_call_is_not_sent_again() -> None:
    call, snapshot = make_admitted(), make_snapshot()
    walk = walk_of(call, FindsItsConnectionClosed(snapshot), snapshot)
    with pytest.raises(Stopped):
        asyncio.run(walk.answer())
    assert ([hop.reason for hop in call.hops], call.asking) == (["connection"], None)


def test_an_answer_that_came_while_its_process_was_paused_is_not_given_but_paid_for() -> None:
    call, snapshot = make_admitted(), make_snapshot()
    runtime = cast(Runtime, Sends(snapshot, paused(call, snapshot)))
    reply = Whole(make_model(), b"{}", {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}})
    with pytest.raises(Stopped):
        asyncio.run(giving.give(runtime, call, cast(Caller, Untouchable()), reply, None))
    assert call.used == (Usage(input_tokens=7, output_tokens=5), False)


def test_a_stream_that_nobody_cut_still_goes_no_further_than_one_chunk() -> None:
    call = make_admitted()

    async def send() -> None:
        runtime = cast(Runtime, Sends(make_snapshot(stop_of(call))))
        await Relay(call, cast(Caller, Untouchable()), runtime, cast(Stream, Untouchable()))._send(b"data: more\n\n")

    with pytest.raises(Stopped):
        asyncio.run(send())
