"""Stops that meet calls under way: what becomes of the call, of the count, and of the bill."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from costs.records import Outcome
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.scopes import InFlight, Mode
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Acknowledgement
from tenants.scope import ALL, scope
from tests.gateway.processes import until
from tests.gateway.world import QUESTION, Customer, World

PACE = {"chunks": 10, "chunk_delay_ms": 200}
STREAM: dict[str, Any] = {"model": "mini", "messages": QUESTION, "x_simulate": PACE}


def stop_of(target: Target, in_flight: InFlight = InFlight.CUT, mode: Mode = Mode.REFUSE) -> Stop:
    with scope(ALL):
        order = switches.Order(
            target=target,
            reason=Stop.Reason.ANSWERS,
            mode=mode,
            in_flight=in_flight,
            drain_seconds=1 if in_flight == InFlight.DRAIN else 0,
        )
        return switches.stop(order, by=SYSTEM, at=datetime.now(UTC)).stop


@contextmanager
def stopped_model(world: World, name: str) -> Iterator[Stop]:
    stop = stop_of(Target.model(name))
    world.catch_up()
    yield stop
    world.lift(stop)
    world.catch_up()


def ask_and_stop(
    customer: Customer, world: World, target: Target, body: dict[str, Any]
) -> tuple[httpx.Response, Stop, int]:
    """The stop comes while the first model is at work; how many answers the gateway says it cut."""
    before = world.asked()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(customer.post, body)
        until(lambda: world.asked() > before)
        stop = stop_of(target)
        response = answer.result()
    until(lambda: Acknowledgement.objects.filter(stops_revision=stop.revision).exists())
    cut = world.cut_by(stop)
    world.lift(stop)
    world.catch_up()
    return response, stop, cut


def test_an_attempt_on_a_stopped_model_is_broken_off_paid_for_and_made_good(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "slow", count=1, delay_ms=20_000)
    answer, _, cut = ask_and_stop(customer, world, Target.model("mini"), {"model": "default", "messages": QUESTION})
    assert answer.headers["x-aiops-model"] == "simulator/sim-large"
    assert answer.headers["x-aiops-fallback"] == "simulator/sim-mini:stopped_at_work"
    record = world.record_of(answer.headers["x-aiops-call-id"])
    assert (record.outcome, record.fallback, record.estimated) == (Outcome.OK, True, True)
    assert [hop.reason for hop in record.hops] == ["stopped_at_work", ""]
    assert cut == 0


def test_where_no_other_model_is_left_the_answer_is_cut_and_counted(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "slow", count=1, delay_ms=20_000)
    body = {"model": "default", "messages": QUESTION}
    answer, stop, cut = ask_and_stop(customer, world, Target.provider("simulator", "Simulator"), body)
    assert (answer.status_code, answer.json()["error"]["stop_id"], cut) == (503, str(stop.pk), 1)
    assert answer.headers["x-aiops-fallback"] == "simulator/sim-mini:stopped_at_work, simulator/sim-large:stopped"


def test_a_model_that_is_stopped_is_not_asked_however_many_attempts_it_has(customer: Customer, world: World) -> None:
    before = world.asked()
    with stopped_model(world, "mini"):
        answer = customer.post({"model": "stubborn", "messages": QUESTION})
    assert answer.headers["x-aiops-fallback"] == "simulator/sim-mini:stopped"
    assert world.asked() == before + 1


def test_a_failure_of_the_others_is_told_as_theirs(customer: Customer, world: World) -> None:
    world.fail("sim-large", "500")
    with stopped_model(world, "mini"):
        answer = customer.post({"model": "default", "messages": QUESTION})
    assert (answer.status_code, answer.json()["error"]["type"]) == (502, "provider_error")
    assert answer.headers["x-aiops-fallback"] == "simulator/sim-mini:stopped, simulator/sim-large:500"


def test_the_strictest_of_the_stops_that_leave_no_model_holds(customer: Customer, world: World) -> None:
    canned, refusing = stop_of(Target.model("mini"), mode=Mode.CANNED), stop_of(Target.model("large"))
    world.catch_up()
    answer = customer.post({"model": "default", "messages": QUESTION})
    for stop in (canned, refusing):
        world.lift(stop)
    world.catch_up()
    assert answer.json()["error"]["stop_id"] == str(refusing.pk)


def test_the_stream_of_a_model_that_is_stopped_is_cut_and_of_another_it_is_not(world: World) -> None:
    one, other = world.customer(), world.customer()
    with one.stream(STREAM) as cut, other.stream({**STREAM, "model": "large"}) as whole:
        begun = [next(cut), next(cut), next(whole), next(whole)]
        with stopped_model(world, "mini"):
            texts = "".join(cut), "".join(whole)
    assert ("[DONE]" in texts[0], "kill_switch" in texts[0], "[DONE]" in texts[1]) == (False, True, True)
    assert world.record_of(begun[0]).usage.output_tokens > 0


def test_a_stop_that_is_lifted_while_calls_drain_cuts_none(customer: Customer, world: World) -> None:
    with customer.stream(STREAM) as pieces:
        _ = next(pieces), next(pieces)
        stop = stop_of(Target.of(customer.tenant), InFlight.DRAIN)
        world.catch_up()
        world.lift(stop)
        assert "[DONE]" in "".join(pieces)


@pytest.mark.parametrize("before", [InFlight.NEW_ONLY, InFlight.DRAIN])
def test_one_that_is_tightened_cuts_what_it_had_left_alone(customer: Customer, world: World, before: InFlight) -> None:
    with customer.stream(STREAM) as pieces:
        _ = next(pieces), next(pieces)
        stop_of(Target.of(customer.tenant), before)
        world.catch_up()
        stop, began = stop_of(Target.of(customer.tenant)), time.monotonic()
        text = "".join(pieces)
    assert ("[DONE]" in text, "kill_switch" in text) == (False, True)
    assert time.monotonic() - began < 0.8
    until(lambda: world.cut_by(stop) == 1)


def test_a_call_that_one_stop_leaves_alone_is_cut_by_another(customer: Customer, world: World) -> None:
    with customer.stream(STREAM) as pieces:
        _ = next(pieces), next(pieces)
        stop_of(Target.of(customer.tenant), InFlight.NEW_ONLY)
        world.catch_up()
        other = world.stop(customer.tenant, world.answers)
        text = "".join(pieces)
    assert str(other.pk) in text


def test_a_call_that_is_left_alone_keeps_its_fallback(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "500", count=1, delay_ms=500)
    before = world.asked()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(customer.post, {"model": "default", "messages": QUESTION})
        until(lambda: world.asked() > before)
        stop_of(Target.of(customer.tenant), InFlight.NEW_ONLY)
        world.catch_up()
        assert answer.result().headers["x-aiops-model"] == "simulator/sim-large"
