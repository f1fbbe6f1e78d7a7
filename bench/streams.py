"""Many slow streams at once in one gateway process: memory of each, processor, how late the loop is; then it is told
to end.

STREAMS says how many (2000); a piece comes on each twice a second, or as often as the provider manages.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import IO, Any

import httpx

from bench import gateway, processor, stack
from bench.killswitch.world import drip
from bench.memory import pss

COUNT = int(os.environ.get("STREAMS", "2000"))
_SECONDS = 10
_DRAIN_SECONDS = 2


def main() -> None:
    with (
        stack.home() as folder,
        drip() as port,
        stack.running(folder, AIOPS_GATEWAYS="1", DEMO="0", AIOPS_GATEWAY_DRAIN_SECONDS=str(_DRAIN_SECONDS)) as running,
    ):
        key = _declare(running, folder.parent, port)
        url, (pid,) = running.run["gateway_url"], running.run["pids"]["gateway"]
        _warm(url, key)
        before = pss(pid)
        with _listeners(url, key) as (said, told):
            if said.readline().strip() != "open":
                raise SystemExit("The streams did not open.")
            _tell_open(url, pid, before)
            os.kill(pid, signal.SIGTERM)
            _tell_end(pid)
            told.write("end\n")
            told.flush()
            _tell_heard(json.loads(said.readline()))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def _declare(running: stack.Stack, folder: Path, port: int) -> str:
    gateway.declare(running, folder)
    more = {
        "providers": {"drip": {"base_url": f"http://127.0.0.1:{port}/v1", "api_key": "sk", "allow_private": True}},
        "models": {"drip": {"provider": "drip"}},
        "tenants": {"bench": {"name": "Bench", "max_calls": COUNT}},
    }
    file = folder / "more.yaml"
    # JSON is YAML.
    file.write_text(json.dumps(more))
    running.aiops("apply", "-f", str(file))
    return str(json.loads(running.aiops("key", "create", "--tenant", "bench", "--json"))["key"])


def _warm(url: str, key: str) -> None:
    """Until the gateway knows the key."""
    headers = {"Authorization": f"Bearer {key}"}
    while not httpx.get(f"{url}/models", headers=headers).is_success:
        time.sleep(0.1)


def _tell_open(url: str, pid: int, before: float) -> None:
    began, used = time.monotonic(), processor.seconds([pid])
    healths = []
    while time.monotonic() < began + _SECONDS:
        asked = time.monotonic()
        health = httpx.get(url.replace("/v1", "/healthz")).raise_for_status().json()
        healths.append((time.monotonic() - asked) * 1000)
        time.sleep(0.2)
    share = (processor.seconds([pid]) - used) / (time.monotonic() - began)
    after, lag = pss(pid), _figure(url, "aiops_gateway_loop_lag_seconds")
    print(
        f"{health['open_calls']:,} streams open: {after:.0f} MB ({before:.0f} before; "
        f"{(after - before) * 1024 / health['open_calls']:.1f} kB a stream), {share:.0%} of a core, "
        f"loop late by {lag * 1000:.0f} ms, health answers in {median(healths):.0f} ms "
        f"(max {max(healths):.0f})"
    )


def _tell_end(pid: int) -> None:
    began = time.monotonic()
    while Path(f"/proc/{pid}/stat").exists() and ") Z " not in Path(f"/proc/{pid}/stat").read_text():
        time.sleep(0.05)
    print(f"told to end, with {_DRAIN_SECONDS} s for streams that do not: gone after {time.monotonic() - began:.1f} s")


def _tell_heard(found: list[dict[str, Any]]) -> None:
    words: dict[str, int] = {}
    for each in found:
        words[each["told"] or "nothing"] = words.get(each["told"] or "nothing", 0) + 1
    print(f"of {len(found):,} callers heard: {words} (server_error: the typed end of a stream)")


def _figure(url: str, name: str) -> float:
    lines = httpx.get(url.replace("/v1", "/metrics")).text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@contextmanager
def _listeners(url: str, key: str) -> Iterator[tuple[IO[str], IO[str]]]:
    command = [sys.executable, "-m", "bench.listeners", url, key, str(COUNT)]
    with subprocess.Popen(  # noqa: S603
        command, cwd=stack.ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - they were asked for
            yield process.stdout, process.stdin
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
