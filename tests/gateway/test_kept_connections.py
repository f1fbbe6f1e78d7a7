"""A provider that closes a connection which the gateway had kept: asked once more, and within the chain's bounds."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from threading import Barrier
from typing import Any, override

import pytest

from costs.records import Finished, Outcome
from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.faulty import Listener, completion, head, request_of
from tests.gateway.world import QUESTION, Customer, World

_numbers = count(1)


AT_ONCE = 4
_HELD_SECONDS = 0.1


class Closing(Listener):
    """Answers the first request of each connection, and closes it a while after the second, which it has read;
    nobody's any more once it is deaf."""

    def __init__(self) -> None:
        self.asked, self.is_deaf = 0, False
        # Answers none before so many are there, so that each has a connection of its own.
        self.together = Barrier(1)
        super().__init__()

    @override
    def _serve(self, ends: socket.socket) -> None:
        with ends, suppress(OSError):
            self._hear(ends)
            if not self.is_deaf:
                body = completion()
                self.together.wait(5)
                ends.sendall(head("content-type: application/json", f"content-length: {len(body)}") + body)
                self._hear(ends)
                time.sleep(_HELD_SECONDS)

    def _hear(self, ends: socket.socket) -> None:
        request_of(ends)
        self.asked += 1


@pytest.fixture
def provider() -> Iterator[Closing]:
    closing = Closing()
    yield closing
    closing.close()


def second_call(
    customer: Customer, world: World, provider: Closing, *, attempts: int, max_hops: int, deaf: bool
) -> Finished:
    """After one that left its connection behind."""
    body = declare(world, provider, attempts=attempts, max_hops=max_hops)
    assert customer.post(body).is_success
    provider.asked, provider.is_deaf = 0, deaf
    return world.record_of(customer.post(body).headers["x-aiops-call-id"])


def declare(world: World, provider: Closing, *, attempts: int = 1, max_hops: int = 12) -> dict[str, Any]:
    """The body of a call to it."""
    name = f"closing-{next(_numbers)}"
    with scope(ALL):
        declare_provider(name, name="Closing", base_url=provider.url, allow_private=True, by=SYSTEM)
        declare_model(name, provider=name, by=SYSTEM)
        declare_chain(f"to-{name}", members=[Member(name, attempts=attempts)], max_hops=max_hops, by=SYSTEM)
    world.catch_up()
    return {"model": f"to-{name}", "messages": QUESTION}


def reasons(record: Finished) -> list[str]:
    return [hop.reason for hop in record.hops]


def test_it_is_asked_once_more_over_another(customer: Customer, world: World, provider: Closing) -> None:
    record = second_call(customer, world, provider, attempts=1, max_hops=12, deaf=False)
    assert (record.outcome, reasons(record), provider.asked) == (Outcome.OK, ["connection", ""], 2)
    assert not record.estimated


def test_the_second_attempt_begins_when_the_first_is_over(customer: Customer, world: World, provider: Closing) -> None:
    first, second = second_call(customer, world, provider, attempts=1, max_hops=12, deaf=False).hops
    assert first.ms >= 1000 * _HELD_SECONDS
    assert second.began_ms >= first.began_ms + first.ms


def test_the_other_is_none_of_those_that_were_kept_with_it(customer: Customer, world: World, provider: Closing) -> None:
    body, provider.together = declare(world, provider), Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert all(answer.is_success for answer in pool.map(customer.post, [body] * AT_ONCE))
    provider.together = Barrier(1)
    records = [world.record_of(customer.post(body).headers["x-aiops-call-id"]) for _ in range(AT_ONCE)]
    assert [(each.outcome, reasons(each)) for each in records] == [(Outcome.OK, ["connection", ""])] * AT_ONCE
    assert not any(each.estimated for each in records)


def test_not_of_a_chain_whose_calls_are_worth_one_attempt(customer: Customer, world: World, provider: Closing) -> None:
    record = second_call(customer, world, provider, attempts=1, max_hops=1, deaf=True)
    assert (record.outcome, reasons(record), provider.asked) == (Outcome.PROVIDER_ERROR, ["connection"], 1)


@pytest.mark.parametrize(("max_hops", "asked"), [(2, 2), (3, 3), (12, 4)])
def test_it_counts_as_an_attempt_of_the_call_and_happens_once(
    customer: Customer, world: World, provider: Closing, max_hops: int, asked: int
) -> None:
    record = second_call(customer, world, provider, attempts=3, max_hops=max_hops, deaf=True)
    assert reasons(record) == ["connection", *["drop"] * (asked - 1)]
    assert provider.asked == asked
