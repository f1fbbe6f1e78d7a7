import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from uuid import UUID

import pytest

from gateway.errors import Busy, Leaving, Slow, TenantBusy
from gateway.process.load import Load

ACME, GLOBEX, INITECH = UUID(int=1), UUID(int=2), UUID(int=3)
LATE, IN_TIME = 1.0, 0.01


def in_a_loop(test: Callable[[], Coroutine[None, None, None]]) -> Callable[[], None]:
    @wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


def full(*tenants: UUID, share: int = 9) -> Load:
    """Each of the tenants has a call under way, and there is no further place."""
    load = Load(most=len(tenants), most_of_a_tenant=share, most_waiting=10)
    assert all([load.enter(tenant) for tenant in tenants])
    return load


def slowed(most: int = 100) -> Load:
    load = Load(most=most, most_of_a_tenant=most)
    for _ in range(4):
        load.beat(LATE)
    return load


def test_a_tenant_gets_no_more_than_its_share() -> None:
    load = Load(most=4, most_of_a_tenant=2)
    assert [load.enter(ACME), load.enter(ACME), load.enter(ACME)] == [True, True, False]
    assert load.enter(GLOBEX)
    assert isinstance(load.refusal(ACME), TenantBusy)


def test_or_than_its_own_limit_says_be_that_less_or_more() -> None:
    load = Load(most=9, most_of_a_tenant=2)
    assert [load.enter(ACME, 1), load.enter(ACME, 1)] == [True, False]
    assert [load.enter(GLOBEX, 3) for _ in range(4)] == [True, True, True, False]


def test_a_process_takes_no_more_than_it_can() -> None:
    load = full(ACME, GLOBEX)
    assert not load.enter(INITECH)
    refusal = load.refusal(INITECH)
    assert isinstance(refusal, Busy)
    assert refusal.retry_after in (1, 2)


def test_a_call_that_ends_makes_room() -> None:
    load = full(ACME)
    load.leave(ACME)
    assert load.enter(GLOBEX)
    assert load.calls == 1


@in_a_loop
async def test_the_place_of_a_call_that_ends_is_for_whoever_waits_not_for_whoever_comes() -> None:
    load = full(ACME)
    place = load.queue(GLOBEX)
    load.leave(ACME)
    assert place.done()
    assert not load.enter(INITECH)
    assert (load.calls, load.waiting) == (1, 0)


@in_a_loop
async def test_those_that_wait_have_their_turns_tenant_by_tenant() -> None:
    load = full(ACME)
    many, one = [load.queue(ACME) for _ in range(4)], load.queue(GLOBEX)
    load.leave(ACME)
    load.leave(ACME)
    assert [many[0].done(), one.done(), many[1].done()] == [True, True, False]


@in_a_loop
async def test_a_tenant_at_its_limit_waits_for_its_own_calls_and_keeps_nobody_waiting() -> None:
    load = full(ACME, GLOBEX, share=1)
    own, other = load.queue(ACME), load.queue(INITECH)
    load.leave(GLOBEX)
    assert (own.done(), other.done()) == (False, True)
    load.leave(ACME)
    assert own.done()


@in_a_loop
async def test_no_more_wait_than_have_a_seat_and_a_tenant_has_half_of_them() -> None:
    load = full(ACME)
    for _ in range(5):
        load.queue(ACME)
    with pytest.raises(Busy):
        load.queue(ACME)
    for number in range(5):
        load.queue(UUID(int=10 + number))
    with pytest.raises(Busy):
        load.queue(INITECH)
    assert load.waiting == 10


@in_a_loop
async def test_whoever_gives_up_leaves_its_seat_or_its_place_to_the_next() -> None:
    load = full(ACME)
    first, second, third = load.queue(ACME), load.queue(GLOBEX), load.queue(INITECH)
    load.give_up(ACME, first)
    load.leave(ACME)
    assert second.done()
    load.give_up(GLOBEX, second)
    assert third.done()
    load.leave(INITECH)
    assert (load.calls, load.waiting) == (0, 0)


@in_a_loop
async def test_a_process_that_leaves_tells_those_that_wait_and_takes_nobody() -> None:
    load = full(ACME)
    place = load.queue(GLOBEX)
    load.close()
    assert isinstance(place.exception(), Leaving)
    load.leave(ACME)
    load.beat(IN_TIME)
    assert not load.enter(ACME)
    with pytest.raises(Leaving):
        load.queue(ACME)


@in_a_loop
async def test_a_loop_that_stays_late_takes_few_calls_until_it_is_in_time() -> None:
    load = slowed()
    assert [load.enter(ACME) for _ in range(6)] == [True] * 5 + [False]
    with pytest.raises(Slow) as caught:
        load.queue(ACME)
    assert (caught.value.code, caught.value.shed) == ("gateway_busy", "slow")
    load.beat(IN_TIME)
    assert load.enter(ACME)


def test_one_that_was_late_once_takes_all() -> None:
    load = Load(most=100, most_of_a_tenant=100)
    for late in (30.0, IN_TIME, LATE, LATE, LATE):
        load.beat(late)
    assert all([load.enter(ACME) for _ in range(100)])


@in_a_loop
async def test_the_longer_the_queue_and_the_slower_it_moves_the_later_to_come_again() -> None:
    load = Load(most=1, most_of_a_tenant=1, most_waiting=1000)
    load.enter(ACME)
    for number in range(20):
        load.queue(UUID(int=10 + number))
    refusal = load.refusal(INITECH)
    assert refusal.retry_after is not None
    assert 20 <= refusal.retry_after <= 40
