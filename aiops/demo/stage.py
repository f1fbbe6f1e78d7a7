"""A gateway process that listens to nobody: its own pipeline, journal and recorder, with the time it is given."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from django.conf import settings

from aiops.demo.asks import Ask
from aiops.demo.cast import SMALL
from aiops.demo.counting import OwnLedger
from aiops.demo.customer import Customer
from aiops.demo.passing import PassingTime
from aiops.demo.provider import InProcess, Outage
from aiops.demo.story import OUTAGES, PlayedOutage
from aiops.simulator.faults import Behaviour
from costs.journal import Journal
from costs.recorder.recorder import Recorder
from gateway import pipeline
from gateway.breakers import Breakers
from gateway.loading import configuration
from gateway.process.clock import Clock
from gateway.process.limits import Limits
from gateway.process.pulse import Pulse
from gateway.process.runtime import Runtime
from gateway.surfaces import CHAT
from killswitch import snapshot
from tenants.scope import ALL, scope

_PACE: Final = Behaviour(chunk_delay_ms=14)


class Stage:
    def __init__(self, keys: Mapping[str, str], *, until: datetime, days: int) -> None:
        self._keys = keys
        self._loop = PassingTime(until - timedelta(days=days))
        self._next_id = UUID(int=0)
        clock = Clock(self._loop.now, self._loop.time, lambda: self._next_id)
        self._folder = TemporaryDirectory(prefix="aiops-demo-")
        journal = Path(self._folder.name)
        self._runtime = Runtime("demo", Limits(), database_url="", redis_url=settings.REDIS_URL, clock=clock)
        self._runtime.pulse = Pulse(self._runtime.watcher.compare, clock=lambda: 0.0)
        self._ledger = self._runtime.ledger = OwnLedger()
        self._runtime.upstream = InProcess(self._loop, _PACE, [_outage(each, until) for each in OUTAGES])
        self._runtime.journal = Journal(journal, str(self._runtime.identity.id))
        self._recorder = Recorder(journal, wall=lambda: until)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._loop.close()
        self._runtime.journal.close()
        if kind is None:
            self._recorder.tidy()
        self._folder.cleanup()

    def play(self, asks: Iterable[Ask]) -> int:
        """Make these calls, each at its time, under what is declared by now; how many are new on record."""
        self._look()
        self._loop.run_until_complete(self._make(asks))
        before = self._recorder.calls
        while self._recorder.step():
            pass
        return self._recorder.calls - before

    def _look(self) -> None:
        """What a running gateway is told of by pushes: the stops and the configuration in force."""
        at = self._loop.moment()
        with scope(ALL):
            config = self._runtime.config.current = configuration.read(at, self._runtime.config.current)
            self._ledger.learn(config.budgets.counters(at=at), at)
        self._runtime.stops.current = snapshot.read().as_stops()
        self._runtime.breakers = Breakers(self._loop.time)

    async def _make(self, asks: Iterable[Ask]) -> None:
        async with asyncio.TaskGroup() as group:
            for ask in asks:
                await self._loop.sleep_until(ask.at)
                group.create_task(self._call(ask))

    async def _call(self, ask: Ask) -> None:
        customer = Customer(ask, self._keys[ask.tenant])
        self._next_id = ask.id
        await pipeline.complete(CHAT, self._runtime, customer.headers, customer.caller())


def _outage(played: PlayedOutage, until: datetime) -> Outage:
    return Outage(SMALL, played.since(until), played.until(until), played.behaviour)
