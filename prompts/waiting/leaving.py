"""Tells that the server was told to end. It waits for requests to be over before it says so by itself."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def on_leaving(tell: Callable[[], None]) -> None:
    """`tell` runs in this event loop; then the server's own handler does what it did before."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, _chained(before, loop, tell))


def _chained(
    before: Callable[[int, FrameType | None], object], loop: asyncio.AbstractEventLoop, tell: Callable[[], None]
) -> Callable[[int, FrameType | None], None]:
    def run(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell)
        before(number, frame)

    return run
