"""What happens to calls when what the gateway leans on breaks."""

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from aiops.embedded.home import Home
from aiops.embedded.waiting import waiting
from costs.records import Opened, Outcome
from gateway.process.pulse import LATE_SECONDS
from tests.gateway.processes import HTTP, Served, a_gateway, paused, serving, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World, journalled

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
STREAM: dict[str, Any] = {**CALL, "stream": True}


def test_calls_go_on_without_postgresql_and_stops_stay_in_force(world: World) -> None:
    fine, stopped = world.customer(), world.customer()
    world.stop(stopped.tenant)
    with wire("DATABASE_URL") as database, a_gateway("cut-off", DATABASE_URL=database.url) as gateway:
        database.cut()
        until(lambda: not gateway.get("/healthz")["database_works"])
        assert fine.at(gateway).post(CALL).is_success
        assert stopped.at(gateway).post(CALL).status_code == 503
        health = gateway.get("/healthz")
        assert health["status"] == "degraded"
        assert "PostgreSQL does not answer" in health["faults"][0]
        database.mend()
        until(lambda: gateway.get("/healthz")["status"] == "ok")


def test_a_gateway_that_never_read_a_snapshot_serves_nothing(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, wire("DATABASE_URL") as database:
        database.cut()
        threading.Timer(1.0, database.mend).start()
        started = time.monotonic()
        with a_gateway("late", listener=listener, DATABASE_URL=database.url) as gateway:
            assert time.monotonic() - started > 1.0
            assert gateway.get("/readyz")["ready"]


def test_a_gateway_that_waits_for_postgresql_can_be_told_to_end(world: World) -> None:
    with wire("DATABASE_URL") as database:
        database.cut()
        with serving("gateway", is_cold=True, DATABASE_URL=database.url) as gateway:
            home = Home(Path(os.environ["AIOPS_HOME"]))
            until(lambda: [one.why for one in waiting(home) if "OperationalError" in one.why])
            gateway.process.terminate()
            assert gateway.process.wait(10)
            assert not list(waiting(home))


def test_a_stop_arrives_without_redis(world: World) -> None:
    customer = world.customer()
    with wire("REDIS_URL") as pushes, a_gateway("deaf", REDIS_URL=pushes.url) as gateway:
        pushes.cut()
        until(lambda: not gateway.get("/healthz")["push_works"])
        assert customer.at(gateway).post(CALL).is_success
        world.stop(customer.tenant)
        until(lambda: customer.at(gateway).post(CALL).status_code == 503, seconds=3)


def test_a_process_that_was_paused_reads_again_before_it_admits_a_call(world: World) -> None:
    customer = world.customer()
    with a_gateway("paused") as gateway, ThreadPoolExecutor(1) as pool:
        with paused(gateway, LATE_SECONDS + 0.2):
            answer = pool.submit(customer.at(gateway).post, CALL)
            world.stop(customer.tenant)
        assert answer.result().status_code == 503


def test_an_answer_that_came_while_the_process_was_paused_is_not_given_to_a_stopped_call(world: World) -> None:
    customer = world.customer()
    slow = {**CALL, "x_simulate": {"fault": "slow", "delay_ms": 500}}
    with a_gateway("paused-on-the-way") as gateway, ThreadPoolExecutor(1) as pool:
        before = world.asked()
        answer = pool.submit(customer.at(gateway).post, slow)
        until(lambda: world.asked() > before)
        with paused(gateway, LATE_SECONDS + 0.2):
            world.stop(customer.tenant)
        assert answer.result().status_code == 503
    assert world.record_of(answer.result().headers["x-aiops-call-id"]).outcome == Outcome.STOPPED


def test_a_stream_that_runs_when_the_process_is_told_to_end_is_let_end(world: World) -> None:
    customer = world.customer()
    with a_gateway("leaving") as gateway:
        pace = {"x_simulate": {"chunks": 40, "chunk_delay_ms": 50}}
        with customer.at(gateway).stream({**STREAM, **pace}) as pieces:
            call_id, _ = next(pieces), next(pieces)
            gateway.process.terminate()
            assert "".join(pieces).endswith("data: [DONE]\n\n")
        assert gateway.process.wait(10) in {0, -signal.SIGTERM}
        assert world.record_of(call_id).outcome == Outcome.OK


def test_a_call_is_on_record_before_a_provider_is_asked(world: World) -> None:
    customer = world.customer()
    with a_gateway("killed") as gateway:
        body = {**CALL, "x_simulate": {"fault": "timeout"}}
        tags = {"X-AIOps-User": "unlucky"}
        caller = threading.Thread(target=lambda: _until_it_breaks(customer.at(gateway), body, tags))
        before = world.asked()
        caller.start()
        until(lambda: world.asked() > before)
        gateway.process.kill()
        caller.join(10)
        assert [type(record) for record in journalled(b"unlucky")] == [Opened]


def _until_it_breaks(customer: Customer, body: dict[str, Any], tags: dict[str, str]) -> None:
    try:
        customer.post(body, **tags)
    except httpx.TransportError:
        return


def test_a_full_journal_refuses_calls_in_clear_words(world: World) -> None:
    customer = world.customer()
    with a_gateway("full", AIOPS_JOURNAL_MAX_MB="1") as gateway, ThreadPoolExecutor(100) as pool:
        # Each call that is open keeps room for its end: this many leave none for another.
        slow = {**CALL, "x_simulate": {"fault": "slow", "delay_ms": 4000}}
        calls = [pool.submit(customer.at(gateway).post, slow) for _ in range(100)]
        until(lambda: customer.at(gateway).post(CALL).status_code == 503)
        before = world.asked()
        refused = customer.at(gateway).post(CALL)
        assert refused.json()["error"]["code"] == "journal_full"
        assert "journal is full" in refused.json()["error"]["message"]
        assert world.asked() == before
        assert gateway.get("/healthz")["status"] == "degraded"
        assert {call.result().status_code for call in calls} == {200, 503}


def test_two_processes_share_a_socket_and_both_obey(world: World) -> None:
    customer = world.customer()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        a_gateway("one-of-two", listener=listener) as one,
        a_gateway("two-of-two", listener=listener) as two,
    ):
        until(lambda: _process_behind(one) != _process_behind(one))
        world.stop(customer.tenant)
        world.confirm("one-of-two", "two-of-two")
        statuses = {customer.at(two).post(CALL, **{"Connection": "close"}).status_code for _ in range(10)}
        assert statuses == {503}


def _process_behind(gateway: Served) -> str:
    return str(HTTP.get(f"{gateway.url}/healthz", headers={"Connection": "close"}).json()["process"])


def test_health_and_figures_name_no_customer(customer: Customer, world: World) -> None:
    call_id = customer.post(CALL).headers["x-aiops-call-id"]
    health = world.gateway.get("/healthz")
    figures = HTTP.get(f"{world.gateway.url}/metrics").text
    assert UUID(call_id)
    assert (health["status"], health["process"], health["faults"]) == ("ok", "gateway-of-the-tests", [])
    assert 'aiops_gateway_calls_total{outcome="ok",process="gateway-of-the-tests"}' in figures
    assert customer.tenant.slug not in figures + str(health)
