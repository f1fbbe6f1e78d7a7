"""Calls leave nothing behind: the collector of a gateway runs seldom, so what waits for it counts as kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway import faulty
from tests.gateway.faulty import Faulty
from tests.gateway.processes import Served, a_gateway
from tests.gateway.world import Customer, World

MEGABYTE = 1 << 20
LONG = "word " * (9 * MEGABYTE // 5)


@pytest.fixture(scope="module")
def running_gateway(simulator: Served) -> Iterator[Served]:
    """One whose memory is all its own: a forked process shares its parent's."""
    with a_gateway("gateway-that-is-measured", is_cold=True) as served:
        yield served


@pytest.fixture(scope="module", autouse=True)
def _provider(declared: World) -> Iterator[None]:
    provider = Faulty()
    faulty.declare(provider)
    declared.catch_up()
    yield
    provider.close()


def held(world: World) -> int:
    """By the gateway's process, in megabytes."""
    status = Path(f"/proc/{world.gateway.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def growth(world: World, ask: Callable[[], int]) -> int:
    """Of twenty calls, after some that show how much it needs for one."""
    for _ in range(4):
        ask()
    before = held(world)
    for _ in range(20):
        ask()
    return held(world) - before


@pytest.mark.parametrize(
    ("model", "said", "status"),
    [
        ("faulty/bomb", "Hi", 502),
        ("faulty/500", LONG, 502),
        ("faulty/reset", LONG, 502),
        ("from/500", LONG, 200),
        ("mini", LONG, 200),
        ("unreachable", LONG, 502),
    ],
)
def test_twenty_calls_leave_no_body_behind(
    customer: Customer, world: World, model: str, said: str, status: int
) -> None:
    body = {"model": model, "messages": [{"role": "user", "content": said}]}
    assert customer.post(body).status_code == status
    assert growth(world, lambda: customer.post(body).status_code) < 60
