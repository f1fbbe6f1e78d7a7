"""More places where the guard is asked: of prompts, kept answers and models, each with all others out of the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from gateway import pipeline
from gateway.call import Call
from gateway.caller import Caller
from gateway.config import Config, Member, Prompt, PromptVersion, Route
from gateway.errors import Stopped
from gateway.grounding.formats import Formats
from gateway.kept.once import HEADER, Kept
from gateway.loading.prompt_text import PromptText
from gateway.routing.upstream import BeforeRepeat, Stream, Whole
from gateway.steps.relay import Relay
from killswitch.guard import ActiveStop, Stops
from killswitch.scopes import prompt_version_key
from killswitch.snapshot import StopsSnapshot
from prompts.bundle import Bundle
from prompts.choosing import Offer
from tests.gateway.factories import admit, make_call, make_config, make_model
from tests.gateway.test_guard_points import Sends, Untouchable, make_admitted, make_pulse, make_snapshot, walk_of

VERSION = UUID(int=11)
MINI, LARGE = make_model(), make_model("large")
REPLY: dict[str, Any] = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}}


def stop_at(target: str, **values: Any) -> Stops:
    return Stops(1, UUID(int=6), {target: ActiveStop(UUID(int=5), target, "cost", "Paused.", **values)})


OFF = stop_at(MINI.road[1])


def with_prompt() -> Config:
    text = PromptText(Bundle.parse({"messages": [{"role": "system", "content": "Be brief."}]}).as_json())
    version = PromptVersion(VERSION, "abcdef123456", "v1", text)
    return replace(
        make_config(), prompts={"brief": Prompt("brief", (version,), {("production", None): Offer(version)})}
    )


def make_chain() -> Call:
    call = make_admitted()
    call.route = Route("default", (Member(MINI, attempts=3), Member(LARGE)), "default")
    return call


class Answers:
    """A provider that answers, and says whom it was asked for."""

    def __init__(self, snapshot: StopsSnapshot, *, then: Stops | None = None) -> None:
        self.asked: list[str] = []
        self._snapshot, self._then = snapshot, then

    async def ask(
        self, call: Call, member: Member, seconds: float, *, before_repeat: BeforeRepeat, anew: bool
    ) -> Whole:
        self.asked.append(member.model.slug)
        if self._then is not None:
            self._snapshot.current, self._then = self._then, None
            await before_repeat(member.model)
        return Whole(member.model, b"{}", REPLY)


def test_a_call_whose_prompts_version_is_stopped_is_not_even_opened() -> None:
    call = admit(
        make_call(
            {"model": "mini", "prompt": "brief"}, config=with_prompt(), x_aiops_user="u", x_aiops_feature="answers"
        )
    )
    runtime: Any = Untouchable()
    runtime.stops = make_snapshot(stop_at(prompt_version_key(VERSION)))
    runtime.formats = Formats()
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))
    assert call.prompt_version == "abcdef123456"


def test_a_stopped_call_is_not_looked_at_any_further() -> None:
    call = admit(
        make_call({"model": "mini", "prompt": "nowhere"}, x_aiops_user="u", x_aiops_feature="answers"),
    )
    runtime: Any = Untouchable()
    runtime.stops = make_snapshot(stop_at(call.targets[1]))
    runtime.formats = Formats()
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))


def test_an_answer_that_was_kept_is_not_given_to_a_call_that_was_stopped_while_it_was_looked_up() -> None:
    call = make_admitted()
    call.headers = {HEADER: b"again"}
    runtime: Any = Untouchable()
    runtime.stops, runtime.pulse = make_snapshot(), make_pulse()
    runtime.formats = Formats()

    @asynccontextmanager
    async def once(*_: Any) -> AsyncIterator[Any]:
        runtime.stops.current = stop_at(call.targets[1])
        yield SimpleNamespace(kept=Kept([], b"{}"))

    runtime.answers = SimpleNamespace(once=once)
    with pytest.raises(Stopped):
        asyncio.run(pipeline._answer(runtime, call, cast(Caller, Untouchable())))


def test_a_model_that_is_stopped_is_passed_over() -> None:
    call, snapshot = make_chain(), make_snapshot(OFF)
    upstream = Answers(snapshot)
    reply = asyncio.run(walk_of(call, upstream, snapshot).answer())
    assert (reply.model, upstream.asked) == (LARGE, ["large"])
    assert [hop.reason for hop in call.hops] == ["stopped", ""]


def test_a_model_that_is_stopped_is_not_asked_once_more_over_another_connection() -> None:
    call, snapshot = make_chain(), make_snapshot()
    upstream = Answers(snapshot, then=OFF)
    reply = asyncio.run(walk_of(call, upstream, snapshot).answer())
    assert (reply.model, upstream.asked) == (LARGE, ["mini", "large"])
    assert [hop.reason for hop in call.hops] == ["connection", "stopped", ""]


def test_the_answer_of_a_model_that_was_stopped_before_it_was_given_is_paid_for_and_not_given() -> None:
    call, snapshot = make_chain(), make_snapshot()
    walk = walk_of(call, Answers(snapshot), snapshot)

    async def answer() -> bool:
        reply = await walk.answer()
        snapshot.current = OFF
        return await walk.may_give(cast(Whole, reply))

    assert asyncio.run(answer()) is False
    assert ([each.usage.input_tokens for each in call.spent], call.used) == ([7], None)


@pytest.mark.parametrize("target", MINI.road)
def test_the_stream_of_a_stopped_model_goes_no_further_than_one_chunk(target: str) -> None:
    call = make_admitted()
    call.road = MINI.road

    async def send() -> None:
        runtime = cast(Any, Sends(make_snapshot(stop_at(target))))
        await Relay(call, cast(Caller, Untouchable()), runtime, cast(Stream, Untouchable()))._send(b"data: more\n\n")

    with pytest.raises(Stopped):
        asyncio.run(send())


@pytest.mark.parametrize(("draw", "asked"), [(4, "mini"), (5, "large")])
def test_a_rules_stop_lets_its_share_of_calls_try_the_model(draw: int, asked: str) -> None:
    call, snapshot = make_chain(), make_snapshot(stop_at(MINI.road[1], admits=5))
    call.draw = draw
    upstream = Answers(snapshot)
    asyncio.run(walk_of(call, upstream, snapshot).answer())
    assert upstream.asked == [asked]


def test_a_call_that_the_stop_spares_goes_on() -> None:
    call, snapshot = make_chain(), make_snapshot(stop_at(make_admitted().targets[1]))
    call.spared = {UUID(int=5)}
    assert asyncio.run(walk_of(call, Answers(snapshot), snapshot).answer()).model == MINI
