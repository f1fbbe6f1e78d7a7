"""Models that lately said "too many": the next call does not knock on the same door while others are open."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from gateway.config import Member, Model

_USUAL_SECONDS: Final = 1.0
# A provider may not talk us out of itself for longer.
_LONGEST_SECONDS: Final = 60.0


class Cooldowns:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def limited(self, model: Model, retry_after: float | None) -> None:
        seconds = _USUAL_SECONDS if retry_after is None else min(retry_after, _LONGEST_SECONDS)
        if seconds > 0:
            self._until[model.label] = self._clock() + seconds

    def split(self, members: Sequence[Member]) -> tuple[Sequence[Member], Sequence[Member]]:
        """Those to ask first, and those to ask only if all of the first fail."""
        if not self._until:
            return members, ()
        now = self._clock()
        self._until = {label: until for label, until in self._until.items() if until > now}
        cooling = [member for member in members if member.model.label in self._until]
        return [member for member in members if member not in cooling], cooling
