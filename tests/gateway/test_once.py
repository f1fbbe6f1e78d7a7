"""A call with an idempotency key."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.gateway.processes import a_gateway, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
SLOW: dict[str, Any] = {**CALL, "x_simulate": {"delay_ms": 20_000}}


@pytest.fixture
def key() -> dict[str, str]:
    return {"X-AIOps-Idempotency-Key": str(uuid4())}


def test_sent_again_it_gets_the_first_answer_and_asks_nobody(
    customer: Customer, world: World, key: dict[str, str]
) -> None:
    first, before = customer.post(CALL, **key), world.asked()
    again = customer.post(CALL, **key)
    assert again.content == first.content
    assert again.headers["x-aiops-call-id"] == first.headers["x-aiops-call-id"]
    assert (again.headers.get("x-aiops-replayed"), first.headers.get("x-aiops-replayed")) == ("true", None)
    assert world.asked() == before


def test_one_that_failed_is_made_again(customer: Customer, world: World, key: dict[str, str]) -> None:
    world.fail("sim-mini", "500", count=1)
    assert customer.post(CALL, **key).status_code == 502
    assert customer.post(CALL, **key).is_success


def test_another_call_under_the_same_key_is_refused(customer: Customer, key: dict[str, str]) -> None:
    customer.post(CALL, **key)
    refused = customer.post({**CALL, "temperature": 1}, **key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "idempotency_key_reused")


def test_another_tenants_key_is_another(customer: Customer, world: World, key: dict[str, str]) -> None:
    customer.post(CALL, **key)
    assert "x-aiops-replayed" not in world.customer().post(CALL, **key).headers


def test_while_it_is_under_way_it_is_not_made_a_second_time(
    customer: Customer, world: World, key: dict[str, str]
) -> None:
    slow, before = {**CALL, "x_simulate": {"delay_ms": 600}}, world.asked()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(customer.post, slow, **key)
        until(lambda: world.asked() > before)
        refused = customer.post(slow, **key)
        assert first.result().is_success
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in_progress")
    assert refused.headers["x-should-retry"] == "true"
    assert customer.post(slow, **key).headers["x-aiops-replayed"] == "true"
    assert world.asked() == before + 1


def test_a_stop_holds_for_an_answer_that_is_kept_too(customer: Customer, world: World, key: dict[str, str]) -> None:
    customer.post(CALL, **key)
    world.stop(customer.tenant)
    world.catch_up()
    assert customer.post(CALL, **key).json()["error"]["type"] == "kill_switch"


def test_a_stream_is_not_kept_and_says_so(customer: Customer, key: dict[str, str]) -> None:
    refused = customer.post({**CALL, "stream": True}, **key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_body")


def test_without_redis_the_promise_is_not_made(customer: Customer, world: World, key: dict[str, str]) -> None:
    with wire("REDIS_URL") as remembering, a_gateway("forgetful", REDIS_URL=remembering.url) as gateway:
        remembering.cut()
        refused = customer.at(gateway).post(CALL, **key)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "idempotency_unavailable")
        assert customer.at(gateway).post(CALL).is_success


def test_of_a_process_that_was_killed_the_key_comes_free(customer: Customer, world: World, key: dict[str, str]) -> None:
    before = world.asked()
    with a_gateway("doomed") as gateway, ThreadPoolExecutor(1) as pool:
        pool.submit(customer.at(gateway).post, SLOW, **key)
        until(lambda: world.asked() > before)
        gateway.process.kill()
    until(
        lambda: customer.post(CALL, **key).json().get("error", {}).get("code") != "idempotency_key_reused", seconds=30
    )
