"""Everything one gateway process holds, from its start to its end."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Self

from django.conf import settings

from costs.budgeting.entries import Place
from costs.budgeting.ledger import Ledger
from costs.budgeting.limits import Counter
from costs.budgeting.money import nanos
from costs.journal import Journal, JournalFull
from costs.records import Finished
from gateway.breakers import Breakers
from gateway.breakers.sharing import Sharing
from gateway.call import Call
from gateway.errors import NoRoomInJournal
from gateway.grounding.formats import Formats
from gateway.kept.caching import ResponseCache
from gateway.kept.once import Answers
from gateway.loading.snapshot import ConfigSnapshot
from gateway.process.clock import MACHINE, Clock
from gateway.process.limits import Limits
from gateway.process.load import Load
from gateway.process.metrics import Metrics
from gateway.process.pulse import Pulse
from gateway.routing.connections import HttpUpstream
from gateway.routing.upstream import Upstream
from gateway.steps.recording import Ending, finishing, opening
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.watch import GlassWatch
from killswitch.inflight import Inflight
from killswitch.snapshot import StopsSnapshot
from tenants.conninfo import conninfo
from tenants.models import OPERATOR
from tenants.watcher import Identity, Watcher

log = logging.getLogger(__name__)

_SYNC_SECONDS: Final = 1.0
_LAST_CALLS_SECONDS: Final = 2.0


class Runtime:
    upstream: Upstream

    def __init__(self, name: str, limits: Limits, *, database_url: str, redis_url: str, clock: Clock = MACHINE) -> None:
        self.limits, self.clock = limits, clock
        self.identity = Identity("gateway", name)
        self.inflight = Inflight()
        self.stops = StopsSnapshot(self.inflight)
        self.config = ConfigSnapshot()
        self.watcher = Watcher(
            self.identity, stops=self.stops, config=self.config, database_url=database_url, redis_url=redis_url
        )
        self.watcher.open_streams = self.inflight.open_streams
        self.watcher.held_stops = self.stops.held_told
        self.glass = GlassWatch(
            Folder.of(settings.AIOPS_HOME),
            self.stops,
            name,
            self.identity.id,
            why_not_ready=self._why_not_ready,
            names=self._names,
        )
        self.pulse = Pulse(self.watcher.compare)
        self.load = Load(most=limits.max_calls, most_of_a_tenant=limits.tenant_calls)
        self.breakers = Breakers(clock.ticks, failures=limits.breaker_failures)
        self.sharing = Sharing(
            self.breakers, redis_url, self.identity, current=lambda: self.config.current.breakers(), clock=clock
        )
        self.pulse.on_beat = self.load.beat
        self.formats = Formats(clock.ticks)
        self.metrics = Metrics(name)
        self.answers = Answers(redis_url)
        self.cache = ResponseCache(redis_url)
        self.ledger = Ledger(redis_url, str(self.identity.id), self._counters)
        self.journal_works = True
        self.is_ready = self.is_leaving = False
        self._watch_figures()

    @classmethod
    def from_settings(cls, name: str) -> Self:
        return cls(name, Limits.from_settings(), database_url=conninfo(), redis_url=settings.REDIS_URL)

    async def start(self) -> None:
        """Returns once everything is there that a call needs; nothing is served before."""
        limits = self.limits
        self.journal = Journal(
            limits.journal, str(self.identity.id), segment_bytes=limits.journal_segment, max_bytes=limits.journal_max
        )
        self.upstream = HttpUpstream()
        self.glass.start()
        await self.watcher.start()
        self.pulse.start()
        self.ledger.start()
        self.sharing.start()
        self._syncing = asyncio.create_task(self._sync_forever())
        self.is_ready = True

    def leave(self) -> None:
        """The process was told to end: calls under way go on for a while, and none begins."""
        self.is_leaving = True
        self.load.close()

    async def stop(self) -> None:
        self.is_ready = False
        await self._let_calls_end()
        await self.ledger.stop()
        await self.sharing.stop()
        await self.glass.stop()
        await self.watcher.stop()
        await self.pulse.stop()
        self._syncing.cancel()
        with suppress(asyncio.CancelledError):
            await self._syncing
        await self.upstream.close()
        await self.answers.close()
        await self.cache.close()
        await asyncio.to_thread(self.journal.close)

    def open(self, call: Call) -> None:
        """The call is on record, and a stop finds it, before any provider hears of it."""
        record = opening(call)
        try:
            self.journal.opened(record)
        except (JournalFull, OSError):
            raise NoRoomInJournal from None
        call.opened = record
        self.inflight.register(call, call.targets)
        call.is_registered = True
        self.watcher.health.open_calls = self.inflight.count

    def settle(self, call: Call, ending: Ending) -> Finished:
        """The call is on record to its end, and no stop can cut it any more. Before its last byte goes out."""
        if call.is_registered:
            self.inflight.forget(call, call.targets)
            call.is_registered = False
            self.watcher.health.open_calls = self.inflight.count
        call.is_settled = True
        finished = finishing(call, ending)
        self._write(call, finished)
        if call.reservation is not None:
            # Of unknown cost it counts for the most that it could have cost.
            cost = nanos(finished.cost.total) if finished.cost else call.reservation.amount
            self.ledger.settle(call.reservation, cost, Place(*self.journal.place))
        self.metrics.count(finished)
        return finished

    def _write(self, call: Call, finished: Finished) -> None:
        try:
            self.journal.finished(finished)
        except JournalFull:
            # Only of a call that asked no provider, and cost nothing; for any other its place was kept.
            self.metrics.refused("journal_full")
        except OSError as fault:
            self.journal_works = False
            log.error("journal.write_failed call=%s %s", call.id, fault)

    def _why_not_ready(self) -> str:
        return "" if self.is_ready else self.watcher.health.database_fault or "the stops are being read"

    def _names(self) -> dict[str, dict[str, str]]:
        """What people may name when they break the glass."""
        config = self.config.current
        callers = [key.tenant for key in config.keys.values()]
        tenants = {each.slug: str(each.id) for each in callers if each.slug != OPERATOR}
        models = [member.model for route in config.routes.values() for member in route.members]
        return {
            "tenants": tenants,
            "features": {slug: str(each.id) for slug, each in config.features.items()},
            "providers": {model.provider.slug: model.provider.slug for model in models},
            "models": {model.slug: model.slug for model in models},
            "titles": {},
        }

    def _counters(self) -> list[Counter]:
        return self.config.current.budgets.counters(at=datetime.now(UTC))

    async def _let_calls_end(self) -> None:
        """Those that were cancelled at the end of the server's patience still write how they ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_CALLS_SECONDS):
                while self.inflight.count:
                    await asyncio.sleep(0.02)

    async def _sync_forever(self) -> None:
        while True:
            await asyncio.sleep(_SYNC_SECONDS)
            try:
                await asyncio.to_thread(self.journal.sync)
                self.journal_works = True
            except OSError as fault:
                self.journal_works = False
                log.error("journal.sync_failed %s", fault)

    def _watch_figures(self) -> None:
        watch = self.metrics.watch
        watch("open_calls", "Calls under way.", lambda: float(self.inflight.count))
        watch("waiting_calls", "Calls that wait for a place.", lambda: float(self.load.waiting))
        watch("loop_lag_seconds", "How late the last beat of the event loop was.", lambda: self.load.lag)
        watch("snapshot_age_seconds", "Since the snapshots were last known to be current.", self.watcher.health.age)
        watch("stops_revision", "Revision of the stops in force here.", lambda: float(self.stops.number))
        watch("config_revision", "Revision of the configuration in force here.", lambda: float(self.config.number))
        watch("models_passed_over", "Models that are asked last, or tried out.", lambda: float(self.breakers.troubled))
        watch("journal_bytes", "Of this process's journal, not taken away yet.", self.journal_bytes)

    def journal_bytes(self) -> int:
        return self.journal.unrecorded_bytes()
