"""How long a model is waited for, when it is asked again, and that a chain keeps to its time."""

import asyncio
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from gateway.breakers import Breakers
from gateway.call import Call
from gateway.config import Member, Route
from gateway.errors import NoAnswer
from gateway.routing import walk as walking
from gateway.routing.failures import Failed
from gateway.routing.retry_after import seconds_of
from gateway.routing.upstream import Upstream
from gateway.routing.walk import Walk
from gateway.services import Member as Declared
from gateway.services import declare_chain, declare_model, declare_provider
from killswitch.inflight import Inflight
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.factories import admit, make_call, make_model
from tests.gateway.test_guard_points import make_pulse, make_snapshot
from tests.gateway.world import QUESTION, Customer, World

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("5", 5),
        ("0", 0),
        ("1.5", 1.5),
        ("Thu, 26 Nov 2026 12:00:30 GMT", 30),
        ("Thu, 26 Nov 2026 11:59:00 GMT", 0),
        ("Thursday, 26-Nov-26 12:00:30 GMT", 30),
        ("26 Nov 2026 12:00:30", 30),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("Thu, 26 Foo 2026 12:00:30 GMT", None),
        ("Thu, 26 Nov 99999 12:00:30 GMT", None),
        ("", None),
    ],
)
def test_seconds_and_dates_are_read(told: str, seconds: float | None) -> None:
    assert seconds_of(told, now=NOON) == seconds


class Fails:
    """A provider that fails each time; when it was asked, and for how long at most."""

    def __init__(self, reason: str, *, status: int = 0, retry_after: float | None = None) -> None:
        self.failure = Failed(reason, status=status, retry_after=retry_after)
        self.seconds: list[float] = []

    async def ask(self, call: Call, member: Member, seconds: float, **more: Any) -> None:
        self.seconds.append(seconds)
        raise self.failure


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What is waited between attempts, without waiting."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(walking.asyncio, "sleep", sleep)
    return waited


def walk(upstream: Fails, *members: Member, **route: Any) -> str:
    """What its caller is told."""
    call = admit(make_call(x_aiops_user="u", x_aiops_feature="answers"))
    call.route = Route("default", members, "default", **route)
    walking = Walk(
        call,
        cast(Upstream, upstream),
        make_snapshot(),
        Inflight(),
        Breakers(failures=1000),
        make_pulse(),
        is_abandoned=lambda: False,
    )
    with pytest.raises(NoAnswer) as caught:
        asyncio.run(walking.answer())
    return caught.value.detail


MINI, LARGE = Member(make_model("mini"), attempts=5), Member(make_model("large"))


def test_between_attempts_it_waits_anything_up_to_a_bound_that_doubles(waits: list[float]) -> None:
    for _ in range(20):
        walk(Fails("500", status=500), MINI)
    rounds = [waits[place::4] for place in range(4)]
    assert all(0 <= wait <= bound for bound, each in zip((0.2, 0.4, 0.8, 1.6), rounds, strict=True) for wait in each)
    assert len(set(waits)) == len(waits)


def test_a_balance_that_is_spent_is_spent_for_the_call(waits: list[float]) -> None:
    upstream = Fails("402", status=402)
    walk(upstream, MINI)
    assert (waits, len(upstream.seconds)) == ([], 1)


def test_a_limit_is_waited_for_as_long_as_the_provider_asked(waits: list[float]) -> None:
    walk(Fails("429", status=429, retry_after=3), Member(make_model(), attempts=2))
    assert waits == [3]


def test_nobody_waits_for_long(waits: list[float]) -> None:
    upstream = Fails("429", status=429, retry_after=3600)
    walk(upstream, MINI)
    assert (waits, len(upstream.seconds)) == ([], 1)


def test_another_model_is_better_than_waiting_for_a_limit(waits: list[float]) -> None:
    upstream = Fails("429", status=429, retry_after=1)
    walk(upstream, MINI, LARGE)
    assert (waits, len(upstream.seconds)) == ([], 2)


def test_a_chain_that_does_not_go_on_after_a_limit_waits_for_it(waits: list[float]) -> None:
    walk(Fails("429", status=429, retry_after=2), MINI, LARGE, triggers=frozenset())
    assert waits == [2, 2, 2, 2]


def test_no_attempt_outlives_the_deadline_of_its_chain(waits: list[float]) -> None:
    upstream = Fails("500", status=500)
    walk(upstream, Member(make_model(), 60.0, 3), deadline_seconds=2.0)
    assert len(upstream.seconds) == 3
    assert max(upstream.seconds) <= 2.0
    assert upstream.seconds == sorted(upstream.seconds, reverse=True)


def test_no_more_attempts_are_made_than_the_chain_is_worth(waits: list[float]) -> None:
    upstream = Fails("500", status=500)
    walk(upstream, MINI, LARGE, max_hops=3)
    assert (len(upstream.seconds), len(waits)) == (3, 2)


def test_the_deadline_of_a_running_chain_ends_an_attempt_that_had_more_time(customer: Customer, world: World) -> None:
    with scope(ALL):
        declare_chain("brief", members=[Declared("mini"), Declared("large")], deadline_seconds=1, by=SYSTEM)
    world.catch_up()
    world.fail("*", "timeout")
    began = time.monotonic()
    response = customer.post({"model": "brief", "messages": QUESTION})
    assert (response.status_code, response.json()["error"]["code"]) == (504, "timeout")
    assert time.monotonic() - began >= 1
    assert response.headers["x-aiops-fallback"] == "simulator/sim-mini:deadline"


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """Where nobody takes a connection up: its queue is full, and stays so."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield port
        for each in waiting:
            each.close()


def test_a_machine_that_is_not_reached_in_time_is_no_late_answer(
    customer: Customer, world: World, deaf_port: int
) -> None:
    with scope(ALL):
        url = f"http://127.0.0.1:{deaf_port}/v1"
        declare_provider("deaf", name="Deaf", base_url=url, allow_private=True, by=SYSTEM)
        declare_model("deaf", provider="deaf", by=SYSTEM)
        declare_chain("deaf-first", members=[Declared("deaf", timeout_seconds=1), Declared("mini")], by=SYSTEM)
    world.catch_up()
    response = customer.post({"model": "deaf-first", "messages": QUESTION})
    assert response.headers["x-aiops-fallback"] == "deaf/deaf:connect_timeout"
    assert not world.record_of(response.headers["x-aiops-call-id"]).estimated


def test_a_chain_whose_time_is_over_says_so(waits: list[float]) -> None:
    told = walk(Fails("500", status=500), Member(make_model()), deadline_seconds=0)
    assert "its deadline of 0 s was over" in told
