"""Calls under way in this process, by what could stop them. Used from one event loop."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from heapq import nlargest
from operator import itemgetter
from typing import Final, Protocol
from uuid import UUID

from killswitch.guard import ActiveStop
from killswitch.scopes import EVERYTHING, InFlight

_MOST_TOLD: Final = 300


class UnderWay(Protocol):
    """A call as stops meet it."""

    # 0 to 99, the same to its end: whether it passes a stop that admits a share.
    draw: int
    # The stops that leave it alone, for the time being or for good.
    spared: set[UUID]
    # What stops the model that is at work on it.
    road: tuple[str, ...]

    def cut(self, stop: ActiveStop) -> bool:
        """Break off what it waits for; whether that ends its answer."""


class Inflight:
    """Register a call, then ask the guard again: a stop that lands in between finds it here or there, never neither."""

    def __init__(self) -> None:
        self._by_key: dict[str, set[UnderWay]] = defaultdict(set)
        self.count = 0

    def register(self, call: UnderWay, keys: Iterable[str]) -> None:
        self.count += 1
        self._add(call, keys)

    def forget(self, call: UnderWay, keys: Iterable[str]) -> None:
        self.count -= 1
        self._drop(call, keys)
        self.move(call, ())

    def move(self, call: UnderWay, road: tuple[str, ...]) -> None:
        """Another model is at work on it, or none."""
        if call.road:
            self._drop(call, call.road)
        call.road = road
        self._add(call, road)

    def apply(self, stop: ActiveStop) -> int:
        """A stop that is new, or was changed, meets the calls under its target, and no others.

        How many answers that cut; a call whose chain goes on without the stopped model is not among them.
        """
        if not stop.stops_answers:
            return 0
        calls = self._under(stop)
        if stop.in_flight == InFlight.CUT:
            return _cut(calls, stop)
        for call in calls:
            call.spared.add(stop.id)
        return 0

    def end_drain(self, stop: ActiveStop) -> int:
        """The time is up of the calls that this stop had left alone."""
        calls = [call for call in self._under(stop) if stop.id in call.spared]
        # Some may have gone on to another model, and come back.
        for call in self._by_key.get(EVERYTHING, ()):
            call.spared.discard(stop.id)
        return _cut(calls, stop)

    def open_streams(self, most: int = _MOST_TOLD) -> Mapping[str, int]:
        """How many calls are under way under each key, most first: whom a stop of it would meet."""
        counts = ((key, len(calls)) for key, calls in self._by_key.items() if key != EVERYTHING)
        return dict(nlargest(most, counts, key=itemgetter(1)))

    def _under(self, stop: ActiveStop) -> Collection[UnderWay]:
        return [call for call in self._by_key.get(stop.target, ()) if call.draw >= stop.admits]

    def _add(self, call: UnderWay, keys: Iterable[str]) -> None:
        for key in keys:
            self._by_key[key].add(call)

    def _drop(self, call: UnderWay, keys: Iterable[str]) -> None:
        for key in keys:
            calls = self._by_key[key]
            calls.discard(call)
            if not calls:
                del self._by_key[key]


def _cut(calls: Iterable[UnderWay], stop: ActiveStop) -> int:
    cut = 0
    for call in calls:
        call.spared.discard(stop.id)
        cut += call.cut(stop)
    return cut
