"""Running gateways that pass over a model which fails, and tell each other of it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import redis

from gateway.breakers.machine import Breaker, Stage
from gateway.breakers.reading import State, standings
from gateway.breakers.wire import HASH, Told
from gateway.models import Model
from gateway.services import Member, declare_chain, declare_model, declare_provider
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tenants.watched import Identity
from tests.gateway.processes import Served, a_gateway, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World

ANSWERS = Stop.Reason.ANSWERS
_numbers = count(1)


@contextmanager
def gateway(name: str, **environment: str) -> Iterator[Served]:
    """One that opens after three failures."""
    with a_gateway(name, AIOPS_BREAKER_FAILURES="3", **environment) as served:
        yield served


@pytest.fixture
def sick(world: World) -> str:
    """A model of this test's own, and a chain `<model>-first` that asks it before another."""
    name = f"sick-{next(_numbers)}"
    with scope(ALL):
        declare_model(name, provider="simulator", upstream=f"sim-{name}", by=SYSTEM)
        declare_chain(f"{name}-first", members=[Member(name), Member("large")], by=SYSTEM)
    return name


def ask(customer: Customer, sick: str) -> Any:
    return customer.post({"model": f"{sick}-first", "messages": QUESTION})


def told(customer: Customer, sick: str) -> str:
    """Who was asked in vain, or passed over."""
    response = ask(customer, sick)
    assert response.is_success
    return str(response.headers.get("x-aiops-fallback", ""))


def asked(world: World, sick: str) -> int:
    return int(world.simulator.get("/control/calls")["calls"].get(f"sim-{sick}", 0))


def make_ill(world: World, customer: Customer, sick: str, fault: str = "500") -> None:
    """Three calls fail there, and no more would."""
    world.fail(f"sim-{sick}", fault, count=3)
    assert [told(customer, sick) for _ in range(3)] == [f"simulator/sim-{sick}:{fault}"] * 3


def make_limited(world: World, customer: Customer, sick: str) -> None:
    """It says so once, and for a minute."""
    world.fail(f"sim-{sick}", "429", count=1, retry_after=60)
    assert told(customer, sick) == f"simulator/sim-{sick}:429"


def has_been_told(world: World, customer: Customer, sick: str) -> bool:
    """Before it could have found it out by itself, which takes three calls that fail there."""
    world.fail(f"sim-{sick}", "500")
    until(lambda: standing_of(sick).state is State.OPEN)
    answers: list[str] = []
    until(lambda: answers.append(told(customer, sick)) or answers[-1] == f"simulator/sim-{sick}:open", pause=0.5)
    return len(answers) < 3


def standing_of(sick: str) -> Any:
    return standings(Model.objects.filter(slug=sick).select_related("provider"))[f"simulator/sim-{sick}"]


def test_a_model_that_fails_again_and_again_is_not_asked_while_another_answers(world: World, sick: str) -> None:
    with gateway("breaker-alone") as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        make_ill(world, customer, sick)
        before = asked(world, sick)
        assert told(customer, sick) == f"simulator/sim-{sick}:open"
        assert asked(world, sick) == before


def test_where_it_is_the_only_one_it_is_asked_all_the_same(world: World, sick: str) -> None:
    with gateway("breaker-last") as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        make_ill(world, customer, sick)
        assert customer.post({"model": sick, "messages": QUESTION}).is_success


def test_after_its_time_one_call_alone_tries_it_and_all_follow_when_it_answers(world: World, sick: str) -> None:
    with gateway("breaker-trial") as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        make_ill(world, customer, sick)
        before = asked(world, sick)
        world.fail(f"sim-{sick}", "slow", delay_ms=1500)
        until(lambda: standing_of(sick).state is State.HALF_OPEN, seconds=30, pause=0.2)
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: told(customer, sick), range(10)))
        assert sorted(answers) == ["", *[f"simulator/sim-{sick}:open"] * 9]
        assert asked(world, sick) == before + 1
        assert told(customer, sick) == ""
        until(lambda: standing_of(sick).state is State.CLOSED)


def test_what_one_gateway_finds_out_the_others_know(world: World, sick: str) -> None:
    with gateway("breaker-a") as first, gateway("breaker-b") as second:
        customer = world.customer()
        world.catch_up(first)
        world.catch_up(second)
        make_ill(world, customer.at(first), sick)
        assert has_been_told(world, customer.at(second), sick)


def test_a_gateway_that_starts_begins_with_what_the_others_know(world: World, sick: str) -> None:
    with gateway("breaker-old") as first:
        customer = world.customer()
        world.catch_up(first)
        make_limited(world, customer.at(first), sick)
        with gateway("breaker-newcomer") as second:
            world.catch_up(second)
            before = asked(world, sick)
            until(lambda: told(customer.at(second), sick) == f"simulator/sim-{sick}:429-cooldown", pause=0.2)
            # Nobody but the first gateway has heard it from the provider.
            assert asked(world, sick) - before <= 1


def test_a_limit_is_known_to_all_as_well(world: World, sick: str) -> None:
    with gateway("limit-a") as first, gateway("limit-b") as second:
        customer = world.customer()
        world.catch_up(first)
        world.catch_up(second)
        make_limited(world, customer.at(first), sick)
        before = asked(world, sick)
        until(lambda: told(customer.at(second), sick) == f"simulator/sim-{sick}:429-cooldown", pause=0.05)
        assert asked(world, sick) - before <= 1


def test_pages_read_who_found_out_what_and_why(world: World, sick: str) -> None:
    with gateway("breaker-read") as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        until(lambda: standing_of(sick).state is State.CLOSED)
        make_ill(world, customer, sick, "503")
        until(lambda: standing_of(sick).state is State.OPEN)
        found = standing_of(sick)
        assert (found.reason, found.process) == ("503", "breaker-read")
        assert found.since is not None
        assert found.until is not None
        assert 9 <= (found.until - found.since).total_seconds() <= 11


@pytest.mark.parametrize(("stage", "seconds"), [(Stage.HALF_OPEN, 100), (Stage.OPEN, -1)])
def test_what_a_gateway_said_that_died_is_not_told_for_ever(
    world: World, sick: str, stage: Stage, seconds: int
) -> None:
    at = datetime.now(UTC).timestamp()
    said = Told.of(Breaker(stage, at, at + seconds, "500", at=at), by=Identity("gateway", "gone"), offset=0)
    with gateway("breaker-after") as served, redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        world.catch_up(served)
        client.hset(HASH, f"simulator/sim-{sick}#", said.as_json())
        until(lambda: client.hget(HASH, f"simulator/sim-{sick}#") is None)
        assert standing_of(sick).state is State.CLOSED


def test_a_new_key_begins_with_a_clean_sheet(world: World) -> None:
    with gateway("breaker-key") as served:
        with scope(ALL):
            declare_own(world, "sk-1")
        customer = world.customer().at(served)
        world.catch_up(served)
        make_ill_own(world, customer)
        with scope(ALL):
            declare_own(world, "sk-2")
        world.catch_up(served)
        response = customer.post({"model": "rotated-first", "messages": QUESTION})
        assert response.headers["x-aiops-model"] == "rotating/sim-rotated"
        labels = Model.objects.filter(slug="rotated").select_related("provider")
        until(lambda: standings(labels)["rotating/sim-rotated"].state is State.CLOSED)


def declare_own(world: World, key: str) -> None:
    url = f"{world.simulator.url}/v1"
    declare_provider("rotating", name="Rotating", base_url=url, api_key=key, allow_private=True, by=SYSTEM)
    declare_model("rotated", provider="rotating", upstream="sim-rotated", by=SYSTEM)
    declare_chain("rotated-first", members=[Member("rotated"), Member("large")], by=SYSTEM)


def make_ill_own(world: World, customer: Customer) -> None:
    world.fail("sim-rotated", "500", count=3)
    body = {"model": "rotated-first", "messages": QUESTION}
    tried = [customer.post(body).headers["x-aiops-fallback"] for _ in range(4)]
    assert tried == [*["rotating/sim-rotated:500"] * 3, "rotating/sim-rotated:open"]


def test_without_redis_each_process_knows_its_own_and_tells_it_when_redis_is_back(world: World, sick: str) -> None:
    with wire("REDIS_URL") as road, gateway("breaker-cut", REDIS_URL=road.url) as served, gateway("breaker-far") as far:
        customer = world.customer()
        world.catch_up(served)
        world.catch_up(far)
        road.cut()
        make_limited(world, customer.at(served), sick)
        assert told(customer.at(served), sick) == f"simulator/sim-{sick}:429-cooldown"
        assert told(customer.at(far), sick) == ""
        road.mend()
        until(lambda: told(customer.at(far), sick) == f"simulator/sim-{sick}:429-cooldown", seconds=30, pause=0.2)
        assert standing_of(sick).process == "breaker-cut"


def test_without_redis_from_the_start_a_gateway_serves_and_breaks(world: World, sick: str) -> None:
    with gateway("breaker-never", REDIS_URL="redis://127.0.0.1:9") as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        make_ill(world, customer, sick)
        assert told(customer, sick) == f"simulator/sim-{sick}:open"


def test_a_redis_that_swallows_everything_holds_up_no_call(world: World, sick: str) -> None:
    with wire("REDIS_URL") as road, gateway("breaker-deaf", REDIS_URL=road.url) as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        road.swallow()
        make_ill(world, customer, sick)
        assert told(customer, sick) == f"simulator/sim-{sick}:open"


def test_a_stop_holds_whatever_the_breakers_say(world: World, sick: str) -> None:
    with scope(ALL):
        declare_model("spare", provider="simulator", upstream="sim-spare", by=SYSTEM)
        declare_chain(f"{sick}-first", members=[Member(sick), Member("spare")], by=SYSTEM)
    with gateway("breaker-stop") as served:
        customer = world.customer().at(served)
        world.catch_up(served)
        make_ill(world, customer, sick)
        with scope(ALL):
            switches.stop(switches.Order(target=Target.model("spare"), reason=ANSWERS), by=SYSTEM, at=datetime.now(UTC))
        world.catch_up(served)
        before = asked(world, sick)
        assert told(customer, sick) == f"simulator/sim-{sick}:open, simulator/sim-spare:stopped"
        assert asked(world, sick) == before + 1
        world.stop(customer.tenant)
        world.catch_up(served)
        assert ask(customer, sick).json()["error"]["type"] == "kill_switch"
