"""Which failures lead to the next model, chain by chain."""

from typing import Any

import pytest

from costs.records import Outcome
from gateway.routing.triggers import EVERY, Trigger, in_order, trigger_of
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.world import QUESTION, Customer, World

REASONS = {
    "429": Trigger.RATE_LIMITED,
    "drill": Trigger.RATE_LIMITED,
    "529": Trigger.OVERLOADED,
    "500": Trigger.SERVER_ERROR,
    "502": Trigger.SERVER_ERROR,
    "503": Trigger.SERVER_ERROR,
    "timeout": Trigger.TIMEOUT,
    "deadline": Trigger.TIMEOUT,
    "connect_timeout": Trigger.CONNECTION,
    "connection": Trigger.CONNECTION,
    "drop": Trigger.CONNECTION,
    "invalid_json": Trigger.BAD_ANSWER,
    "invalid_answer": Trigger.BAD_ANSWER,
    "no_stream": Trigger.BAD_ANSWER,
    "error_event": Trigger.BAD_ANSWER,
    "too_large": Trigger.BAD_ANSWER,
    "context_overflow": Trigger.CONTEXT_OVERFLOW,
}


@pytest.mark.parametrize(("reason", "trigger"), REASONS.items())
def test_each_word_of_the_records_is_one_trigger(reason: str, trigger: Trigger) -> None:
    assert trigger_of(reason) is trigger


def test_a_503_that_says_when_to_come_back_is_overload() -> None:
    assert trigger_of("503", retry_after=0) is Trigger.OVERLOADED


def test_every_trigger_has_a_reason_and_one_order() -> None:
    assert set(REASONS.values()) == EVERY
    assert in_order(frozenset({Trigger.TIMEOUT, Trigger.RATE_LIMITED})) == ["rate_limited", "timeout"]


# What the simulator does, the trigger it is, and how a call ends that it does not lead on.
FAULTS: dict[str, tuple[dict[str, Any], str, int]] = {
    "rate_limited": ({"fault": "429", "retry_after": 0}, "429", 429),
    "overloaded": ({"fault": "529"}, "529", 503),
    "server_error": ({"fault": "500"}, "500", 502),
    "timeout": ({"fault": "timeout"}, "timeout", 504),
    "connection": ({"fault": "drop"}, "drop", 502),
    "bad_answer": ({"fault": "invalid_json"}, "invalid_json", 502),
}
EACH = pytest.mark.parametrize("trigger", list(FAULTS))


@pytest.fixture
def chains(world: World) -> None:
    """`only-x` goes on after x alone, `not-x` after all but x."""
    with scope(ALL):
        members = [Member("mini", timeout_seconds=1), Member("large")]
        for trigger in FAULTS:
            declare_chain(f"only-{trigger}", members=members, triggers=[trigger], by=SYSTEM)
            declare_chain(f"not-{trigger}", members=members, triggers=EVERY - {Trigger(trigger)}, by=SYSTEM)
        declare_chain("few", members=[Member("mini", attempts=2), Member("large")], max_hops=1, by=SYSTEM)
        again = [Member("mini", attempts=2), Member("large")]
        declare_chain("again", members=again, triggers=["timeout"], by=SYSTEM)
    world.catch_up()


pytestmark = pytest.mark.usefixtures("chains")


def ask(customer: Customer, chain: str, **more: Any) -> Any:
    return customer.post({"model": chain, "messages": QUESTION, **more})


@EACH
def test_a_failure_that_is_a_trigger_leads_to_the_next_model(customer: Customer, world: World, trigger: str) -> None:
    fault, reason, _ = FAULTS[trigger]
    world.fail("sim-mini", **fault, count=1)
    response = ask(customer, f"only-{trigger}")
    assert response.headers["x-aiops-model"] == "simulator/sim-large"
    assert response.headers["x-aiops-fallback"] == f"simulator/sim-mini:{reason}"


# A stream that drops has begun.
ENDS = [*((trigger, False) for trigger in FAULTS), *((trigger, True) for trigger in FAULTS if trigger != "connection")]


@pytest.mark.parametrize(("trigger", "stream"), ENDS)
def test_one_that_is_not_ends_the_call_as_that_failure(
    customer: Customer, world: World, trigger: str, stream: bool
) -> None:
    fault, _, status = FAULTS[trigger]
    world.fail("sim-mini", **fault, count=1)
    before = world.asked()
    response = ask(customer, f"not-{trigger}", stream=stream)
    error = response.json()["error"]
    assert response.status_code == status
    assert (error["type"], response.headers["x-aiops-source"]) == ("provider_error", "provider")
    assert world.asked() == before + 1
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.outcome, record.error_code) == (Outcome.PROVIDER_ERROR, error["code"])


def test_the_error_says_which_failure_and_that_the_chain_goes_no_further(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "500", count=1)
    error = ask(customer, "not-server_error").json()["error"]
    assert error["code"] == "server_error"
    assert "simulator/sim-mini:500" in error["message"]
    assert "'not-server_error' asks no other model after server_error" in error["message"]


def test_a_limit_that_ends_the_call_says_when_to_come_back(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "429", count=1, retry_after=0)
    response = ask(customer, "not-rate_limited")
    assert (response.status_code, response.headers["retry-after"]) == (429, "0")
    assert response.headers["x-should-retry"] == "true"


def test_the_same_model_is_asked_again_whatever_the_triggers(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "500", count=1)
    response = ask(customer, "again")
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"


def test_a_chain_is_worth_so_many_attempts_and_no_more(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "500", count=1)
    before = world.asked()
    response = ask(customer, "few")
    assert (response.status_code, world.asked()) == (502, before + 1)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_what_is_wrong_with_the_request_leads_on_in_no_chain(customer: Customer, world: World, status: int) -> None:
    world.fail("sim-mini", str(status), count=1)
    before = world.asked()
    assert ask(customer, "default").status_code == status
    assert world.asked() == before + 1
