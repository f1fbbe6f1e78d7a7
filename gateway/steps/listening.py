"""A caller that hangs up while a model is waited for."""

import asyncio
from types import TracebackType
from typing import Final, Self

from gateway.caller import Caller
from gateway.errors import Gone

# Calls that are faster are never looked at.
_LOOK_SECONDS: Final = 1.0


class Listening:
    """While it lasts the caller is looked for. One that has gone is answered for a while yet, so that the provider's
    count comes; then this raises Gone."""

    def __init__(self, caller: Caller, drain_seconds: float) -> None:
        self._caller, self._drain_seconds = caller, drain_seconds
        self._loop = asyncio.get_running_loop()
        self._alarm = asyncio.timeout(None)
        self._looking: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        await self._alarm.__aenter__()
        self._looking = self._loop.call_later(_LOOK_SECONDS, self._look)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._looking is not None:
            self._looking.cancel()
        try:
            await self._alarm.__aexit__(kind, fault, frames)
        except TimeoutError:
            raise Gone from None

    def _look(self) -> None:
        if self._caller.is_gone():
            self._alarm.reschedule(self._loop.time() + self._drain_seconds)
        else:
            self._looking = self._loop.call_later(_LOOK_SECONDS, self._look)
