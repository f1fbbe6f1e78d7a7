"""The console's own check of a chain: its first model is passed over as if it had limited the call."""

from typing import Any

import pytest

from gateway.routing.triggers import EVERY, Trigger
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.factories import make_key, make_operator
from tests.gateway.world import QUESTION, Customer, World

DRILL = {"X-AIOps-Drill": "429"}


@pytest.fixture
def console(world: World) -> Customer:
    """Who calls as the built-in tenant."""
    with scope(ALL):
        operator = make_operator()
        key = make_key(operator)
        rest = EVERY - {Trigger.RATE_LIMITED}
        declare_chain("unlimited", members=[Member("mini"), Member("large")], triggers=rest, by=SYSTEM)
    world.catch_up()
    return Customer(operator, key.text, world.gateway)


def ask(customer: Customer, model: str = "default", **body: Any) -> Any:
    return customer.post({"model": model, "messages": QUESTION, **body}, **DRILL)


@pytest.mark.parametrize("stream", [False, True])
def test_the_first_model_is_not_asked_and_the_second_answers(world: World, console: Customer, stream: bool) -> None:
    before = world.asked()
    response = ask(console, stream=stream)
    assert response.headers["x-aiops-model"] == "simulator/sim-large"
    assert response.headers["x-aiops-fallback"] == "simulator/sim-mini:drill"
    assert world.asked() == before + 1
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert [(hop.model, hop.status, hop.reason) for hop in record.hops] == [
        ("sim-mini", 429, "drill"),
        ("sim-large", 200, ""),
    ]
    assert (record.fallback, record.estimated) == (True, False)


def test_it_leaves_nothing_behind_for_the_next_call(world: World, console: Customer) -> None:
    ask(console)
    assert console.post({"model": "default", "messages": QUESTION}).headers["x-aiops-model"] == "simulator/sim-mini"


def test_a_chain_that_would_not_go_on_fails_its_drill(world: World, console: Customer) -> None:
    before = world.asked()
    response = ask(console, "unlimited")
    assert (response.status_code, response.json()["error"]["code"]) == (429, "rate_limited")
    assert world.asked() == before


def test_a_chain_without_a_second_model_fails_its_drill(world: World, console: Customer) -> None:
    response = ask(console, "quick")
    assert (response.status_code, response.headers["x-aiops-fallback"]) == (429, "simulator/sim-mini:drill")


def test_a_chain_whose_second_model_is_down_fails_its_drill(world: World, console: Customer) -> None:
    world.fail("sim-large", "500")
    response = ask(console)
    assert response.headers["x-aiops-fallback"] == "simulator/sim-mini:drill, simulator/sim-large:500"
    assert response.status_code == 502


def test_nobody_else_can_call_a_drill(world: World, customer: Customer) -> None:
    response = ask(customer)
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
    assert "x-aiops-fallback" not in response.headers


@pytest.mark.parametrize("value", ["500", "", "yes"])
def test_another_word_is_no_drill(console: Customer, value: str) -> None:
    response = console.post({"model": "default", "messages": QUESTION}, **{"X-AIOps-Drill": value})
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
