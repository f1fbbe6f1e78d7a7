"""A call with an idempotency key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from prompts import services as prompts
from prompts.bundle import Bundle
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.factories import make_key
from tests.gateway.processes import a_gateway, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
SLOW: dict[str, Any] = {**CALL, "x_simulate": {"delay_ms": 20_000}}


@pytest.fixture
def key() -> dict[str, str]:
    return {"X-AIOps-Idempotency-Key": str(uuid4())}


@pytest.fixture
def released(world: World) -> tuple[str, str]:
    """Two prompts, live in production."""
    first, second = f"p-{uuid4()}", f"p-{uuid4()}"
    with scope(ALL):
        for name in (first, second):
            bundle = Bundle.parse({"messages": [{"role": "system", "content": f"You are {name}."}]})
            pushed = prompts.push_version(name, bundle, by=SYSTEM, at=datetime.now(UTC))
            prompts.release(pushed.version, environment="production", by=SYSTEM, at=datetime.now(UTC))
    world.catch_up()
    return first, second


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


@pytest.mark.parametrize("tag", [{"X-AIOps-Feature": "drafts"}, {"X-AIOps-User": "bob@customer.example"}])
def test_for_another_feature_or_user_it_is_another_call(
    customer: Customer, key: dict[str, str], tag: dict[str, str]
) -> None:
    customer.post(CALL, **key)
    refused = customer.post(CALL, **key, **tag)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "idempotency_key_reused")


def test_by_another_prompt_it_is_another_call(
    customer: Customer, released: tuple[str, str], key: dict[str, str]
) -> None:
    first, second = ({"X-AIOps-Prompt": name} for name in released)
    assert customer.post(CALL, **key, **first).is_success
    refused = customer.post(CALL, **key, **second)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "idempotency_key_reused")
    assert customer.post(CALL, **key, **first).headers["x-aiops-replayed"] == "true"


def test_by_a_version_of_the_prompt_it_is_another_call_than_by_what_is_live(
    customer: Customer, released: tuple[str, str], key: dict[str, str]
) -> None:
    name, _ = released
    assert customer.post(CALL, **key, **{"X-AIOps-Prompt": name}).is_success
    assert customer.post(CALL, **key, **{"X-AIOps-Prompt": f"{name}@v1"}).status_code == 409


def test_another_environments_key_is_another(customer: Customer, world: World, key: dict[str, str]) -> None:
    customer.post(CALL, **key)
    with scope(ALL):
        staging = make_key(customer.tenant, environment="staging")
    world.catch_up()
    answer = customer.post(CALL, key=staging.text, **key, **{"X-AIOps-Feature": "drafts"})
    assert answer.is_success
    assert "x-aiops-replayed" not in answer.headers


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


def test_a_connection_to_redis_that_was_lost_meanwhile_refuses_nobody(
    customer: Customer, world: World, key: dict[str, str]
) -> None:
    with wire("REDIS_URL") as remembering, a_gateway("reconnecting", REDIS_URL=remembering.url) as gateway:
        there = customer.at(gateway)
        assert there.post(CALL, **key).is_success
        remembering.cut()
        remembering.mend()
        again = there.post(CALL, **key)
        assert (again.status_code, again.headers["x-aiops-replayed"]) == (200, "true")


def test_of_a_process_that_was_killed_the_key_comes_free(customer: Customer, world: World, key: dict[str, str]) -> None:
    before = world.asked()
    with a_gateway("doomed") as gateway, ThreadPoolExecutor(1) as pool:
        pool.submit(customer.at(gateway).post, SLOW, **key)
        until(lambda: world.asked() > before)
        gateway.process.kill()
    until(
        lambda: customer.post(CALL, **key).json().get("error", {}).get("code") != "idempotency_key_reused", seconds=30
    )
    assert customer.post(CALL, **key).is_success
