"""Calls under hard budgets, through a running gateway."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from costs.budgets import declare_budget, remove_budget
from costs.models import Budget
from costs.records import Outcome
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.gateway.processes import a_gateway, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World, paid

HARD = Budget.Kind.HARD
CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION, "max_completion_tokens": 50}


def limit(world: World, tenant: Tenant, usd: str, **values: Any) -> Budget:
    """Committed, and the gateway knows it."""
    with scope(ALL):
        kind = values.pop("kind", HARD)
        made = declare_budget(tenant, amount_usd=Decimal(usd), kind=kind, by=SYSTEM, at=datetime.now(UTC), **values)
    world.catch_up()
    return made.row


def error_of(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


def spend_up(customer: Customer, **body: Any) -> httpx.Response:
    """Call until a call is refused; the refusal."""
    for _ in range(200):
        answer = customer.post({**CALL, **body})
        if answer.is_error:
            return answer
    raise AssertionError("nothing was refused")


def test_a_used_up_budget_refuses_and_says_how_it_stands(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.001")
    refused = spend_up(customer)
    told = error_of(refused)
    assert (refused.status_code, told["type"], told["code"]) == (429, "over_budget", "over_budget")
    assert refused.headers["x-should-retry"] == "false"
    assert (told["scope"], told["period"], told["limit_usd"]) == (customer.tenant.name, "month", "0.001")
    assert Decimal(told["spent_usd"]) + Decimal(told["asked_usd"]) > Decimal("0.001") >= Decimal(told["spent_usd"])
    assert told["reserved_usd"] == "0"
    assert datetime.fromisoformat(told["resets_at"]) > datetime.now(UTC)
    assert "Nothing was sent to a model." in told["message"]
    record = world.record_of(refused.headers["x-aiops-call-id"])
    assert (record.outcome, record.error_code, paid(record)) == (Outcome.OVER_BUDGET, "over_budget", 0)


def test_a_soft_budget_refuses_nothing(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0000001", kind=Budget.Kind.SOFT)
    assert customer.post(CALL).is_success


def test_what_a_call_cost_is_what_stays_counted(customer: Customer, world: World) -> None:
    """The worst case is held while it is under way only."""
    limit(world, customer.tenant, "0.0006")
    answer = customer.post({**CALL, "max_completion_tokens": 500})
    refused = customer.post({**CALL, "max_completion_tokens": 1000})
    assert error_of(refused)["spent_usd"] == answer.headers["x-aiops-cost-usd"]


def test_a_user_that_nobody_knows_falls_under_it_too(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0000001")
    fresh = {"X-AIOps-User": "nobody-ever-saw-me", "X-AIOps-Session": "a-new-one"}
    assert error_of(customer.post(CALL, **fresh))["code"] == "over_budget"


def test_of_one_feature_it_leaves_the_others(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0000001", feature=world.drafts)
    assert customer.post(CALL).is_success
    refused = customer.post(CALL, **{"X-AIOps-Feature": "drafts"})
    assert error_of(refused)["scope"] == f"{customer.tenant.name}, {world.drafts.name}"


@pytest.fixture
def operator(world: World) -> Iterator[Tenant]:
    """Whose budgets are over everybody: they are taken away again."""
    with scope(ALL):
        tenant = make_operator()
    yield tenant
    with scope(ALL):
        Budget.objects.of(tenant).delete()
    world.catch_up()


@pytest.mark.parametrize("is_of_a_feature", [False, True])
def test_over_all_tenants_it_refuses_without_telling_sums(
    customer: Customer, world: World, operator: Tenant, is_of_a_feature: bool
) -> None:
    limit(world, operator, "0.0000001", feature=world.answers if is_of_a_feature else None)
    told = error_of(customer.post(CALL))
    assert told["code"] == "over_budget"
    assert "limit_usd" not in told
    assert "$" not in told["message"]


def test_several_budgets_hold_together_or_not_at_all(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "1")
    limit(world, customer.tenant, "0.0000001", period=Budget.Period.DAY)
    told = error_of(customer.post(CALL))
    assert told["period"] == "day"
    # Nothing stayed held in the other one.
    limit(world, customer.tenant, "0.000000001")
    limit(world, customer.tenant, "1", period=Budget.Period.DAY)
    told = error_of(customer.post(CALL))
    assert (told["period"], told["reserved_usd"]) == ("month", "0")


@pytest.mark.parametrize("field", [{"max_tokens": "9"}, {"max_completion_tokens": -1}, {"n": 0}, {"n": True}])
def test_a_bound_that_is_none_is_refused(customer: Customer, world: World, field: dict[str, Any]) -> None:
    limit(world, customer.tenant, "1")
    assert error_of(customer.post({"model": "mini", "messages": QUESTION, **field}))["code"] == "invalid_body"


def ask_with(part: dict[str, Any]) -> dict[str, Any]:
    return {**CALL, "messages": [{"role": "user", "content": [part, {"type": "text", "text": "What is it?"}]}]}


@pytest.mark.parametrize("kind", [["text"], {"text": 1}, 7, None])
def test_a_part_of_no_known_kind_is_held_as_one_that_is_no_text(customer: Customer, world: World, kind: object) -> None:
    limit(world, customer.tenant, "0.0001")
    told = error_of(customer.post(ask_with({"type": kind})))
    assert (told["code"], Decimal(told["asked_usd"]) > Decimal("0.005")) == ("over_budget", True)


def test_a_long_sound_is_held_by_its_length_beside_the_text(customer: Customer, world: World) -> None:
    """At a low bit rate ten megabytes are hours."""
    limit(world, customer.tenant, "0.0001")

    def asked(sound: int, text: int = 0) -> Decimal:
        body = ask_with({"type": "input_audio", "input_audio": {"data": "A" * sound}})
        return Decimal(error_of(customer.post({**body, "metadata": {"note": "x" * text}}))["asked_usd"])

    short, long = asked(1000), asked(4_000_000)
    assert 19 < long / short < 21
    assert asked(4_000_000, text=400_000) - long > short * 7


def test_several_answers_are_held_for_several_times(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0003")
    assert customer.post({**CALL, "max_completion_tokens": 10}).is_success
    told = error_of(customer.post({**CALL, "max_completion_tokens": 10, "n": 100}))
    assert Decimal(told["asked_usd"]) > Decimal("0.0006")


def test_a_model_without_a_price_is_refused(customer: Customer, world: World) -> None:
    assert customer.post({**CALL, "model": "free"}).is_success
    limit(world, customer.tenant, "1")
    refused = customer.post({**CALL, "model": "free"})
    assert (refused.status_code, error_of(refused)["code"]) == (503, "budget_without_price")
    assert refused.headers["x-should-retry"] == "false"


def test_a_price_is_needed_of_every_model_of_a_chain(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "1")
    assert error_of(customer.post({**CALL, "model": "dead-first"}))["code"] == "budget_without_price"


def test_a_failed_call_lets_go_of_what_was_held(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0003")
    world.fail("sim-mini", "500", count=5)
    assert [customer.post(CALL).status_code for _ in range(5)] == [502] * 5
    assert customer.post(CALL).is_success


def test_a_cut_stream_settles_at_what_it_cost(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.001")
    slow = {**CALL, "max_completion_tokens": 400, "x_simulate": {"chunk_delay_ms": 100}}
    with customer.stream(slow) as pieces:
        next(pieces), next(pieces)
        stop = world.stop(customer.tenant)
        "".join(pieces)
    world.lift(stop)
    world.catch_up()
    told = error_of(spend_up(customer, max_completion_tokens=1600))
    assert (told["reserved_usd"], Decimal(told["spent_usd"]) > 0) == ("0", True)


def test_a_stream_that_is_given_to_its_end_is_settled(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0005")
    with customer.stream(CALL) as pieces:
        "".join(pieces)
    told = error_of(customer.post({**CALL, "max_completion_tokens": 1000}))
    assert (told["reserved_usd"], Decimal(told["spent_usd"]) > 0) == ("0", True)


def test_what_is_only_held_is_waited_for(customer: Customer, world: World) -> None:
    """At $0 spent a budget that worst cases fill refuses nobody who waits a moment."""
    limit(world, customer.tenant, "0.0007")
    slow = {**CALL, "max_completion_tokens": 600, "x_simulate": {"delay_ms": 800}}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(customer.post, [slow, slow]))
    assert [answer.status_code for answer in answers] == [200, 200]


def test_what_is_held_for_longer_is_refused_and_told_apart(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0007")
    slow = {**CALL, "max_completion_tokens": 600, "x_simulate": {"delay_ms": 4000}}
    before = world.asked()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(customer.post, slow)
        until(lambda: world.asked() > before)
        refused = customer.post(slow)
        assert first.result().is_success
    told = error_of(refused)
    assert (told["spent_usd"], refused.headers["x-should-retry"]) == ("0", "true")
    assert Decimal(told["reserved_usd"]) > 0
    assert "send it again in a moment" in told["message"]


def test_without_valkey_a_hard_budget_fails_closed_and_others_are_served(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "1")
    free = world.customer()
    with wire("REDIS_URL") as valkey, a_gateway("cut-off", REDIS_URL=valkey.url) as gateway:
        world.catch_up(gateway)
        assert customer.at(gateway).post(CALL).is_success
        valkey.cut()
        refused = customer.at(gateway).post(CALL)
        assert (refused.status_code, error_of(refused)["code"]) == (503, "budget_unavailable")
        assert refused.headers["x-should-retry"] == "true"
        assert free.at(gateway).post(CALL).is_success
        valkey.mend()
        assert customer.at(gateway).post(CALL).is_success


def test_a_removed_budget_holds_nobody_back(customer: Customer, world: World) -> None:
    budget = limit(world, customer.tenant, "0.0000001")
    assert customer.post(CALL).status_code == 429
    with scope(ALL):
        assert remove_budget(budget, by=SYSTEM, at=datetime.now(UTC))
        assert not remove_budget(budget, by=SYSTEM, at=datetime.now(UTC))
    world.catch_up()
    assert customer.post(CALL).is_success


def test_a_raised_budget_lets_calls_through_again(customer: Customer, world: World) -> None:
    limit(world, customer.tenant, "0.0000001")
    assert customer.post(CALL).status_code == 429
    limit(world, customer.tenant, "1")
    assert customer.post(CALL).is_success
