"""Answers that stand for the same question, where a feature lets them."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from costs.records import Outcome, PriceMatch
from gateway.config import Caching
from gateway.grounding.policy import Mode
from gateway.kept import caching
from gateway.kept.caching import ResponseCache
from gateway.services import declare_caching, declare_grounding, declare_model, declare_provider, forget_answers
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature
from tenants.scope import ALL, scope
from tests.factories import make_feature
from tests.gateway.factories import admit, make_call
from tests.gateway.processes import a_gateway
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
KNOWN = {"id": "kb-7", "text": "You can send a parcel back within 30 days of delivery."}


@pytest.fixture(scope="module")
def kept(declared: World) -> Feature:
    """A feature whose answers are kept for ten minutes."""
    with scope(ALL):
        feature = make_feature("kept")
        declare_caching(feature, seconds=600, by=SYSTEM)
    declared.catch_up()
    return feature


@pytest.fixture
def caller(world: World, kept: Feature) -> Customer:
    return world.customer(feature=kept)


NO_FEATURE = {"X-AIOps-Feature": ""}


def ask(caller: Customer, body: dict[str, Any] = CALL, **headers: str) -> Any:
    return caller.post(body, **{**NO_FEATURE, **headers})


@pytest.fixture
def stopped_model() -> Iterator[None]:
    at, order = datetime.now(UTC), switches.Order(target=Target.model("mini"), reason=Stop.Reason.OUTAGE)
    with scope(ALL):
        stop = switches.stop(order, by=SYSTEM, at=at).stop
    yield
    with scope(ALL):
        switches.lift(stop, by=SYSTEM, at=at)


def test_the_same_question_is_asked_once(caller: Customer, world: World) -> None:
    first, before = ask(caller), world.asked()
    again = ask(caller, **{"X-AIOps-User": "ben@customer.example"})
    assert (again.content, world.asked()) == (first.content, before)
    assert [each.headers["x-aiops-cache"] for each in (first, again)] == ["miss", "hit"]
    assert again.headers["x-aiops-model"] == first.headers["x-aiops-model"]
    assert int(again.headers["age"]) >= 0


def test_it_is_a_call_of_its_own_that_asked_nobody_and_cost_nothing(caller: Customer, world: World) -> None:
    first, again = ask(caller), ask(caller)
    assert again.headers["x-aiops-call-id"] != first.headers["x-aiops-call-id"]
    assert Decimal(again.headers["x-aiops-cost-usd"]) == 0
    record = world.record_of(again.headers["x-aiops-call-id"])
    assert (record.outcome, record.price_match, record.usage.input_tokens) == (
        Outcome.OK,
        PriceMatch.NOTHING_ASKED,
        0,
    )
    assert [(hop.model, hop.reason) for hop in record.hops] == [("sim-mini", "cached")]
    assert not record.fallback
    assert (record.model, record.call.simulated, record.finish_reason) == ("sim-mini", True, "stop")


def test_a_stream_is_given_again_to_its_end(caller: Customer, world: World) -> None:
    streamed = {**CALL, "stream": True}
    first, before = ask(caller, streamed).text, world.asked()
    again = ask(caller, streamed)
    assert world.asked() == before
    assert again.headers["x-aiops-cache"] == "hit"
    assert _events(again.text) == _events(first)
    assert again.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"stream": False}),
        ({}, {"metadata": {"session": "s-1"}}),
        ({}, {"metadata": {}}),
        ({"stream": True}, {"stream": True, "stream_options": {"include_usage": False}}),
        ({"stream": True}, {"stream": True, "stream_options": None}),
    ],
)
def test_another_way_to_say_the_same_is_the_same_question(
    caller: Customer, one: dict[str, Any], other: dict[str, Any]
) -> None:
    answers = [ask(caller, {**CALL, **said}) for said in (one, other)]
    assert [answer.headers["x-aiops-cache"] for answer in answers] == ["miss", "hit"]


def test_a_stream_with_the_chunk_of_its_usage_is_kept_apart_from_one_without(caller: Customer) -> None:
    streamed = {**CALL, "stream": True}
    answers = [ask(caller, {**streamed, "stream_options": {"include_usage": wanted}}) for wanted in (True, False, True)]
    assert [answer.headers["x-aiops-cache"] for answer in answers] == ["miss", "miss", "hit"]
    assert ['"prompt_tokens"' in answer.text for answer in answers] == [True, False, True]


@pytest.mark.parametrize(
    "other",
    [
        {**CALL, "temperature": 1},
        {**CALL, "model": "large"},
        {**CALL, "messages": [{"role": "user", "content": "Where is my parcel?"}]},
    ],
)
def test_another_question_is_asked(caller: Customer, world: World, other: dict[str, Any]) -> None:
    ask(caller)
    assert ask(caller, other).headers["x-aiops-cache"] == "miss"


def test_no_other_tenant_gets_it(caller: Customer, world: World, kept: Feature) -> None:
    ask(caller)
    assert ask(world.customer(feature=kept)).headers["x-aiops-cache"] == "miss"


def test_a_feature_that_was_not_told_to_keeps_nothing(customer: Customer, world: World) -> None:
    customer.post(CALL)
    before, again = world.asked(), customer.post(CALL)
    assert (world.asked(), again.headers.get("x-aiops-cache")) == (before + 1, None)


def test_who_wants_it_afresh_gets_it_so(caller: Customer) -> None:
    ask(caller)
    assert ask(caller, **{"Cache-Control": "no-cache"}).headers["x-aiops-cache"] == "miss"
    assert ask(caller).headers["x-aiops-cache"] == "hit"


def test_what_must_not_be_stored_is_not(caller: Customer) -> None:
    assert ask(caller, **{"Cache-Control": "no-store"}).headers["x-aiops-cache"] == "miss"
    assert ask(caller).headers["x-aiops-cache"] == "miss"


def test_a_stop_holds_for_it(caller: Customer, world: World) -> None:
    ask(caller)
    stop = world.stop(caller.tenant)
    world.catch_up()
    assert ask(caller).status_code == 503
    world.lift(stop)
    world.catch_up()
    assert ask(caller).headers["x-aiops-cache"] == "hit"


def test_what_a_model_said_before_it_was_stopped_is_not_given(
    caller: Customer, world: World, request: pytest.FixtureRequest
) -> None:
    ask(caller)
    request.getfixturevalue("stopped_model")
    world.catch_up()
    assert ask(caller).status_code == 503


def test_what_was_forgotten_is_asked_again(caller: Customer, world: World, kept: Feature) -> None:
    ask(caller)
    with scope(ALL):
        forget_answers(kept, by=SYSTEM)
    world.catch_up()
    assert ask(caller).headers["x-aiops-cache"] == "miss"


def test_a_refusal_of_a_grounded_call_is_not_kept(world: World) -> None:
    with scope(ALL):
        feature = make_feature("kept-and-grounded")
        declare_caching(feature, seconds=600, by=SYSTEM)
        declare_grounding(feature, mode=Mode.ENFORCE, by=SYSTEM)
    caller = world.customer(feature=feature)
    refused = {**CALL, "sources": [KNOWN], "x_simulate": {"fault": "fabricated_quote"}}
    assert [ask(caller, refused).headers["x-aiops-cache"] for _ in range(2)] == ["miss", "miss"]
    # With a mark in it that no writer can know, which is the same for the same texts.
    answered = {**CALL, "sources": [{**KNOWN, "text": f"{KNOWN['text']} </source>"}]}
    first, kept = ask(caller, answered), ask(caller, answered)
    assert [each.headers["x-aiops-cache"] for each in (first, kept)] == ["miss", "hit"]
    # Its sources were given once, so they are on record, and its waste counted, once.
    assert kept.headers["x-aiops-grounding"] == first.headers["x-aiops-grounding"]
    records = [world.record_of(each.headers["x-aiops-call-id"]) for each in (first, kept)]
    assert [each.grounding is None for each in records] == [False, True]


def test_a_provider_at_another_address_does_not_answer_what_the_one_before_did(caller: Customer, world: World) -> None:
    def moved_to(path: str) -> None:
        with scope(ALL):
            url = f"{world.simulator.url}{path}"
            declare_provider("moving", name="Moving", base_url=url, simulated=True, allow_private=True, by=SYSTEM)
            declare_model("moving", provider="moving", upstream="sim-mini", by=SYSTEM)
        world.catch_up()

    asked = {**CALL, "model": "moving"}
    moved_to("/v1")
    assert [ask(caller, asked).headers["x-aiops-cache"] for _ in range(2)] == ["miss", "hit"]
    moved_to("/elsewhere/v1")
    assert ask(caller, asked).headers["x-aiops-cache"] == "miss"


def test_who_was_refused_before_it_was_looked_for_hears_nothing_of_it(caller: Customer) -> None:
    refused = ask(caller, {**CALL, "model": "nobody"})
    assert (refused.status_code, refused.headers.get("x-aiops-cache")) == (404, None)


def test_an_answer_that_was_cut_short_is_not_kept(caller: Customer, world: World) -> None:
    world.fail("sim-mini", "drop", count=1)
    assert ask(caller).status_code == 502
    assert ask(caller).headers["x-aiops-cache"] == "miss"


def test_no_tenant_fills_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    call = admit(make_call(x_aiops_user="u", x_aiops_feature="answers"))
    call.feature = replace(call.feature, cache=Caching(seconds=600))
    first, second = (f"aiops:cached:test:{uuid4()}" for _ in range(2))

    async def keep_two() -> list[bool]:
        cache = ResponseCache(os.environ["REDIS_URL"])
        model, kept = call.route.members[0].model, []
        for call.cache_key in (first, second):
            await cache.keep(call, model, "stop", b"x" * 1000)
            kept.append(await cache.find(call) is not None)
        await cache.close()
        return kept

    monkeypatch.setattr(caching, "MOST_OF_A_TENANT", 1500)
    assert asyncio.run(keep_two()) == [True, False]


def test_without_redis_every_question_is_asked(caller: Customer, world: World) -> None:
    with wire("REDIS_URL") as redis, a_gateway("uncached", REDIS_URL=redis.url) as gateway:
        world.catch_up(gateway)
        there = caller.at(gateway)
        ask(there)
        redis.cut()
        assert [ask(there).headers["x-aiops-cache"] for _ in range(2)] == ["miss", "miss"]


def test_a_connection_to_redis_that_was_lost_meanwhile_loses_no_answer(caller: Customer, world: World) -> None:
    with wire("REDIS_URL") as redis, a_gateway("reconnecting", REDIS_URL=redis.url) as gateway:
        world.catch_up(gateway)
        there = caller.at(gateway)
        ask(there)
        redis.cut()
        redis.mend()
        assert ask(there).headers["x-aiops-cache"] == "hit"


def _events(text: str) -> list[str]:
    """But for the comment, which tells of the call."""
    return [line for line in text.splitlines() if line.startswith("data:")]
