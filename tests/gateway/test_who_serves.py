"""What is checked of the model that really serves, whichever of the chain that is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from costs.budgets import declare_budget
from costs.models import Budget
from costs.prices import declare_price
from costs.pricing import PriceList, cost_of
from gateway.services import Member, declare_chain, declare_model
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.world import QUESTION, Customer, World, paid

DEAR = PriceList.parse({"input": "3", "output": "15"})
CALL: dict[str, Any] = {"messages": QUESTION, "max_completion_tokens": 50}


@pytest.fixture
def chains(world: World) -> World:
    with scope(ALL):
        declare_model("dear", provider="simulator", upstream="sim-dear", by=SYSTEM)
        declare_price("openai", "sim-dear", DEAR, by=SYSTEM, at=datetime.now(UTC))
        declare_chain("rises", members=[Member("mini"), Member("dear")], by=SYSTEM)
        declare_chain("tries", members=[Member("mini"), Member("dear", first_percent=100)], by=SYSTEM)
        declare_chain("unpriced", members=[Member("mini"), Member("free")], by=SYSTEM)
    world.catch_up()
    return world


@pytest.fixture
def limited(chains: World) -> Customer:
    """Under a hard budget."""
    customer = chains.customer()
    with scope(ALL):
        at, hard = datetime.now(UTC), Budget.Kind.HARD
        declare_budget(customer.tenant, amount_usd=Decimal(1), kind=hard, by=SYSTEM, at=at)
    chains.catch_up()
    return customer


@contextmanager
def stopped(world: World, model: str) -> Iterator[None]:
    with scope(ALL):
        order = switches.Order(target=Target.model(model), reason=Stop.Reason.ANSWERS)
        stop = switches.stop(order, by=SYSTEM, at=datetime.now(UTC)).stop
    world.catch_up()
    yield
    world.lift(stop)
    world.catch_up()


@pytest.mark.parametrize("chain", ["rises", "tries"])
def test_the_call_costs_what_the_model_that_served_costs(chains: World, limited: Customer, chain: str) -> None:
    chains.fail("sim-mini", "500", count=1)
    response = limited.post({**CALL, "model": chain})
    assert response.headers["x-aiops-model"] == "simulator/sim-dear"
    record = chains.record_of(response.headers["x-aiops-call-id"])
    assert paid(record) == cost_of(record.usage, DEAR).total


def test_a_chain_with_a_model_of_no_price_is_refused_before_anybody_is_asked(chains: World, limited: Customer) -> None:
    before = chains.asked()
    response = limited.post({**CALL, "model": "unpriced"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "budget_without_price")
    assert chains.asked() == before


def test_the_dearest_of_the_chain_has_to_fit_though_the_first_would(chains: World) -> None:
    customer = chains.customer()
    with scope(ALL):
        amount, hard = Decimal("0.0006"), Budget.Kind.HARD
        declare_budget(customer.tenant, amount_usd=amount, kind=hard, by=SYSTEM, at=datetime.now(UTC))
    chains.catch_up()
    codes = [customer.post({**CALL, "model": model}).status_code for model in ("rises", "mini")]
    assert codes == [429, 200]


@pytest.mark.parametrize("chain", ["rises", "tries"])
def test_a_stop_of_the_model_that_would_serve_holds(chains: World, chain: str) -> None:
    customer = chains.customer()
    with stopped(chains, "dear"):
        chains.fail("sim-mini", "500", count=1)
        before = chains.asked()
        response = customer.post({**CALL, "model": chain})
        assert response.status_code == 502
        assert "simulator/sim-dear:stopped" in response.headers["x-aiops-fallback"]
        assert chains.asked() == before + 1


def test_access_to_a_chain_is_access_to_whoever_of_it_serves(chains: World) -> None:
    customer = chains.customer(allowed_models=["rises"])
    chains.fail("sim-mini", "500", count=1)
    assert customer.post({**CALL, "model": "rises"}).headers["x-aiops-model"] == "simulator/sim-dear"
    assert customer.post({**CALL, "model": "dear"}).json()["error"]["code"] == "model_not_found"
