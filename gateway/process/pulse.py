"""Notices that this process was paused: what it knows may be old, and it reads again before it goes on."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

log = logging.getLogger(__name__)

LATE_SECONDS: Final = 1.5
_BEAT_SECONDS: Final = 0.25
_PATIENCE_SECONDS: Final = 2.0


def _ignore(late: float) -> None:
    pass


class Pulse:
    def __init__(self, compare: Callable[[], Awaitable[None]], clock: Callable[[], float] = time.monotonic) -> None:
        self._compare, self._clock = compare, clock
        self._beat_at = clock()
        self._was_late = False
        # Told at every beat how late it is.
        self.on_beat: Callable[[float], None] = _ignore
        self._beating: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._beat_at = self._clock()
        self._beating = asyncio.create_task(self._beat_forever())

    async def stop(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating

    def is_late(self) -> bool:
        """Asked before every admission and every chunk."""
        return self._was_late or self._clock() - self._beat_at > LATE_SECONDS

    def beat(self) -> None:
        # The timer may run before whatever came in while the process stood still: remember it for them.
        self._was_late = self.is_late()
        now = self._clock()
        self.on_beat(now - self._beat_at - _BEAT_SECONDS)
        self._beat_at = now

    async def catch_up(self) -> None:
        """Compare with the database, once for all calls that wait. If it is down, what is known stays in force."""
        if self._catching_up is None:
            self._catching_up = asyncio.create_task(self._compare_once())
        await asyncio.shield(self._catching_up)

    async def _compare_once(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._compare()
        except Exception as fault:
            log.warning("pulse.comparison_failed %s: %s", type(fault).__name__, fault)
        self._was_late, self._beat_at, self._catching_up = False, self._clock(), None

    async def _beat_forever(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            self.beat()
