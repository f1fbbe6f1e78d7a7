"""Many calls at once through several gateways, while things break: a hard budget is never passed."""

import asyncio
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
import redis
from django.conf import settings

from aiops.embedded.ports import free_port
from aiops.embedded.valkey import Valkey
from costs import heartbeat
from costs.models import Call
from tenants.scope import ALL, scope
from tests.gateway.processes import Served, a_gateway, until
from tests.gateway.test_budgets import CALL, limit
from tests.gateway.world import Customer, World
from tests.warm.process import start

# Real processes on a machine that may be busy with other tests.
pytestmark = pytest.mark.timeout(300)
AT_ONCE = 200
GATEWAYS = 3
LIMIT = Decimal("0.02")
# What no call passes, as answers are 50 tokens at most.
WORST = Decimal("0.000130")
UNDER_WAY = 5
# Of who was refused and may ask again.
PAUSE = 0.2
SLOW = {**CALL, "x_simulate": {"delay_ms": 120_000}}


@dataclass
class Store:
    """A Valkey of its own, which a test may kill."""

    server: Valkey
    process: subprocess.Popen[bytes]

    def restart(self) -> None:
        self.process.kill()
        self.process.wait()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.server.command())
        until(self.server.answers)

    def flush(self) -> None:
        with redis.Redis.from_url(self.server.address) as client:
            client.flushall()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    server = Valkey(tmp_path_factory.mktemp("store"), free_port(), "only-for-tests")
    server.make_ready()
    made = Store(server, subprocess.Popen(server.command()))
    until(server.answers)
    yield made
    made.process.kill()
    made.process.wait()


@pytest.fixture(scope="module")
def gateways(declared: World, store: Store) -> Iterator[list[Served]]:
    """What breaks is mended, and each test has a budget of its own; so they go through all of it."""
    with ExitStack() as stack:
        names = [f"holding-{number}" for number in range(GATEWAYS)]
        yield [stack.enter_context(a_gateway(name, REDIS_URL=store.server.address)) for name in names]


@contextmanager
def recording() -> Iterator[None]:
    with start("costs.recorder", environment=os.environ) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            # Later tests' pages would tell that it is silent.
            (settings.AIOPS_HOME / heartbeat.NAME).unlink(missing_ok=True)


@dataclass
class Tally:
    costs: list[Decimal] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def take(self, answer: aiohttp.ClientResponse, body: Any) -> bool:
        """Whether it says that there is no more."""
        if answer.ok:
            self.costs.append(Decimal(answer.headers["x-aiops-cost-usd"]))
            return False
        code = str(body["error"]["code"])
        assert code in {"over_budget", "budget_unavailable"}
        self.refused[code] += 1
        return code == "over_budget" and answer.headers["x-should-retry"] == "false"


def spend_it_all(customer: Customer, gateways: list[Served], *, breaks: Callable[[], None] = lambda: None) -> Tally:
    """Everybody calls until the budget refuses; in the middle something breaks."""
    return asyncio.run(_spend_it_all(customer, gateways, breaks))


async def _spend_it_all(customer: Customer, gateways: list[Served], breaks: Callable[[], None]) -> Tally:
    tally, broken = Tally(), asyncio.Event()
    headers = {"Authorization": f"Bearer {customer.key}", "X-AIOps-Feature": "answers", "X-AIOps-User": "ann"}
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(30)
    urls = [f"{gateway.url}/v1/chat/completions" for gateway in gateways]
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers) as session:

        async def spend(number: int) -> None:
            is_spent = False
            while not is_spent:
                try:
                    async with session.post(urls[number % len(urls)], json=CALL) as answer:
                        is_spent = tally.take(answer, await answer.json())
                except aiohttp.ClientConnectionError:
                    tally.lost += 1
                    return
                if not answer.ok:
                    await asyncio.sleep(PAUSE)
                if sum(tally.costs) > LIMIT / 3 and not broken.is_set():
                    broken.set()
                    await asyncio.to_thread(breaks)

        await asyncio.gather(*(spend(number) for number in range(AT_ONCE)))
    return tally


def left_of(tally: Tally) -> Decimal:
    return LIMIT - sum(tally.costs, Decimal(0))


def report(name: str, tally: Tally) -> None:
    spent = sum(tally.costs, Decimal(0))
    print(f"{name}: {len(tally.costs)} calls, {spent} of {LIMIT}, refused {dict(tally.refused)}, lost {tally.lost}")


@pytest.fixture
def spender(customer: Customer, world: World, gateways: list[Served]) -> Customer:
    limit(world, customer.tenant, str(LIMIT))
    for gateway in gateways:
        world.catch_up(gateway)
    return customer


def test_nobody_passes_it_and_hardly_anything_is_left(spender: Customer, gateways: list[Served]) -> None:
    tally = spend_it_all(spender, gateways)
    report("undisturbed", tally)
    assert 0 <= left_of(tally) <= WORST


@pytest.mark.parametrize("is_recorded", [True, False])
@pytest.mark.parametrize("fault", ["flush", "restart"])
def test_not_even_when_valkey_loses_everything(
    spender: Customer, gateways: list[Served], store: Store, fault: str, is_recorded: bool
) -> None:
    """Whether the calls up to then are recorded by then or lie in the journals."""
    with recording() if is_recorded else ExitStack():
        tally = spend_it_all(spender, gateways, breaks=getattr(store, fault))
    report(f"{fault}, recorded {is_recorded}", tally)
    assert 0 <= left_of(tally) <= WORST


def test_not_even_when_valkey_comes_back_with_what_it_knew_long_ago(
    spender: Customer, gateways: list[Served], store: Store
) -> None:
    stale = {path: path.read_bytes() for path in store.server.data.rglob("*") if path.is_file()}

    def go_back() -> None:
        store.process.kill()
        store.process.wait()
        for path in store.server.data.rglob("*"):
            path.is_file() and path.unlink()
        for path, data in stale.items():
            path.write_bytes(data)
        store.start()

    tally = spend_it_all(spender, gateways, breaks=go_back)
    report("stale dump", tally)
    assert 0 <= left_of(tally) <= WORST


def test_not_even_when_a_gateway_is_killed_with_calls_under_way(
    spender: Customer, gateways: list[Served], store: Store, world: World
) -> None:
    """What it held stays held until it is known to be gone, and then counts for what is recorded of it."""
    before = world.asked()
    with (
        recording(),
        a_gateway("doomed", REDIS_URL=store.server.address) as doomed,
        ThreadPoolExecutor(UNDER_WAY) as pool,
    ):
        slow = [pool.submit(spender.at(doomed).post, SLOW) for _ in range(UNDER_WAY)]
        until(lambda: world.asked() == before + UNDER_WAY)
        tally = spend_it_all(spender, gateways[1:], breaks=doomed.process.kill)
        assert all(call.exception() for call in slow)
        until(lambda: _recorded(spender, "interrupted")[0] == UNDER_WAY, seconds=30)
    calls, recorded = _recorded(spender)
    report("killed", tally)
    assert calls >= len(tally.costs) + UNDER_WAY
    assert 0 <= LIMIT - recorded <= WORST


def _recorded(customer: Customer, *outcomes: str) -> tuple[int, Decimal]:
    with scope(ALL):
        calls = Call.objects.of(customer.tenant)
        costs = (calls.filter(outcome__in=outcomes) if outcomes else calls).values_list("cost_usd", flat=True)
        return len(costs), sum(filter(None, costs), Decimal(0))
