"""Faults between a gateway and what tells it of stops: none undoes one, and none delays one beyond the bound."""

import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis

from gateway.process.pulse import LATE_SECONDS
from killswitch import services as switches
from killswitch.lookups import target_of
from killswitch.models import Stop
from killswitch.scopes import tenant_key
from tenants.actors import SYSTEM
from tenants.models import Process
from tenants.scope import ALL, scope
from tests.conftest import NOW
from tests.gateway.processes import Served, a_gateway, paused, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
BOUND_SECONDS = 1.5
# Under row-level security, and their revision.
_LOCKED = ("killswitch_stop", "killswitch_stopevent", "killswitch_release", "killswitch_heldreview", "killswitch_plan")
_SWITCHES = (*_LOCKED, "tenants_revision")


def is_stopped(customer: Customer, gateway: Served) -> bool:
    return customer.at(gateway).post(CALL).status_code == 503


def seconds_to_stop(customer: Customer, gateway: Served, world: World) -> float:
    world.stop(customer.tenant)
    began = time.monotonic()
    until(lambda: is_stopped(customer, gateway))
    return time.monotonic() - began


def backup() -> dict[str, bytes]:
    """The rows of the switches and of their revision, as PostgreSQL's own COPY gives them to every backup."""
    with psycopg.connect(os.environ["AIOPS_TEST_OWNER_URL"]) as owner:
        owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return {table: _copied(owner, table) for table in _SWITCHES}


def _copied(owner: psycopg.Connection[Any], table: str) -> bytes:
    with owner.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as rows:
        return b"".join(bytes(row) for row in rows)


def put_back(kept: dict[str, bytes]) -> None:
    """As the owner, past the triggers, as a restore does it."""
    with psycopg.connect(os.environ["AIOPS_TEST_OWNER_URL"]) as owner, owner.cursor() as cursor:
        for table in kept:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"TRUNCATE {', '.join(kept)} CASCADE")
        for table, rows in kept.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in kept:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table in _LOCKED:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def test_a_subscription_that_went_silent_delays_a_stop_within_the_bound(world: World) -> None:
    customer = world.customer()
    with wire("REDIS_URL") as pushes, a_gateway("half-open", REDIS_URL=pushes.url) as gateway:
        until(lambda: gateway.get("/healthz")["push_works"])
        assert not is_stopped(customer, gateway)
        pushes.swallow()
        assert seconds_to_stop(customer, gateway, world) < BOUND_SECONDS
        # So that the process, which wants to say goodbye, need not wait for an answer.
        pushes.cut()


def test_redis_that_is_down_delays_a_stop_within_the_bound(world: World) -> None:
    customer = world.customer()
    with wire("REDIS_URL") as pushes, a_gateway("without-redis", REDIS_URL=pushes.url) as gateway:
        assert not is_stopped(customer, gateway)
        pushes.cut()
        assert seconds_to_stop(customer, gateway, world) < BOUND_SECONDS


def test_redis_that_forgets_everything_undoes_nothing(world: World) -> None:
    stopped, other = world.customer(), world.customer()
    world.stop(stopped.tenant)
    world.catch_up()
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as server:
        server.flushall()
    assert is_stopped(stopped, world.gateway)
    assert seconds_to_stop(other, world.gateway, world) < BOUND_SECONDS


def test_nothing_is_lifted_while_postgresql_is_away(world: World) -> None:
    customer = world.customer()
    stop = world.stop(customer.tenant)
    with wire("DATABASE_URL") as database, a_gateway("cut-off-at-the-lift", DATABASE_URL=database.url) as gateway:
        database.cut()
        until(lambda: not gateway.get("/healthz")["database_works"])
        world.lift(stop)
        until(lambda: not is_stopped(customer, world.gateway))
        assert is_stopped(customer, gateway)
        database.mend()
        until(lambda: not is_stopped(customer, gateway))


def test_a_process_that_stood_still_while_a_stop_was_made_sends_no_chunk_more(world: World) -> None:
    customer = world.customer()
    pace = {"x_simulate": {"chunks": 400, "chunk_delay_ms": 25}}
    with a_gateway("stood-still") as gateway, customer.at(gateway).stream({**CALL, **pace}) as pieces:
        _, first = next(pieces), next(pieces)
        with paused(gateway, LATE_SECONDS + 0.5):
            world.stop(customer.tenant)
        rest = "".join(pieces)
        assert first.startswith("data: ")
        assert "kill_switch" in rest
        assert "[DONE]" not in rest
        # What the kernel had taken before the pause may still arrive; of the simulator's other chunks none does.
        assert rest.count("data: ") < 40
        assert is_stopped(customer, gateway)


def test_a_backup_from_before_a_stop_does_not_undo_it(world: World) -> None:
    customer = world.customer()
    with a_gateway("restored") as gateway:
        kept = backup()
        stop = world.stop(customer.tenant)
        until(lambda: is_stopped(customer, gateway))
        put_back(kept)
        until(lambda: Process.objects.get(name="restored").held_stops)
        assert not Stop.objects.filter(pk=stop.pk).exists()
        assert is_stopped(customer, gateway)
        assert "restored" in str(gateway.get("/healthz")["faults"])
        with scope(ALL):
            (held,) = [each for each in switches.held() if each.stop.id == stop.pk]
            order = switches.Order(
                id=stop.pk, target=target_of(tenant_key(customer.tenant.pk)), reason=Stop.Reason.ANSWERS
            )
            switches.adopt(order, by=SYSTEM, at=NOW)
        assert "restored" in held.processes
        until(lambda: not Process.objects.get(name="restored").held_stops)
        assert is_stopped(customer, gateway)
        world.lift(Stop.objects.get(pk=stop.pk))
        until(lambda: not is_stopped(customer, gateway))


def test_what_only_processes_know_is_let_through_by_a_release(world: World) -> None:
    customer = world.customer()
    with a_gateway("released") as gateway:
        kept = backup()
        stop = world.stop(customer.tenant)
        until(lambda: is_stopped(customer, gateway))
        put_back(kept)
        until(lambda: Process.objects.get(name="released").held_stops)
        with scope(ALL):
            switches.release(switches.find_held(stop.pk), None, by=SYSTEM, note="Over.", at=NOW)
        until(lambda: not is_stopped(customer, gateway))
        assert customer.at(gateway).post(CALL).status_code == 200


def test_a_stop_is_acknowledged_at_once_over_redis(world: World) -> None:
    customer = world.customer()
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as server, server.pubsub() as acks:
        acks.subscribe("aiops:acks")
        until(lambda: acks.get_message(timeout=1))
        stop = world.stop(customer.tenant)
        heard: list[Any] = []
        until(lambda: heard.append(acks.get_message(timeout=1)) or b"gateway-of-the-tests" in str(heard).encode())
        assert str(stop.pk) in str(heard)


@pytest.fixture(autouse=True)
def nothing_held(world: World) -> Iterator[None]:
    """The module's gateway holds what a restored database forgot; the tests that follow begin without."""
    yield
    with scope(ALL):
        for each in switches.held():
            switches.release(each, None, by=SYSTEM, note="Over.", at=NOW)
