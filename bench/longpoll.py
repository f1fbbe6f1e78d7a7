"""500 applications that wait at one console for a prompt: memory, others meanwhile, how soon a release arrives."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles

import aiohttp
import httpx

from bench import stack
from bench.memory import processes, pss
from bench.pages import milliseconds
from bench.rollback import ENVIRONMENT
from bench.rollback import console as api_of

PROMPT = "waited-for"
WAITING, RELEASES, PAGES, KEYS = 500, 6, 30, 40
# Who asks for itself takes its turn before it waits, too.
EACH, _SETTLE_SECONDS = 100, 10

type Headers = Callable[[int], dict[str, str]]


def main() -> None:
    settings = {"DEMO": "0", "AIOPS_GATEWAYS": "1"}
    with (
        stack.home() as folder,
        stack.running(folder, patience=300, **settings) as running,
        api_of(running) as console,
    ):
        asyncio.run(_measure(running, console, (_released(console, "Be plain."), _released(console, "Be brief."))))


def _released(console: httpx.Client, text: str) -> str:
    bundle = {"messages": [{"role": "system", "content": text * 500}]}
    pushed = console.post("prompts/", json={"prompts": [{"name": PROMPT, "bundle": bundle}]}).raise_for_status()
    version: str = pushed.json()["prompts"][0]["version"]
    order = {"version": version, "environment": ENVIRONMENT, "override": "a measurement"}
    console.post(f"prompts/{PROMPT}/release/", json=order).raise_for_status()
    return version


async def _measure(running: stack.Stack, console: httpx.Client, versions: tuple[str, str]) -> None:
    await asyncio.to_thread(_tell, running, console, "nobody waits")
    connector = aiohttp.TCPConnector(limit=0)
    headers = {"Authorization": console.headers["Authorization"]}
    async with aiohttp.ClientSession(str(console.base_url), connector=connector, headers=headers) as session:
        waiting = [asyncio.create_task(_wait(session, versions[1], {})) for _ in range(WAITING)]
        await asyncio.sleep(_SETTLE_SECONDS)
        await asyncio.to_thread(_tell, running, console, f"{WAITING} wait")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        _say("asked alike", [await _release(session, console, versions[n % 2], _alike) for n in range(RELEASES)])
        under_keys = _keyed(await asyncio.to_thread(_made, console))
        many = [await _release(session, console, versions[n % 2], under_keys) for n in range(RELEASES)]
        _say(f"under {KEYS} keys", many)
        with _silenced(running):
            silent = [await _release(session, console, versions[n % 2], _alike) for n in range(RELEASES)]
        _say("asked alike, Redis silent", silent)
        each = [await _release(session, console, versions[n % 2], _numbered, EACH) for n in range(2)]
        _say(f"{EACH}, each asked for itself", each)


async def _release(
    session: aiohttp.ClientSession, console: httpx.Client, version: str, headers: Headers, waiting: int = WAITING
) -> tuple[list[float], float]:
    """From the order, in ms: when each had it; and when the order was answered."""
    served = console.get(f"prompts/{PROMPT}/").raise_for_status().json()["version"]
    tasks = [asyncio.create_task(_wait(session, served, headers(number))) for number in range(waiting)]
    await asyncio.sleep(_SETTLE_SECONDS)
    began = time.perf_counter()
    order = {"environment": ENVIRONMENT, "version": version}
    answer = await asyncio.to_thread(console.post, f"prompts/{PROMPT}/rollback/", json=order)
    answer.raise_for_status()
    answered = time.perf_counter()
    return [(at - began) * 1000 for at in await asyncio.gather(*tasks)], (answered - began) * 1000


def _alike(_: int) -> dict[str, str]:
    return {}


def _numbered(number: int) -> dict[str, str]:
    return {"X-Number": str(number)}


def _keyed(keys: list[str]) -> Headers:
    return lambda number: {"Authorization": f"Bearer {keys[number % KEYS]}"}


def _made(console: httpx.Client) -> list[str]:
    orders = [{"role": "auditor", "name": f"waits-{number}"} for number in range(KEYS)]
    return [console.post("keys/", json=order).raise_for_status().json()["key"] for order in orders]


async def _wait(session: aiohttp.ClientSession, version: str, headers: dict[str, str]) -> float:
    known = {"If-None-Match": f'"{version}"'}
    async with session.get(f"prompts/{PROMPT}/?wait=60", headers=known | headers) as response:
        await response.read()
        if response.status != 200:
            raise SystemExit(f"Answered {response.status} instead of what was released.")
    return time.perf_counter()


def _say(title: str, times: list[tuple[list[float], float]]) -> None:
    for since, found in (
        ("the order", [each for every, _ in times for each in every]),
        ("its answer", [each - answered for every, answered in times for each in every]),
    ):
        p99 = quantiles(found, n=100)[-1]
        print(f"{title}, since {since}: median {median(found):.0f} ms, p99 {p99:.0f} ms, max {max(found):.0f} ms")


def _tell(running: stack.Stack, console: httpx.Client, title: str) -> None:
    (pid,) = running.run["pids"]["console"]
    memory = sum(map(pss, processes("console", [pid])))
    threads = len(os.listdir(f"/proc/{pid}/task"))
    times = [milliseconds(console, "prompts/") for _ in range(PAGES)]
    p95 = quantiles(times, n=20)[-1]
    print(f"{title}: console {memory:.0f} MB, {threads} threads")
    print(f"  GET /api/v1/prompts/: median {median(times):.0f} ms, p95 {p95:.0f} ms")


@contextmanager
def _silenced(running: stack.Stack) -> Iterator[None]:
    (pid,) = running.run["pids"]["valkey"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


if __name__ == "__main__":
    main()
