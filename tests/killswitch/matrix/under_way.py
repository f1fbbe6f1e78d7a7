"""Calls that are under way when a stop comes: all begin, then all stops are made, then each ends as it does."""

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event
from typing import Any, Final, NamedTuple

import httpx

from killswitch.models import Stop
from killswitch.scopes import InFlight, Mode, Scope
from tests.gateway.processes import HTTP, until
from tests.gateway.world import QUESTION, World
from tests.killswitch.matrix.places import Place
from tests.killswitch.matrix.shapes import CHAT

_PIECE_MS: Final = 200


class Phase(StrEnum):
    """How far a call is."""

    # Nothing has come from the model yet, and the caller wants the answer in one piece, or as it comes.
    WAITING = "waiting"
    FIRST_BYTE = "waiting for the first byte"
    STREAMING = "streaming"


_SLOW: Final = (Phase.WAITING, Phase.FIRST_BYTE)


class Rule(NamedTuple):
    scope: Scope
    mode: Mode
    in_flight: InFlight


@dataclass
class Ended:
    place: Place
    stop: Stop
    answer: httpx.Response
    # From the stop's commit on.
    seconds: float
    # Of a new call, right after the stop.
    next_answer: httpx.Response


@dataclass
class _Begun:
    """A call that is asked in a thread of its own."""

    place: Place
    phase: Phase
    seconds: float
    has_begun: Event = field(default_factory=Event)
    ended_at: float = 0.0

    def ask(self) -> httpx.Response:
        with self._sent(_body(self.place, self.phase, self.seconds)) as answer:
            parts = answer.iter_raw()
            text = next(parts, b"")
            self.has_begun.set()
            text += b"".join(parts)
        self.ended_at = time.monotonic()
        return httpx.Response(answer.status_code, headers=answer.headers, content=text)

    def _sent(self, body: Any) -> AbstractContextManager[httpx.Response]:
        return HTTP.stream("POST", self.place.gateway.url + CHAT, json=body, headers=self.place.headers())


def _body(place: Place, phase: Phase, seconds: float) -> dict[str, Any]:
    body = {"model": place.chain, "messages": QUESTION, "prompt": place.prompt, "stream": phase != Phase.WAITING}
    pace = {"chunks": int(seconds * 1000 / _PIECE_MS), "chunk_delay_ms": _PIECE_MS}
    return {**body, "x_simulate": pace} if phase == Phase.STREAMING else body


def run(
    world: World, rules: Collection[Rule], make: Callable[[], Place], *, seconds: float
) -> Mapping[tuple[Rule, Phase], Ended]:
    """`seconds`: how long each call takes if nothing stops it."""
    places = {rule: make() for rule in rules}
    world.catch_up()
    with ThreadPoolExecutor(len(places) * len(Phase)) as pool:
        begun = {(rule, phase): _Begun(place, phase, seconds) for rule, place in places.items() for phase in Phase}
        asked = _all_begun(world, begun, pool)
        stops, stopped_at = {}, {}
        for rule, place in places.items():
            stops[rule] = place.stop(*rule)
            stopped_at[rule] = time.monotonic()
        world.catch_up()
        next_answers = {rule: _next(place) for rule, place in places.items()}
        answers = {key: future.result() for key, future in asked.items()}
    return {
        (rule, phase): Ended(
            each.place,
            stops[rule],
            answers[rule, phase],
            each.ended_at - stopped_at[rule],
            next_answers[rule],
        )
        for (rule, phase), each in begun.items()
    }


def _all_begun[Key](
    world: World, begun: Mapping[Key, _Begun], pool: ThreadPoolExecutor
) -> Mapping[Key, Future[httpx.Response]]:
    """First those whose model is slow: what makes it slow is used up by then."""
    before = world.asked()
    slow = {key: each for key, each in begun.items() if each.phase in _SLOW}
    streams = {key: each for key, each in begun.items() if each.phase not in _SLOW}
    for upstream, each in {each.place.upstream: each for each in slow.values()}.items():
        world.fail(upstream, "slow", count=len(_SLOW), delay_ms=int(each.seconds * 1000))
    asked = {key: pool.submit(each.ask) for key, each in slow.items()}
    until(lambda: world.asked() >= before + len(slow))
    asked |= {key: pool.submit(each.ask) for key, each in streams.items()}
    until(lambda: all(each.has_begun.is_set() for each in streams.values()))
    return asked


def _next(place: Place) -> httpx.Response:
    return place.post(CHAT, {"model": place.model, "messages": QUESTION, "prompt": place.prompt})
