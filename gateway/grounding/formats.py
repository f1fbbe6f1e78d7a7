"""Models that take no schema for their answer, as they said when they were sent one."""

import time
from collections.abc import Callable
from typing import Final

# Then it is sent again: providers learn.
_REMEMBERED_SECONDS: Final = 3600.0


class Formats:
    """What this process was told; kept in memory alone, as it costs one refused request to hear it again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def takes_schema(self, label: str) -> bool:
        return not self._until or self._until.get(label, 0.0) <= self._clock()

    def has_none(self, label: str) -> None:
        self._until[label] = self._clock() + _REMEMBERED_SECONDS
