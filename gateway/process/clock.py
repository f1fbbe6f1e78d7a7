"""What time it is. One process asks one clock; tests and the demo bring their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiops.lib import uuid7


@dataclass(frozen=True, slots=True)
class Clock:
    # Seconds since 1970, and of a clock that is never set back.
    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.perf_counter
    new_id: Callable[[], UUID] = uuid7.new


MACHINE: Final = Clock()
