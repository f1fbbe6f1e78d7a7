"""Calls that wait for a place in a process that is full."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.gateway.crowd import listen
from tests.gateway.processes import HTTP, Served, a_gateway, until
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}


def slow(milliseconds: int) -> dict[str, Any]:
    return {**CALL, "x_simulate": {"fault": "slow", "delay_ms": milliseconds}}


@pytest.fixture
def narrow(world: World) -> Iterator[Served]:
    """Two calls at once, one of each tenant."""
    with a_gateway("narrow", AIOPS_GATEWAY_MAX_CALLS="2") as gateway:
        yield gateway


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def known(world: World, gateway: Served, **values: Any) -> Customer:
    """A customer whom this gateway knows."""
    customer = world.customer(**values).at(gateway)
    world.catch_up(gateway)
    return customer


def figure(gateway: Served, name: str) -> float:
    lines = HTTP.get(f"{gateway.url}/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"aiops_gateway_{name}"))


def under_way(world: World, pool: ThreadPoolExecutor, customer: Customer, milliseconds: int) -> Future[httpx.Response]:
    before = world.asked()
    answer = pool.submit(customer.post, slow(milliseconds))
    until(lambda: world.asked() > before)
    return answer


def test_a_call_waits_for_a_place_and_is_then_made(world: World, narrow: Served, pool: ThreadPoolExecutor) -> None:
    customer = known(world, narrow)
    under_way(world, pool, customer, 1500)
    answer = pool.submit(customer.post, CALL)
    until(lambda: figure(narrow, "waiting_calls") == 1)
    assert answer.result().status_code == 200
    assert figure(narrow, "waiting_calls") == 0


def test_not_for_ever(world: World, narrow: Served, pool: ThreadPoolExecutor) -> None:
    customer, other, third = (known(world, narrow) for _ in range(3))
    under_way(world, pool, customer, 4000)
    own = pool.submit(customer.post, CALL)
    under_way(world, pool, other, 4000)
    strange = pool.submit(third.post, CALL)
    refused = {"tenant_busy": own.result(), "gateway_busy": strange.result()}
    assert {name: each.json()["error"]["code"] for name, each in refused.items()} == {name: name for name in refused}
    assert [each.status_code for each in refused.values()] == [429, 503]
    assert all(1 <= int(each.headers["retry-after"]) <= 4 for each in refused.values())
    assert all(each.headers["x-should-retry"] == "true" for each in refused.values())
    assert figure(narrow, "shed_total") == 2


def test_a_call_of_another_tenant_does_not_wait_for_the_many_of_one(
    world: World, narrow: Served, pool: ThreadPoolExecutor
) -> None:
    greedy, other = known(world, narrow, max_calls=2), known(world, narrow)
    answers = [pool.submit(greedy.post, slow(1500)) for _ in range(6)]
    until(lambda: figure(narrow, "waiting_calls") >= 1)
    answer = pool.submit(other.post, CALL)
    assert answer.result().status_code == 200
    assert not all(each.done() for each in answers)


def test_a_tenant_has_the_places_that_it_was_given(world: World, pool: ThreadPoolExecutor) -> None:
    customer = world.customer(max_calls=1)
    under_way(world, pool, customer, 1500)
    second = pool.submit(customer.post, CALL)
    until(lambda: figure(world.gateway, "waiting_calls") == 1)
    assert world.customer().post(CALL).status_code == 200
    assert not second.done()
    assert second.result().status_code == 200


def test_who_hangs_up_waits_no_more(world: World, narrow: Served, pool: ThreadPoolExecutor) -> None:
    customer = known(world, narrow)
    under_way(world, pool, customer, 4000)
    before = world.asked()
    body = json.dumps(CALL).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {customer.key}\r\n"
        f"x-aiops-feature: answers\r\nx-aiops-user: ann\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", narrow.port)) as connection:
        connection.sendall(head.encode() + body)
        until(lambda: figure(narrow, "waiting_calls") == 1)
    until(lambda: figure(narrow, "waiting_calls") == 0)
    assert figure(narrow, 'refused_total{code="caller_gone"') == 1
    # Nor was its time up, nor its turn come.
    assert figure(narrow, "shed_total") == 0
    assert world.asked() == before


def test_a_body_that_came_while_its_call_waited_is_whole(
    world: World, narrow: Served, pool: ThreadPoolExecutor
) -> None:
    customer = known(world, narrow)
    under_way(world, pool, customer, 700)
    long = "Where is my parcel? " * 50_000
    answer = pool.submit(customer.post, {"model": "mini", "messages": [{"role": "user", "content": long}]})
    until(lambda: figure(narrow, "waiting_calls") == 1)
    assert answer.result().status_code == 200
    assert answer.result().json()["usage"]["prompt_tokens"] > 200_000


def test_a_stop_holds_for_a_call_that_waited(world: World, narrow: Served, pool: ThreadPoolExecutor) -> None:
    customer = known(world, narrow)
    first = under_way(world, pool, customer, 8000)
    waiting = pool.submit(customer.post, CALL)
    until(lambda: figure(narrow, "waiting_calls") == 1)
    before = world.asked()
    world.stop(customer.tenant)
    # On a machine that stands still for two seconds its time was up before.
    assert waiting.result().json()["error"]["type"] in {"kill_switch", "rate_limit_error"}
    assert first.result().status_code == 503
    assert world.asked() == before


def test_three_hundred_streams_of_one_process_end_each_by_itself(world: World) -> None:
    callers = [world.customer()] * 150 + [world.customer()] * 150
    heard = listen(callers, {**CALL, "stream": True, "x_simulate": {"chunks": 20, "chunk_delay_ms": 200}})
    assert [each.status for each in heard] == [200] * 300
    assert all(each.is_whole for each in heard)
    assert len({each.call_id for each in heard}) == 300
    until(lambda: figure(world.gateway, "open_calls") == 0)
