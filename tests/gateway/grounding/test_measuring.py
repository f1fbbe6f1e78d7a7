"""Answers seen before a threshold refuses them: by the console's own evals, and by nobody else."""

import pytest

from tenants.scope import ALL, scope
from tests.factories import make_key, make_operator
from tests.gateway.grounding.conftest import Demand, body
from tests.gateway.world import Customer, World

HEADER = "X-AIOps-Grounding-Of"
QUOTED = "You can send a parcel back within 30 days of delivery."


@pytest.fixture
def evals(world: World) -> Customer:
    """The built-in tenant, tagged with a feature of its own that demands nothing."""
    with scope(ALL):
        operator = make_operator()
        key = make_key(operator)
    world.catch_up()
    return Customer(operator, key.text, world.gateway)


def test_the_threshold_of_the_feature_that_it_stands_for_refuses_nothing(
    evals: Customer, world: World, demand: Demand
) -> None:
    demand("enforce", "0.9")
    world.fail("sim-mini", "low_confidence")
    answer = evals.post(body(), **{"X-AIOps-Feature": world.drafts.slug, HEADER: "answers"}).json()
    told = answer["grounding"]
    assert (told["mode"], told["refused"], told["reason"], told["confidence"]) == ("enforce", False, None, 0.2)
    assert answer["choices"][0]["message"]["content"].replace("  ", " ").startswith(QUOTED)


def test_all_else_that_the_feature_demands_holds(evals: Customer, world: World, demand: Demand) -> None:
    demand("enforce", "0.9", "refuse")
    world.fail("sim-mini", "fabricated_quote")
    told = evals.post(body(), **{"X-AIOps-Feature": world.drafts.slug, HEADER: "answers"}).json()["grounding"]
    assert (told["refused"], told["reason"]) == (True, "unverified")


def test_what_is_not_enforced_yet_is_measured_as_if_it_were(evals: Customer, world: World, demand: Demand) -> None:
    demand("off")
    told = evals.post(body(), **{"X-AIOps-Feature": world.drafts.slug, HEADER: "answers"}).json()["grounding"]
    assert (told["mode"], told["refused"]) == ("enforce", False)


def test_a_feature_that_is_not_there_is_told(evals: Customer, world: World) -> None:
    answer = evals.post(body(), **{"X-AIOps-Feature": world.drafts.slug, HEADER: "nowhere"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unknown_feature")


def test_a_customer_does_not_get_past_the_threshold(customer: Customer, world: World, demand: Demand) -> None:
    demand("enforce", "0.9")
    world.fail("sim-mini", "low_confidence")
    told = customer.post(body(), **{HEADER: "answers"}).json()["grounding"]
    assert (told["refused"], told["reason"]) == (True, "low_confidence")


def test_a_customer_does_not_get_past_it_by_another_feature(customer: Customer, world: World, demand: Demand) -> None:
    demand("enforce", "0.9")
    world.fail("sim-mini", "low_confidence")
    told = customer.post(body(), **{HEADER: world.drafts.slug}).json()["grounding"]
    assert (told["refused"], told["reason"]) == (True, "low_confidence")
