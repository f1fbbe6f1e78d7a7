"""The scripts in a real Valkey, against a plain model of what they should do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from costs.budgeting import scripts
from costs.budgeting.wire import KEY

CLIENT = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
LEASE = 30_000
COUNTERS = {"a": 1000, "b": 700, "c": 9_000_000_000_000_000 - 1}
PROCESSES = ("p1", "p2")
CALLS = [f"call-{number}" for number in range(6)]


def run(script: str, *arguments: Any) -> list[str]:
    return CLIENT.eval(script, 1, KEY, *arguments)  # type: ignore[no-any-return, misc]


def begin() -> str:
    return run(scripts.OPEN, os.urandom(8).hex())[0]


def value_of(amount: int, floor: int, counters: list[str]) -> str:
    return f"{amount}|{floor}|tenant|{','.join(counters)}"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    CLIENT.delete(KEY)
    yield
    CLIENT.delete(KEY)


@dataclass
class Model:
    """What the counters should say, in plain Python."""

    spent: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    held: dict[tuple[str, str], tuple[int, int, list[str]]] = field(default_factory=dict)

    def held_in(self, counter: str) -> int:
        return sum(amount for amount, _, counters in self.held.values() if counter in counters)

    def fits(self, amount: int, counters: list[str]) -> bool:
        return all(self.spent[name] + self.held_in(name) + amount <= COUNTERS[name] for name in counters)

    def let_go(self, place: tuple[str, str], cost: int | None) -> None:
        _, floor, counters = self.held.pop(place)
        for name in counters:
            self.spent[name] += floor if cost is None else cost


class Budgets(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        CLIENT.delete(KEY)
        self.model = Model()
        self._join_all()
        self.set_from_what_is_recorded(set())

    def _join_all(self) -> None:
        """A generation, and every process in it; nothing is counted yet."""
        self.generation, self.is_open = begin(), False
        # What PostgreSQL knows now, and what is settled before the counters are set.
        self.recorded = dict(self.model.spent)
        self.settled: dict[tuple[str, str], tuple[int, list[str]]] = {}
        for process in PROCESSES:
            told = [
                word
                for (whose, call), (amount, floor, counters) in self.model.held.items()
                if whose == process
                for word in (call, "open", value_of(amount, floor, counters))
            ]
            assert run(scripts.JOIN, self.generation, process, *told) == ["joined", "taken"]

    def _let_go(self, place: tuple[str, str], cost: int | None) -> None:
        _, floor, counters = self.model.held[place]
        self.model.let_go(place, cost)
        if not self.is_open:
            self.settled[place] = (floor if cost is None else cost, counters)

    @precondition(lambda self: not self.is_open)
    @rule(recorded=st.sets(st.tuples(st.sampled_from(PROCESSES), st.sampled_from(CALLS))))
    def set_from_what_is_recorded(self, recorded: set[tuple[str, str]]) -> None:
        """Of what ended meanwhile some is recorded; of some of that Valkey does not know yet that it ended."""
        for place in recorded & set(self.model.held):
            self._let_go(place, None)
        known = [place for place in self.settled if place in recorded]
        for cost, counters in map(self.settled.__getitem__, known):
            for name in counters:
                self.recorded[name] += cost
        amounts = [word for pair in self.recorded.items() for word in pair]
        run(scripts.SEED, self.generation, len(known), *map(":".join, known), *amounts)
        self.is_open = True

    @rule(
        process=st.sampled_from(PROCESSES),
        call=st.sampled_from(CALLS),
        amount=st.one_of(st.integers(1, 400), st.integers(10**14, 10**15)),
        counters=st.lists(st.sampled_from(sorted(COUNTERS)), min_size=1, max_size=3, unique=True),
    )
    def reserve(self, process: str, call: str, amount: int, counters: list[str]) -> None:
        floor = amount // 7
        limits = [word for name in counters for word in (name, COUNTERS[name])]
        value = value_of(amount, floor, counters)
        said = run(scripts.RESERVE, self.generation, process, LEASE, call, value, amount, *limits)
        is_there, fits = (process, call) in self.model.held, self.is_open and self.model.fits(amount, counters)
        assert said[0] == ("held" if is_there or fits else "over" if self.is_open else "cold")
        if fits and not is_there:
            self.model.held[process, call] = (amount, floor, counters)

    @rule(process=st.sampled_from(PROCESSES), call=st.sampled_from(CALLS), cost=st.integers(0, 500))
    def settle(self, process: str, call: str, cost: int) -> None:
        """Of one that is settled, or never was held, it changes nothing."""
        said = run(scripts.SETTLE, self.generation, process, call, cost)
        is_there = (process, call) in self.model.held
        assert said[0] == ("settled" if is_there else "nothing")
        if is_there:
            self._let_go((process, call), cost)

    @rule(process=st.sampled_from(PROCESSES))
    def die(self, process: str) -> None:
        """Not heard of for longer than its lease: what it held counts for its floor, and it has to join anew."""
        CLIENT.hset(KEY, f"j:{process}", 0)
        CLIENT.hdel(KEY, "sweep")
        other = next(each for each in PROCESSES if each != process)
        assert run(scripts.BEAT, self.generation, other, LEASE)[0] == "there"
        for place in [place for place in self.model.held if place[0] == process]:
            self._let_go(place, None)
        assert run(scripts.BEAT, self.generation, process, LEASE) == ["left"]
        assert run(scripts.JOIN, self.generation, process)[0] == "joined"

    @precondition(lambda self: self.is_open)
    @rule()
    def set_again(self) -> None:
        run(scripts.SEED, self.generation, 0, *(word for name in COUNTERS for word in (name, 5)))

    @precondition(lambda self: self.is_open)
    @rule(
        counter=st.sampled_from(sorted(COUNTERS)),
        recorded=st.integers(0, 800),
        unrecorded=st.sets(st.tuples(st.sampled_from(PROCESSES), st.sampled_from(CALLS))),
    )
    def learn_what_is_recorded(self, counter: str, recorded: int, unrecorded: set[tuple[str, str]]) -> None:
        run(scripts.RAISE, len(unrecorded), *map(":".join, unrecorded), counter, recorded)
        held = sum(
            amount
            for place, (amount, _, counters) in self.model.held.items()
            if counter in counters and place not in unrecorded
        )
        self.model.spent[counter] = max(self.model.spent[counter], recorded - held)

    @rule()
    def flush(self) -> None:
        """Everything is lost, and the processes and PostgreSQL know it all."""
        CLIENT.delete(KEY)
        stale = self.generation
        assert run(scripts.RESERVE, stale, "p1", LEASE, "x", value_of(1, 0, ["a"]), 1, "a", 10**15) == ["generation"]
        self._join_all()
        assert run(scripts.SETTLE, stale, "p1", CALLS[0], 1) == ["generation"]

    @precondition(lambda self: self.model.held)
    @rule()
    def hold_again(self) -> None:
        """Whoever joins twice is told twice, and counted once."""
        (process, call), (amount, floor, counters) = next(iter(self.model.held.items()))
        said = run(scripts.JOIN, self.generation, process, call, "open", value_of(amount, floor, counters))
        assert said == ["joined", "known"]

    @invariant()
    def the_counters_say_what_the_model_says(self) -> None:
        found: dict[str, str] = CLIENT.hgetall(KEY)  # type: ignore[assignment]
        if self.is_open:
            assert {name: int(found[f"s:{name}"]) for name in COUNTERS} == self.model.spent
        held = {name: int(found.get(f"h:{name}", "0")) for name in COUNTERS}
        assert held == {name: self.model.held_in(name) for name in COUNTERS}


TestBudgets = Budgets.TestCase
TestBudgets.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_generation_is_of_the_server_that_runs() -> None:
    first = begin()
    assert begin() == first
    CLIENT.hset(KEY, mapping={"gen": "another-server/1", "s:a": 5})
    second = begin()
    assert second != first
    assert CLIENT.hget(KEY, "s:a") is None


def test_until_the_counters_are_set_nothing_is_held() -> None:
    generation = begin()
    asked = (generation, "p1", LEASE, "x", value_of(1, 0, ["a"]), 1, "a", 10)
    assert run(scripts.RESERVE, *asked) == ["left"]
    run(scripts.JOIN, generation, "p1")
    assert run(scripts.RESERVE, *asked) == ["cold"]


def test_what_is_settled_and_not_recorded_is_added_when_the_counters_are_set() -> None:
    generation = begin()
    told = ("recorded", "settled", value_of(30, 0, ["a"]), "not-yet", "settled", value_of(4, 0, ["a", "b"]))
    run(scripts.JOIN, generation, "p1", *told)
    run(scripts.SEED, generation, 1, "p1:recorded", "a", 100, "b", 200)
    assert CLIENT.hmget(KEY, "s:a", "s:b", "state") == ["104", "204", "open"]
    run(scripts.SEED, generation, 1, "p1:recorded", "a", 100, "b", 200)
    assert CLIENT.hmget(KEY, "s:a", "s:b") == ["104", "204"]


def test_what_is_settled_before_the_counters_are_set_is_added_when_they_are() -> None:
    generation = begin()
    run(scripts.JOIN, generation, "p1", "x", "open", value_of(150, 20, ["a"]))
    run(scripts.SETTLE, generation, "p1", "x", 100)
    run(scripts.SEED, generation, 0, "a", 7)
    assert CLIENT.hmget(KEY, "s:a", "h:a") == ["107", "0"]


def test_so_is_what_a_gateway_held_that_died_before_they_were() -> None:
    generation = begin()
    run(scripts.JOIN, generation, "p1", "x", "open", value_of(150, 20, ["a"]))
    run(scripts.JOIN, generation, "p2")
    CLIENT.hset(KEY, "j:p1", 0)
    run(scripts.BEAT, generation, "p2", LEASE)
    run(scripts.SEED, generation, 0, "a", 7)
    assert CLIENT.hmget(KEY, "s:a", "h:a") == ["27", "0"]


def test_what_is_recorded_before_valkey_hears_that_it_ended_is_counted_once() -> None:
    generation = begin()
    run(scripts.JOIN, generation, "p1", "x", "open", value_of(150, 20, ["a"]))
    run(scripts.SEED, generation, 1, "p1:x", "a", 100)
    assert run(scripts.SETTLE, generation, "p1", "x", 100) == ["nothing"]
    assert CLIENT.hmget(KEY, "s:a", "h:a") == ["100", "0"]


def test_large_amounts_stay_whole() -> None:
    generation = begin()
    run(scripts.JOIN, generation, "p1")
    run(scripts.SEED, generation, 0, "c", 8_999_999_999_999_997)
    limit = COUNTERS["c"]
    asked = [generation, "p1", LEASE]
    assert run(scripts.RESERVE, *asked, "x", value_of(3, 0, ["c"]), 3, "c", limit)[0] == "over"
    assert run(scripts.RESERVE, *asked, "y", value_of(2, 0, ["c"]), 2, "c", limit)[0] == "held"
    run(scripts.SETTLE, generation, "p1", "y", 2)
    assert CLIENT.hget(KEY, "s:c") == "8999999999999999"
