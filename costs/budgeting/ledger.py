"""One gateway process's part in keeping the budgets."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import redis.asyncio as redis
from django.db import Error

from costs.budgeting import scripts, seeding, truth
from costs.budgeting.entries import Book, Entry, Place
from costs.budgeting.errors import Exceeded, Unknown
from costs.budgeting.limits import Counter
from costs.budgeting.wire import Wire

log = logging.getLogger(__name__)

# A gateway that was not heard of for so long is gone, and what it held is let go.
LEASE_SECONDS: Final = 30.0
_BEAT_SECONDS: Final = 0.5
# While only calls under way stand in the way, a call waits for them to end.
PATIENCE_SECONDS: Final = 2.0
_LOOK_AGAIN_SECONDS: Final = 0.05
# Of counters that are set anew, a call sees a few steps; more means that something is wrong.
_MOST_STEPS: Final = 8
_LAST_WORDS_SECONDS: Final = 2.0
_LOOK_FOR_LEAKS_SECONDS: Final = 10.0
_AWAY: Final = (redis.RedisError, OSError)


class Ledger:
    def __init__(
        self,
        redis_url: str,
        process_id: str,
        counters: Callable[[], Sequence[Counter]],
        *,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """`counters`: of every hard budget, in the period it is now."""
        self._process, self._counters, self._lease = process_id, counters, int(lease_seconds * 1000)
        self.book = Book()
        self._wire = Wire(redis_url)
        self._generation = ""
        self._joining = asyncio.Lock()
        self._seeding: asyncio.Task[None] | None = None
        # Reservations asked for and not answered; none is asked for while this process joins a generation.
        self._asking, self._may_ask = 0, asyncio.Event()
        self._may_ask.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._beating: asyncio.Task[None] | None = None
        self._works, self._look_at = True, 0.0

    def start(self) -> None:
        self._beating = asyncio.create_task(self._beat_forever())

    async def stop(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating
        if self._seeding is not None:
            self._seeding.cancel()
        with suppress(TimeoutError, Unknown, *_AWAY):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await asyncio.gather(*self._tasks, return_exceptions=True)
                if self._generation:
                    await self._wire.run(scripts.LEAVE, self._generation, self._process)
        with suppress(*_AWAY):
            await self._wire.close()

    async def reserve(self, entry: Entry) -> None:
        """In every budget that applies, or in none. Raises Exceeded and Unknown, and holds nothing then."""
        self.book.entries[entry.call] = entry
        try:
            await self._reserve(entry)
        except Exceeded:
            del self.book.entries[entry.call]
            raise
        except BaseException:
            # It may be held all the same: whoever waited for the answer did not get it.
            self.settle(entry, 0)
            raise

    def settle(self, entry: Entry, cost: int, place: Place | None = None) -> None:
        """What it cost, once; without a place it is in no journal. Waits for nobody: until it is told, the worst case
        is held."""
        if entry.cost is not None:
            return
        entry.cost, entry.place = cost, place
        task = asyncio.create_task(self._tell(entry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reserve(self, entry: Entry) -> None:
        limits = [word for each in entry.counters for word in (each.name, each.budget.limit)]
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                await self._walk(entry, limits)
            except Exceeded as exceeded:
                if not exceeded.is_only_held or time.monotonic() > until:
                    raise
                await asyncio.sleep(_LOOK_AGAIN_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
            else:
                return

    async def _walk(self, entry: Entry, limits: Sequence[str | int]) -> None:
        """Until it is held, or known not to fit: what stands in the way is put right first."""
        for _ in range(_MOST_STEPS):
            generation, said = await self._ask(entry, limits)
            match said[0]:
                case b"held":
                    return
                case b"over":
                    counter, spent, held = entry.counters[int(said[1])], int(said[2]), int(said[3])
                    raise Exceeded(counter, spent=spent, held=held, asked=entry.amount)
                case b"cold":
                    await self._seed(entry.counters)
                case _:
                    await self._join(generation)
        raise Unknown("the counters were lost again and again")

    async def _ask(self, entry: Entry, limits: Sequence[str | int]) -> tuple[str, Any]:
        """In which generation, and what was said."""
        await self._may_ask.wait()
        generation = self._generation
        who = (generation, self._process, self._lease, str(entry.call), entry.value, entry.amount)
        self._asking += 1
        try:
            said = await self._run(scripts.RESERVE, *who, *limits)
            entry.is_held = said[0] == b"held"
        finally:
            self._asking -= 1
        return generation, said

    async def _tell(self, entry: Entry) -> None:
        """Unless it is told here, the next beat tells it."""
        with suppress(Unknown):
            while not entry.told:
                words = (self._generation, self._process, str(entry.call), entry.cost or 0)
                said = await self._run(scripts.SETTLE, *words, send=self._wire.run_by_the_way)
                if said[0] == b"generation":
                    await self._join(words[0])
                else:
                    entry.told = words[0]
        if entry.told and entry.place is None:
            self.book.entries.pop(entry.call, None)

    async def _join(self, behind: str) -> None:
        """Take part in the generation there is, unless somebody did while that one was found to be over."""
        async with self._joining:
            if self._generation == behind:
                # What is held meanwhile would be told to neither generation.
                self._may_ask.clear()
                try:
                    while self._asking:
                        await asyncio.sleep(0.001)
                    await self._tell_all()
                finally:
                    self._may_ask.set()

    async def _tell_all(self) -> None:
        """What this process knows and a new generation may not."""
        [found, _] = await self._run(scripts.OPEN, uuid4().hex)
        generation = found.decode()
        told = self.book.unknown_to(generation)
        settled = [entry for entry in told if entry.cost is not None]
        states = [("open" if entry.cost is None else "settled", entry) for entry in told]
        words = [word for state, entry in states for word in (str(entry.call), state, entry.value)]
        said = await self._run(scripts.JOIN, generation, self._process, *words)
        if said[0] == b"joined":
            # Of a list that was not read, as an answer was lost on the way, the next beat tells.
            for entry in settled:
                entry.told = generation if said[1] == b"taken" else ""
            log.info("budgets.joined generation=%s told=%d", generation[-32:], len(told))
        if said[0] != b"generation":
            self._generation = generation

    async def _seed(self, counters: Sequence[Counter]) -> None:
        """Set what is missing from PostgreSQL. Whoever needs it meanwhile waits for the same."""
        if self._seeding is None or self._seeding.done():
            self._seeding = asyncio.create_task(self._set_missing(counters))
            # It may fail when nobody waits any more.
            self._seeding.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.shield(self._seeding)

    async def _set_missing(self, counters: Sequence[Counter]) -> None:
        try:
            await seeding.seed(self._run, self._generation, self._counters, counters)
        except (Error, OSError) as fault:
            raise Unknown(f"PostgreSQL: {fault}") from fault

    async def _run(self, script: str, *arguments: str | int, send: Callable[..., Awaitable[Any]] | None = None) -> Any:
        try:
            answer = await (send or self._wire.run)(script, *arguments)
        except Exception as fault:
            raise Unknown(f"Valkey: {type(fault).__name__}: {fault}") from fault
        return answer

    async def _beat_forever(self) -> None:
        while True:
            await self._beat()
            await asyncio.sleep(_BEAT_SECONDS)

    async def _beat(self) -> None:
        try:
            generation = self._generation
            said = await self._run(scripts.BEAT, generation, self._process, self._lease)
            if said[0] != b"there":
                await self._join(generation)
            elif said[1] == b"joining" and self._counters():
                await self._seed([])
            for entry in self.book.settled():
                if not entry.told:
                    await self._tell(entry)
            await self._forget_recorded()
            await self._let_go_of_leaks()
        except Exception as fault:
            # Whatever it is: without beats the lease runs out, and what is under way here is let go.
            if self._works:
                log.warning("budgets.waiting %s: %s", type(fault).__name__, fault)
            self._works = False
        else:
            self._works = True

    async def _forget_recorded(self) -> None:
        if self.book.settled():
            self.book.forget_recorded(await asyncio.to_thread(truth.recorded_up_to, self._process))

    async def _let_go_of_leaks(self) -> None:
        """What Valkey holds for calls of this process that have ended would be held as long as it lives."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_FOR_LEAKS_SECONDS
        generation = self._generation
        found = await self._run(scripts.LOOK, generation)
        for call, floor in seeding.held_by(self._process, found):
            entry = self.book.entries.get(call)
            if entry is None or (entry.cost is not None and entry.told == generation):
                cost = floor if entry is None or entry.cost is None else entry.cost
                said = await self._run(scripts.SETTLE, generation, self._process, str(call), cost)
                if said[0] == b"settled":
                    log.error("budgets.leaked call=%s", call)
