"""Two months in seconds: an event loop whose time passes only while everybody in it waits, and then at once."""

import asyncio
import selectors
from datetime import UTC, datetime
from typing import Any, override


class PassingTime(asyncio.SelectorEventLoop):
    """Its clock shows the seconds since `start`; from a small beginning on, floats of seconds are exact enough."""

    def __init__(self, start: datetime) -> None:
        self._start, self._passed = start.timestamp(), 0.0
        super().__init__(_Leaping(self))

    @override
    def time(self) -> float:
        return self._passed

    def now(self) -> float:
        """Since 1970."""
        return self._start + self._passed

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def leap(self, seconds: float) -> None:
        self._passed += seconds

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(moment.timestamp() - self.now())


class _Leaping(selectors.DefaultSelector):
    def __init__(self, loop: PassingTime) -> None:
        super().__init__()
        self._loop = loop

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, Any]]:
        if timeout is None:
            # Nothing is to come: somebody waits for a thread.
            return super().select(None)
        self._loop.leap(timeout)
        return []
