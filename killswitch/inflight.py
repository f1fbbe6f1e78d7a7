"""Calls under way in this process, by what could stop them. Used from one event loop."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from killswitch.guard import ActiveStop

type Cut = Callable[[ActiveStop], None]


class Inflight:
    """Register a call, then ask the guard again: a stop that lands in between finds it here or there, never neither."""

    def __init__(self) -> None:
        self._by_target: dict[str, dict[int, Cut]] = defaultdict(dict)
        self._next = 0
        self.count = 0

    def register(self, targets: Iterable[str], cut: Cut) -> int:
        self._next += 1
        self.count += 1
        for target in targets:
            self._by_target[target][self._next] = cut
        return self._next

    def forget(self, ticket: int, targets: Iterable[str]) -> None:
        self.count -= 1
        for target in targets:
            calls = self._by_target[target]
            calls.pop(ticket, None)
            if not calls:
                del self._by_target[target]

    def cut(self, stop: ActiveStop) -> int:
        """Cut every call under this stop's target; how many there were. Walks that target's calls only."""
        calls = list(self._by_target.get(stop.target, {}).values())
        for cut in calls:
            cut(stop)
        return len(calls)
