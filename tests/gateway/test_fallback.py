"""A model that cannot answer, and the one after it that can."""

from decimal import Decimal
from typing import Any

import openai
import pytest

from costs.hops import Bill
from costs.pricing import PriceList, cost_of
from costs.records import Outcome
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tenants.services import declare_feature
from tests.gateway.world import PRICES, QUESTION, Customer, World, paid

CALL: dict[str, Any] = {"model": "default", "messages": QUESTION}


@pytest.mark.parametrize("stream", [False, True])
def test_the_next_model_answers_when_the_first_is_limited(customer: Customer, world: World, stream: bool) -> None:
    world.fail("sim-mini", "429", count=1, retry_after=0)
    response = customer.post({**CALL, "stream": stream})
    assert response.is_success
    assert response.headers["x-aiops-model"] == "simulator/sim-large"
    assert response.headers["x-aiops-fallback"] == "simulator/sim-mini:429"
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.model, record.fallback, record.outcome) == ("sim-large", True, Outcome.OK)
    assert [(hop.model, hop.status, hop.reason) for hop in record.hops] == [
        ("sim-mini", 429, "429"),
        ("sim-large", 200, ""),
    ]
    first, second = record.hops
    assert 0 <= (first.began_ms or 0) <= (first.began_ms or 0) + first.ms <= (second.began_ms or 0)
    assert first.bill is None
    assert second.bill == Bill(record.usage.input_tokens, record.usage.output_tokens, paid(record), record.estimated)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("fault", "told"), [("500", "500"), ("503", "503"), ("invalid_json", "invalid_json")])
def test_the_next_model_answers_when_the_first_fails(
    customer: Customer, world: World, fault: str, told: str, stream: bool
) -> None:
    world.fail("sim-mini", fault, count=1)
    response = customer.post({**CALL, "stream": stream})
    assert response.is_success
    assert response.headers["x-aiops-fallback"] == f"simulator/sim-mini:{told}"


def test_the_next_model_answers_when_an_answer_is_cut_short(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "drop", count=1)
    assert customer.post(CALL).headers["x-aiops-fallback"] == "simulator/sim-mini:drop"


def test_the_next_model_answers_when_the_first_takes_too_long(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "timeout", count=1)
    response = customer.post({**CALL, "model": "hasty"})
    assert response.headers["x-aiops-fallback"] == "simulator/sim-mini:timeout"


def test_the_next_model_answers_when_nobody_is_at_the_address_of_the_first(customer: Customer) -> None:
    assert customer.post({**CALL, "model": "dead-first"}).headers["x-aiops-fallback"] == "nobody/unreachable:connection"


def test_a_model_is_asked_again_before_the_next_one_is(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "500", count=1)
    response = customer.post({**CALL, "model": "stubborn"})
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
    assert not world.record_of(response.headers["x-aiops-call-id"]).fallback


def test_a_model_that_asked_for_time_is_passed_over_while_another_is_free(customer: Customer, world: World) -> None:
    world.fail("sim-tired", "429", count=1, retry_after=30)
    told = [customer.post({**CALL, "model": "tired-first"}).headers["x-aiops-fallback"] for _ in range(2)]
    assert told == ["simulator/sim-tired:429", "simulator/sim-tired:429-cooldown"]


def test_a_model_that_asked_for_time_is_asked_all_the_same_when_no_other_is_left(
    customer: Customer, world: World
) -> None:
    world.fail("sim-weary", "429", count=1, retry_after=30)
    assert customer.post({**CALL, "model": "weary"}).status_code == 429
    response = customer.post({**CALL, "model": "dead-then-weary"})
    assert response.headers["x-aiops-model"] == "simulator/sim-weary"
    told = "simulator/sim-weary:429-cooldown, nobody/unreachable:connection"
    assert response.headers["x-aiops-fallback"] == told


def test_a_key_of_the_operators_that_is_refused_is_not_taken_for_the_callers(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "401", count=1)
    before, response = world.asked(), customer.post(CALL)
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["code"]) == (502, "provider_error", "provider_key_refused")
    assert "whoever runs the gateway has to set another" in error["message"]
    assert (response.headers["x-should-retry"], world.asked()) == ("false", before + 1)
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert ([hop.reason for hop in record.hops], paid(record)) == (["401"], Decimal(0))


@pytest.mark.parametrize(("fault", "estimated"), [("500", False), ("timeout", True)])
def test_a_call_that_nobody_answered_says_what_it_cost(
    customer: Customer, world: World, fault: str, estimated: bool
) -> None:
    world.fail("sim-mini", fault, count=1)
    response = customer.post({**CALL, "model": "quick"})
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert Decimal(response.headers["x-aiops-cost-usd"]) == paid(record)
    assert (paid(record) > 0, "x-aiops-cost-estimated" in response.headers) == (estimated, estimated)


@pytest.mark.parametrize("fault", ["401", "500"])
def test_what_users_may_read_comes_with_an_error_that_is_no_fault_of_the_callers(
    customer: Customer, world: World, fault: str
) -> None:
    with scope(ALL):
        declare_feature("soothed", name="Soothed", safe_answer="Please call us.", by=SYSTEM)
    world.catch_up()
    world.fail("sim-mini", fault, count=1)
    response = customer.post({**CALL, "model": "mini"}, **{"X-AIOps-Feature": "soothed"})
    assert (response.status_code, response.json()["error"]["safe_answer"]) == (502, "Please call us.")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_what_the_provider_refuses_is_not_asked_of_another(
    customer: Customer, world: World, status: int, stream: bool
) -> None:
    world.fail("sim-mini", str(status), count=1)
    before = world.asked()
    response = customer.post({**CALL, "stream": stream})
    error = response.json()["error"]
    assert (response.status_code, error["provider"]) == (status, "simulator")
    assert response.headers["x-aiops-source"] == "provider"
    assert "was made to" in error["message"]
    assert world.asked() == before + 1
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.outcome, paid(record), record.model) == (Outcome.PROVIDER_ERROR, Decimal(0), "sim-mini")


def test_when_all_are_limited_the_caller_is_told_when_to_come_back(customer: Customer, world: World) -> None:
    world.fail("*", "429", count=2, retry_after=0)
    with customer.openai() as client, pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(**CALL)
    assert caught.value.response.headers["retry-after"] == "0"
    assert caught.value.code == "rate_limited"


@pytest.mark.parametrize(
    ("model", "fault", "status", "told"),
    [
        ("default", "500", 502, "simulator/sim-mini:500, simulator/sim-large:500"),
        ("dead", "500", 502, "nobody/unreachable:connection"),
        ("quick", "timeout", 504, "simulator/sim-mini:timeout"),
    ],
)
def test_when_all_fail_the_caller_is_told_of_each(
    customer: Customer, world: World, model: str, fault: str, status: int, told: str
) -> None:
    world.fail("*", fault)
    response = customer.post({**CALL, "model": model})
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["message"]) == (
        status,
        "provider_error",
        f"No model answered: {told}.",
    )
    assert response.headers["x-aiops-fallback"] == told


def test_a_chain_that_was_walked_in_vain_counts_as_a_fallback_and_one_model_does_not(
    customer: Customer, world: World
) -> None:
    world.fail("*", "500")
    calls = [customer.post({**CALL, "model": model}).headers["x-aiops-call-id"] for model in ("default", "mini")]
    assert [world.record_of(call).fallback for call in calls] == [True, False]


@pytest.mark.parametrize(("model", "fault"), [("hasty", "timeout"), ("default", "drop"), ("default", "invalid_json")])
def test_what_a_model_was_at_work_on_in_vain_is_counted_as_far_as_we_know(
    customer: Customer, world: World, model: str, fault: str
) -> None:
    world.fail("sim-mini", fault, count=1)
    record = world.record_of(customer.post({**CALL, "model": model}).headers["x-aiops-call-id"])
    bills = [hop.bill for hop in record.hops if hop.bill]
    assert (record.model, record.estimated, len(bills)) == ("sim-large", True, 2)
    assert record.usage.input_tokens == sum(bill.input_tokens for bill in bills) > bills[-1].input_tokens
    assert paid(record) == cost_of(record.usage, PriceList.parse(PRICES)).total == sum(bill.cost or 0 for bill in bills)


def test_a_call_that_only_timed_out_is_no_free_one(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "timeout")
    record = world.record_of(customer.post({**CALL, "model": "quick"}).headers["x-aiops-call-id"])
    assert (record.outcome, record.estimated) == (Outcome.PROVIDER_ERROR, True)
    assert paid(record) > 0


@pytest.mark.parametrize("fault", ["429", "500"])
def test_what_was_refused_at_once_costs_nothing(customer: Customer, world: World, fault: str) -> None:
    world.fail("*", fault, count=2, retry_after=0)
    record = world.record_of(customer.post(CALL).headers["x-aiops-call-id"])
    assert (paid(record), record.estimated) == (Decimal(0), False)
