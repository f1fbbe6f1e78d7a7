"""500 applications that wait at one console for a prompt: memory, pages meanwhile, how soon a release arrives."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles

import aiohttp
import httpx

from bench import stack
from bench.memory import processes, pss
from bench.pages import client, log_in, milliseconds
from bench.rollback import ENVIRONMENT, PROMPT, _console, _release_two

WAITING, RELEASES, PAGES = 500, 10, 50
_SETTLE_SECONDS = 6


def main() -> None:
    with (
        stack.home() as folder,
        stack.running(folder) as running,
        _console(running) as console,
        client(running) as pages,
    ):
        log_in(pages, **running.run["demo"]["logins"]["admin"])
        asyncio.run(_measure(running, console, pages, _release_two(running, console)))


async def _measure(running: stack.Stack, console: httpx.Client, pages: httpx.Client, versions: tuple[str, str]) -> None:
    await asyncio.to_thread(_tell, running, pages, "nobody waits")
    connector = aiohttp.TCPConnector(limit=0)
    headers = {"Authorization": console.headers["Authorization"]}
    async with aiohttp.ClientSession(str(console.base_url), connector=connector, headers=headers) as session:
        for title, alike in (("asked alike", True), ("each asked for itself", False)):
            times = [await _release(session, console, versions[n % 2], alike) for n in range(RELEASES)]
            _say(f"{WAITING} waiting, {title}", times)
        waiting = [asyncio.create_task(_wait(session, versions[1], number)) for number in range(WAITING)]
        await asyncio.sleep(_SETTLE_SECONDS)
        await asyncio.to_thread(_tell, running, pages, f"{WAITING} wait")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        with _silenced(running):
            times = [await _release(session, console, versions[n % 2], alike=True) for n in range(RELEASES)]
        _say(f"{WAITING} waiting, asked alike, Redis silent, from the order", times)


async def _release(
    session: aiohttp.ClientSession, console: httpx.Client, version: str, alike: bool
) -> tuple[list[float], float]:
    """From the order, in ms: when each had it; and when the order was answered."""
    served = console.get(f"prompts/{PROMPT}/").raise_for_status().json()["version"]
    waiting = [asyncio.create_task(_wait(session, served, 0 if alike else number)) for number in range(WAITING)]
    await asyncio.sleep(_SETTLE_SECONDS)
    began = time.perf_counter()
    order = {"environment": ENVIRONMENT, "version": version}
    answer = await asyncio.to_thread(console.post, f"prompts/{PROMPT}/rollback/", json=order)
    answer.raise_for_status()
    answered = time.perf_counter()
    return [(at - began) * 1000 for at in await asyncio.gather(*waiting)], (answered - began) * 1000


async def _wait(session: aiohttp.ClientSession, version: str, number: int) -> float:
    headers = {"If-None-Match": f'"{version}"', "X-Number": str(number)}
    async with session.get(f"prompts/{PROMPT}/?wait=60", headers=headers) as response:
        await response.read()
        if response.status != 200:
            raise SystemExit(f"Answered {response.status} instead of what was released.")
    return time.perf_counter()


def _say(title: str, times: list[tuple[list[float], float]]) -> None:
    found = [each for every, _ in times for each in every]
    p99 = quantiles(found, n=100)[-1]
    answered = median(at for _, at in times)
    print(f"{title}: median {median(found):.0f} ms, p99 {p99:.0f} ms, max {max(found):.0f} ms")
    print(f"  the order was answered after {answered:.0f} ms")


def _tell(running: stack.Stack, pages: httpx.Client, title: str) -> None:
    (pid,) = running.run["pids"]["console"]
    memory = sum(map(pss, processes("console", [pid])))
    threads = len(os.listdir(f"/proc/{pid}/task"))
    times = [milliseconds(pages, "/prompts/") for _ in range(PAGES)]
    p95 = quantiles(times, n=20)[-1]
    print(f"{title}: console {memory:.0f} MB, {threads} threads")
    print(f"  /prompts/: median {median(times):.0f} ms, p95 {p95:.0f} ms")


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
