"""From the commit of a stop until the last of the gateways has applied it; and how soon the click is answered."""

import os
import signal
from collections.abc import Callable, Sequence
from statistics import median, quantiles

from bench.killswitch.world import World

_FEW = 20


def measure(world: World, stops: int) -> None:
    most = world.capacity()
    print(f"8 gateways answer {most:,.0f} calls a second; measured at half of it")
    tenants = iter(world.tenants)
    with world.under_load(most / 2):
        clicks, times = zip(*(_one(world, next(tenants)) for _ in range(stops - 2 * _FEW)), strict=True)
        told("the click answered", clicks, "mark: p99 <= 150 ms")
        told("applied on all 8 gateways", times, "marks: p50 <= 25 ms, p99 <= 150 ms, max <= 1,500 ms")
        valkey = world.pid_of("valkey")
        os.kill(valkey, signal.SIGSTOP)
        try:
            _, silent = zip(*(_one(world, next(tenants)) for _ in range(_FEW)), strict=True)
        finally:
            os.kill(valkey, signal.SIGCONT)
        told("applied while Redis says nothing and keeps its connections", silent, "mark: max <= 1,500 ms")
        _, dead = zip(*(_one(world, next(tenants), before=_kill_valkey) for _ in range(_FEW)), strict=True)
        told("applied when Redis was killed right before", dead, "mark: max <= 1,500 ms")
    for tenant in world.tenants[:stops]:
        world.lift(tenant)


def told(what: str, times: Sequence[float], marks: str) -> None:
    p99 = quantiles(times, n=100)[-1] if len(times) >= 100 else max(times)
    figures = f"median {median(times):.0f} ms, p99 {p99:.0f} ms, max {max(times):.0f} ms"
    print(f"{what}: {figures} ({len(times)} times); {marks}", flush=True)


def _one(world: World, tenant: str, before: Callable[[World], None] | None = None) -> tuple[float, float]:
    if before is not None:
        before(world)
    revision, click = world.stop(tenant)
    return click, world.confirmed(revision)


def _kill_valkey(world: World) -> None:
    """The supervisor starts another one; it may still be starting."""
    try:
        os.kill(world.pid_of("valkey"), signal.SIGKILL)
    except ProcessLookupError:
        return
