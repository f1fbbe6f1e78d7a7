"""A thousand answers on their way to one tenant's callers: how soon a stop ends the last of them, and nobody else's."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import IO, Any

import httpx

from bench import stack
from bench.drip import PAUSE_SECONDS
from bench.killswitch.world import GATEWAYS, World

TIMES, OTHERS = 5, 200


@dataclass(frozen=True)
class Listeners:
    said: IO[str]
    told: IO[str]

    def found(self) -> list[dict[str, Any]]:
        self.told.write("end\n")
        self.told.flush()
        rows: list[dict[str, Any]] = json.loads(self.said.readline())
        return rows


def measure(world: World, count: int) -> None:
    theirs, others = world.tenants[-1], world.tenants[-2]
    keys = {tenant: _key(world, tenant) for tenant in (theirs, others)}
    lasts = [_once(world, theirs, keys[theirs], keys[others], count) for _ in range(TIMES)]
    print(
        f"{count:,} open streams of one tenant, {OTHERS} of another, {TIMES} times: the last one ended "
        f"{median(lasts):.0f} ms after the click (max {max(lasts):.0f}); of the other tenant's none was touched; "
        "mark: <= 300 ms"
    )


def _key(world: World, tenant: str) -> str:
    """Which every gateway knows."""
    key = str(json.loads(world.running.aiops("key", "create", "--tenant", tenant, "--json"))["key"])
    known = 0
    while known < 10 * GATEWAYS:
        headers = {"Authorization": f"Bearer {key}", "Connection": "close"}
        found = httpx.get(f"{world.running.run['gateway_url']}/models", headers=headers)
        known = known + 1 if found.is_success else 0
    return key


def _once(world: World, tenant: str, key: str, other_key: str, count: int) -> float:
    with _listeners(world, key, count) as theirs, _listeners(world, other_key, OTHERS) as others:
        ordered = time.monotonic()
        world.stop(tenant)
        time.sleep(2 + 2 * PAUSE_SECONDS)
        ended, untouched = theirs.found(), others.found()
    world.lift(tenant)
    time.sleep(2)
    if any(each["told"] != "kill_switch" for each in ended):
        raise SystemExit(f"Not cut by the switch: {[each for each in ended if each['told'] != 'kill_switch'][:3]}")
    if any(each["told"] or each["last_piece"] < ordered + PAUSE_SECONDS for each in untouched):
        raise SystemExit(f"Another tenant's streams were touched: {[each for each in untouched if each['told']][:3]}")
    return (max(each["ended"] for each in ended) - ordered) * 1000


@contextmanager
def _listeners(world: World, key: str, count: int) -> Iterator[Listeners]:
    url = world.running.run["gateway_url"]
    command = [sys.executable, "-m", "bench.listeners", url, key, str(count)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=stack.ROOT, text=True, **pipes) as process:  # noqa: S603
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - they were asked for
            if process.stdout.readline().strip() != "open":
                raise SystemExit("The streams did not open.")
            yield Listeners(process.stdout, process.stdin)
        finally:
            process.terminate()
