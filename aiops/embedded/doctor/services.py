"""What runs, or should."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import psycopg
import redis

from aiops.embedded.doctor import erp, gateways
from aiops.embedded.doctor.finding import Finding, State
from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home
from aiops.embedded.identity import MARK, environment_of
from aiops.embedded.lock import holder
from aiops.embedded.ports import listen
from aiops.embedded.readiness import Health
from aiops.embedded.settings import Settings
from aiops.embedded.status import ProcessStatus, Status, status
from aiops.embedded.waiting import waiting

_SEE_LOG = "Its log, in the data folder under logs/, tells why."
_SEE_ITS_LOG = "The log of what it names, in the data folder under logs/, tells why."
# Of the console's checks: told here with names.
_TOLD_APART = frozenset({"gateways", "worker"})
_CLOCK_SECONDS = 2.0


def findings(home: Home, settings: Settings) -> Iterator[Finding]:
    yield _journal(home, settings)
    now = status(home)
    if holder(home) is None:
        yield from _without_supervisor(now, settings)
        return
    yield from _processes(now)
    yield from _not_ready(home)
    servers = _servers(now)
    if servers:
        yield from _postgres(servers["DATABASE_URL"], now.processes)
        yield _valkey(servers["REDIS_URL"])
    yield from worker_finding(now)
    yield _health("console", now.console, _SEE_ITS_LOG)
    yield _health("gateway", now.gateway, _SEE_LOG)
    yield from erp.finding(home, now.erp_url)


def _without_supervisor(now: Status, settings: Settings) -> Iterator[Finding]:
    left = [process.name for process in now.processes if process.alive]
    if left:
        means = f"The supervisor was killed; these still run: {', '.join(left)}."
        yield Finding("processes", State.FAIL, means, "`aiops down` ends them, `make up` starts anew.")
        return
    yield Finding("processes", State.WARN, "Nothing runs.", "`make up` starts it.")
    yield from ports(settings)


def ports(settings: Settings) -> Iterator[Finding]:
    for name, port in (("AIOPS_PORT", settings.port), ("AIOPS_GATEWAY_PORT", settings.gateway_port)):
        try:
            listen(port, setting=name).close()
        except CannotStart as fault:
            yield Finding("ports", State.FAIL, f"{name}: port {port} is in use.", str(fault))
        else:
            yield Finding("ports", State.OK, f"{name}: port {port} is free")


def _processes(now: Status) -> Iterator[Finding]:
    dead = [process.name for process in now.processes if not process.alive]
    if dead:
        yield Finding("processes", State.FAIL, f"Not running: {', '.join(dead)}.", _SEE_LOG)
    elif not now.ready:
        yield Finding("processes", State.WARN, "Not everything is ready yet.", "Ask again in some seconds.")
    else:
        yield Finding("processes", State.OK, ", ".join(process.name for process in now.processes))


def _not_ready(home: Home) -> Iterator[Finding]:
    for one in waiting(home):
        means = f"{one.name} serves nothing until it has read the stops: {one.why}"
        yield Finding("gateways", State.FAIL, means, "It goes on by itself as soon as PostgreSQL answers.")


def _servers(now: Status) -> dict[str, str]:
    """The addresses as the processes that run now have them, whatever this command's own environment says."""
    found = [environment_of(process.pid) for process in now.processes if process.alive]
    return next((env for env in found if env.get("DATABASE_URL") and env.get("REDIS_URL") and MARK in env), {})


def _postgres(address: str, running: list[ProcessStatus]) -> Iterator[Finding]:
    try:
        with psycopg.connect(address, connect_timeout=3) as connection:
            began = time.time()
            row = connection.execute("SELECT current_setting('server_version'), extract(epoch FROM now())").fetchone()
            silent = gateways.silent(connection)
    except psycopg.Error as fault:
        means = f"It does not answer ({str(fault).strip()}). Calls go on and are kept in the journal."
        yield Finding("PostgreSQL", State.FAIL, means, _SEE_LOG)
        return
    version, clock = row or ("?", began)
    yield Finding("PostgreSQL", State.OK, f"answers, version {version}")
    yield _clock(float(clock) - began)
    yield gateways.finding(silent, running)


def _clock(difference: float) -> Finding:
    if abs(difference) > _CLOCK_SECONDS:
        means = f"PostgreSQL's clock is {difference:+.1f} s from this machine's: stops would expire at other times."
        return Finding("clock", State.WARN, means, "Let both machines follow a time server.")
    return Finding("clock", State.OK, "this machine's and PostgreSQL's agree")


def _valkey(address: str) -> Finding:
    try:
        # The same protocol; the client knows it by one name only.
        with redis.Redis.from_url(address.replace("valkey://", "redis://", 1), socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError) as fault:
        means = f"It does not answer ({fault}). Stops reach every process within a second all the same."
        return Finding("Valkey", State.FAIL, means, _SEE_LOG)
    return Finding("Valkey", State.OK, "answers")


def _journal(home: Home, settings: Settings) -> Finding:
    """Counted as the gateways count it, who refuse when it is full: whole segments, each process on its own."""
    sizes: Counter[str] = Counter()
    for segment in home.journal.glob("*.jsonl"):
        # The recorder may take it away meanwhile.
        with suppress(FileNotFoundError):
            sizes[segment.name.split(".")[0]] += segment.stat().st_size
    largest = max(sizes.values(), default=0) / (1 << 20)
    means = f"{largest:.0f} MB of {settings.journal_max_mb} MB in use, {_backlog(home)}"
    if largest >= 0.9 * settings.journal_max_mb:
        return Finding(
            "journal", State.FAIL, f"{means}: when it is full, calls are refused.", "See the recorder's log."
        )
    if largest >= 0.5 * settings.journal_max_mb:
        return Finding("journal", State.WARN, means, "See the recorder's log.")
    return Finding("journal", State.OK, means)


def _backlog(home: Home) -> str:
    try:
        waiting = orjson.loads((home.path / "recorder.json").read_bytes())["backlog_bytes"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return "and no recorder has told how much of it waits"
    return f"{waiting} bytes of it wait to be recorded"


def worker_finding(now: Status) -> Iterator[Finding]:
    """By what the console knows of it: that its process is there does not tell that it works."""
    payload = now.console.payload if now.console else None
    checks: dict[str, Any] = (payload.get("checks") or {}) if isinstance(payload, dict) else {}
    check = checks.get("worker")
    # Without PostgreSQL, which is told apart, it is unknown: a worker that waits for it is not to be killed.
    if check is None or not checks.get("database", {}).get("ok", True):
        return
    if check["ok"]:
        yield Finding("worker", State.OK, str(check["detail"]))
        return
    pids = " ".join(str(one.pid) for one in now.processes if one.name in {"worker", "beat"} and one.alive)
    ends = f" If it goes on, `kill -9 {pids}` has others started in the place of worker and beat." if pids else ""
    yield Finding("worker", State.FAIL, str(check["detail"]), f"{_SEE_LOG}{ends}")


def _health(name: str, seen: Health | None, do: str) -> Finding:
    """The body tells more than the code: a process that lives answers 200 whatever ails it."""
    if seen is None or seen.code is None:
        return Finding(f"{name} health", State.FAIL, "It does not answer.", _SEE_LOG)
    if seen.code != 200 or not isinstance(seen.payload, dict):
        return Finding(f"{name} health", State.FAIL, f"It answers {seen.code}: {seen.payload}", _SEE_LOG)
    faults = _faults(seen.payload)
    if faults:
        # The gateways share a port: it is one of them that answered.
        told = ": ".join([*filter(None, [seen.payload.get("process")]), "; ".join(faults)])
        return Finding(f"{name} health", State.FAIL, told, do)
    return Finding(f"{name} health", State.OK, "ok")


def _faults(payload: dict[str, Any]) -> list[str]:
    """The gateway lists its faults; the console its checks, each with a detail."""
    checks: dict[str, Any] = payload.get("checks") or {}
    said = [
        f"{name}: {check['detail']}" for name, check in checks.items() if not check["ok"] and name not in _TOLD_APART
    ]
    return [*map(str, payload.get("faults", [])), *said]
