"""A gateway that is told to end, with calls under way."""

import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from costs.records import Outcome
from tests.gateway.crowd import Heard, Meanwhile, listen, until_all
from tests.gateway.processes import Served, a_gateway, is_ready, until
from tests.gateway.world import QUESTION, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
SLOW = {**CALL, "x_simulate": {"fault": "slow", "delay_ms": 1500}}
PACED = {**CALL, "stream": True, "x_simulate": {"chunks": 20, "chunk_delay_ms": 100}}
ENDLESS = {**CALL, "stream": True, "x_simulate": {"chunks": 600, "chunk_delay_ms": 100}}


def told_to_end(gateway: Served) -> Meanwhile:
    """Once each of them has heard something."""

    async def tell(heard: list[Heard]) -> None:
        await until_all(lambda: all(each.pieces for each in heard))
        gateway.process.terminate()

    return tell


def test_open_streams_are_finished_each_to_its_end(world: World) -> None:
    customer = world.customer()
    with a_gateway("leaving-20") as gateway:
        heard = listen([customer.at(gateway)] * 20, PACED, told_to_end(gateway))
        assert gateway.process.wait(10) in {0, -signal.SIGTERM}
    assert [each.is_whole for each in heard] == [True] * 20
    assert {world.record_of(each.call_id).outcome for each in heard} == {Outcome.OK}


def test_one_that_outlives_its_time_ends_with_an_error_and_is_billed(world: World) -> None:
    customer = world.customer()
    with a_gateway("leaving-1", AIOPS_GATEWAY_DRAIN_SECONDS="1") as gateway:
        heard = listen([customer.at(gateway)], ENDLESS, told_to_end(gateway))[0]
        assert gateway.process.wait(10) in {0, -signal.SIGTERM}
    assert '"code":"gateway_leaving"' in heard.text
    assert not heard.is_whole
    record = world.record_of(heard.call_id)
    assert (record.outcome, record.error_code) == (Outcome.INTERRUPTED, "gateway_leaving")
    assert record.usage.output_tokens > 0
    assert record.cost is not None


def test_a_call_that_outlives_it_is_told_to_try_again_and_one_that_does_not_has_its_answer(world: World) -> None:
    customer = world.customer()
    late = {**CALL, "x_simulate": {"fault": "slow", "delay_ms": 20_000}}
    with a_gateway("leaving-2", AIOPS_GATEWAY_DRAIN_SECONDS="3") as gateway, ThreadPoolExecutor(2) as pool:
        before = world.asked()
        answers = [pool.submit(customer.at(gateway).post, body) for body in (SLOW, late)]
        until(lambda: world.asked() == before + 2)
        gateway.process.terminate()
        good, refused = (answer.result() for answer in answers)
        assert gateway.process.wait(10) in {0, -signal.SIGTERM}
    assert (good.status_code, good.headers["connection"]) == (200, "close")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "gateway_leaving")
    assert refused.headers["x-should-retry"] == "true"
    assert refused.headers["connection"] == "close"
    assert world.record_of(refused.headers["x-aiops-call-id"]).outcome == Outcome.INTERRUPTED


def test_nobody_new_is_taken_and_connections_without_a_call_are_closed(world: World) -> None:
    customer = world.customer()
    with (
        a_gateway("leaving-3") as gateway,
        ThreadPoolExecutor(1) as pool,
        socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as idle,
    ):
        before = world.asked()
        answer = pool.submit(customer.at(gateway).post, SLOW)
        until(lambda: world.asked() > before)
        gateway.process.terminate()
        assert idle.recv(100) == b""
        until(lambda: not is_ready(gateway))
        assert answer.result().status_code == 200


def test_whoever_waits_for_a_place_is_told_at_once(world: World) -> None:
    customer = world.customer()
    with a_gateway("leaving-4", AIOPS_GATEWAY_MAX_CALLS="1") as gateway, ThreadPoolExecutor(2) as pool:
        before = world.asked()
        first = pool.submit(customer.at(gateway).post, SLOW)
        until(lambda: world.asked() > before)
        second = pool.submit(customer.at(gateway).post, CALL)
        until(lambda: b'waiting_calls{process="leaving-4"} 1.0' in metrics(gateway))
        gateway.process.terminate()
        assert second.result().json()["error"]["code"] == "gateway_leaving"
        assert not first.done()
        assert first.result().status_code == 200


def metrics(gateway: Served) -> bytes:
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))
