"""From the commit of a stop until the last of the gateways has applied it; and how soon the click is answered."""

import os
import signal
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from bench.killswitch.world import World

_FEW = 20


class Made(NamedTuple):
    """One stop, in milliseconds: until the click was answered, and until the last gateway had applied it."""

    click: float
    from_writing: float
    from_commit: float


def measure(world: World, stops: int) -> None:
    most = world.capacity()
    print(f"8 gateways answer {most:,.0f} calls a second; measured at half of it")
    tenants = iter(world.tenants)
    with world.under_load(most / 2):
        made = [_one(world, next(tenants)) for _ in range(stops - 2 * _FEW)]
        told("the click answered", [each.click for each in made], "mark: p99 <= 150 ms")
        marks = "marks: p50 <= 25 ms, p99 <= 150 ms, max <= 1,500 ms"
        told("from the commit to applied on all 8 gateways", [each.from_commit for each in made], marks)
        told("the same from the statement that writes it", [each.from_writing for each in made], "which pages say")
        valkey = world.pid_of("valkey")
        os.kill(valkey, signal.SIGSTOP)
        try:
            silent = [_one(world, next(tenants)).from_writing for _ in range(_FEW)]
        finally:
            os.kill(valkey, signal.SIGCONT)
        told("applied while Redis says nothing and keeps its connections", silent, "mark: max <= 1,500 ms")
        dead = [_one(world, next(tenants), before=_kill_valkey).from_writing for _ in range(_FEW)]
        told("applied when Redis was killed right before", dead, "mark: max <= 1,500 ms")
    for tenant in world.tenants[:stops]:
        world.lift(tenant)


def told(what: str, times: Sequence[float], marks: str) -> None:
    p99 = quantiles(times, n=100)[-1] if len(times) >= 100 else max(times)
    figures = f"median {median(times):.0f} ms, p99 {p99:.0f} ms, max {max(times):.0f} ms"
    print(f"{what}: {figures} ({len(times)} times); {marks}", flush=True)


def _one(world: World, tenant: str, before: Callable[[World], None] | None = None) -> Made:
    if before is not None:
        before(world)
    revision, click = world.stop(tenant)
    took = world.confirmed(revision)
    return Made(click, took, took - world.committing(revision))


def _kill_valkey(world: World) -> None:
    """The supervisor starts another one; it may still be starting."""
    try:
        os.kill(world.pid_of("valkey"), signal.SIGKILL)
    except (KeyError, ProcessLookupError):
        return
