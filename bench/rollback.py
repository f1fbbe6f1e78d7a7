"""How long until every gateway serves what a rollback brought back, from the order and from its answer."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from aiops.cli import remote
from bench import stack

ROLLBACKS = 300
PROMPT, ENVIRONMENT = "ticket-title", "production"
_EXAMPLE = stack.ROOT / "examples" / "quality" / "prompts"
_PATIENCE_SECONDS = 10


def main() -> None:
    with stack.home() as folder, stack.running(folder) as running, console(running) as api:
        versions = _release_two(running, api)
        with _gateways(running) as gateways:
            times = [_roll_back(api, gateways, versions[number % 2]) for number in range(ROLLBACKS)]
    for name, found in zip(("order", "answer"), zip(*times, strict=True), strict=True):
        p99 = quantiles(found, n=100)[-1]
        middle, most = median(found), max(found)
        print(f"{ROLLBACKS} rollbacks, from the {name}: median {middle:.0f} ms, p99 {p99:.0f} ms, max {most:.0f} ms")
    print("mark: p99 <= 150 ms and max <= 1.5 s after the commit, which lies between the two")


@contextmanager
def console(running: stack.Stack) -> Iterator[httpx.Client]:
    address = remote.find({**os.environ, "AIOPS_HOME": str(running.home)})
    with httpx.Client(
        base_url=f"{address.url}/api/v1/", headers={"Authorization": f"Bearer {address.token}"}, timeout=30
    ) as client:
        yield client


def _release_two(running: stack.Stack, console: httpx.Client) -> tuple[str, str]:
    """So that each rollback goes to the other one; neither is what the demo serves."""
    folder = running.home.parent / "prompts"
    shutil.copytree(_EXAMPLE, folder)
    first, second = (_release(running, console, folder, more) for more in ("Be plain.\n", "Be brief.\n"))
    return first, second


def _release(running: stack.Stack, console: httpx.Client, folder: Path, more: str) -> str:
    for part in (folder / "parts").iterdir():
        part.write_text(part.read_text() + more)
    pushed = {each["name"]: each for each in json.loads(running.aiops("prompts", "push", str(folder), "--json"))}
    version: str = pushed[PROMPT]["version"]
    order = {"version": version, "environment": ENVIRONMENT, "override": "a measurement"}
    console.post(f"prompts/{PROMPT}/release/", json=order).raise_for_status()
    return version


@contextmanager
def _gateways(running: stack.Stack) -> Iterator[list[httpx.Client]]:
    """A connection that stays, to each of them: they share an address, and the system chooses who answers."""
    found: dict[str, httpx.Client] = {}
    wanted = len(running.run["pids"]["gateway"])
    with ExitStack() as kept:
        while len(found) < wanted:
            client = kept.enter_context(httpx.Client(base_url=running.run["gateway_url"].removesuffix("/v1")))
            found.setdefault(_health(client)["process"], client)
        yield list(found.values())


def _roll_back(console: httpx.Client, gateways: list[httpx.Client], version: str) -> tuple[float, float]:
    order = {"environment": ENVIRONMENT, "version": version}
    ordered = time.perf_counter()
    released = console.post(f"prompts/{PROMPT}/rollback/", json=order).raise_for_status().json()
    answered = time.perf_counter()
    for gateway in gateways:
        while _health(gateway)["config_revision"] < released["revision"]:
            if time.perf_counter() - answered > _PATIENCE_SECONDS:
                raise SystemExit(f"A gateway is still behind revision {released['revision']}.")
            time.sleep(0.001)
    in_force = time.perf_counter()
    return (in_force - ordered) * 1000, (in_force - answered) * 1000


def _health(gateway: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = gateway.get("/healthz").json()
    return found


if __name__ == "__main__":
    main()
