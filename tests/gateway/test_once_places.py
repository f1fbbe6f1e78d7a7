"""Where answers are kept: who may change it, how much, and how it lies there."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any
from uuid import uuid4

import pytest
import redis.asyncio as redis
from pytest_django import Settings

from gateway.call import Call
from gateway.config import Key, Tenant
from gateway.errors import AnswerNotKept, CannotRemember, InProgress
from gateway.kept import once
from gateway.kept.once import Answers, Kept, Place
from tests.gateway.factories import KEY, admit, make_call, make_config

HEADERS = [(b"x-aiops-cost-usd", b"0.1")]
ANSWER = b'{"answer": "In its box."}'
TAGS = {"x_aiops_feature": "answers", "x_aiops_user": "ann", "x_aiops_idempotency_key": "k"}


class Remembering:
    """One tenant's answers, as several gateway processes keep them."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.answers = Answers(os.environ["REDIS_URL"])
        self.valkey = redis.Redis.from_url(os.environ["REDIS_URL"])

    async def ask(self, key: bytes = b"k", *, data: bytes = ANSWER) -> Kept | None:
        """What was kept; if nothing was, it is kept now."""
        async with self.answers.once(self.call, key) as place:
            if place.kept is None:
                await place.keep(HEADERS, data)
            return place.kept

    async def places(self) -> list[bytes]:
        return [each async for each in self.valkey.scan_iter(f"aiops:answer:{self.call.key.tenant.id}:*")]

    async def weight(self) -> list[bytes | None]:
        tenant = self.call.key.tenant.id
        return [await self.valkey.get(each) async for each in self.valkey.scan_iter(f"aiops:answers:{tenant}:*")]

    async def run_out(self) -> None:
        """What is held is held no longer, as when its process stood still."""
        await self.valkey.delete(*await self.places())

    async def close(self) -> None:
        await self.answers.close()
        await self.valkey.aclose()


def remembered(*works: Callable[[Remembering], Coroutine[Any, Any, None]]) -> None:
    """Each work has a tenant of its own."""
    calls = [_call() for _ in works]

    async def run() -> None:
        for work, call in zip(works, calls, strict=True):
            remembering = Remembering(call)
            try:
                await work(remembering)
            finally:
                await remembering.close()

    asyncio.run(run())


def _call() -> Call:
    key = Key(KEY.secret_hash, Tenant(uuid4(), "acme"), "production")
    return admit(make_call(config=make_config(key=key), **TAGS))


class Failed(Exception):
    """The provider's fault."""


async def hold_until_told(remembering: Remembering, stack: AsyncExitStack) -> Place:
    return await stack.enter_async_context(remembering.answers.once(remembering.call, b"k"))


def test_what_is_sent_twice_as_its_first_answer_was_lost_is_done_once() -> None:
    async def work(remembering: Remembering) -> None:
        async with AsyncExitStack() as stack:
            place = await hold_until_told(remembering, stack)
            await place.claim()
            await place.keep(HEADERS, ANSWER)
            weighed = await remembering.weight()
            await place.keep(HEADERS, ANSWER)
            assert (place.is_remembered, await remembering.weight()) == (True, weighed)
        assert await remembering.ask() == Kept(HEADERS, ANSWER)

    remembered(work)


def test_who_has_lost_the_key_cannot_let_go_of_the_next_ones() -> None:
    async def work(remembering: Remembering) -> None:
        async with AsyncExitStack() as second:
            with suppress(Failed):
                async with AsyncExitStack() as first:
                    await hold_until_told(remembering, first)
                    await remembering.run_out()
                    await hold_until_told(remembering, second)
                    raise Failed
            with pytest.raises(InProgress):
                await remembering.ask()

    remembered(work)


def test_who_has_lost_the_key_cannot_keep_an_answer_in_the_next_ones_place() -> None:
    async def work(remembering: Remembering) -> None:
        async with AsyncExitStack() as stack:
            first = await hold_until_told(remembering, stack)
            await remembering.run_out()
            second = await hold_until_told(remembering, stack)
            await first.keep(HEADERS, b"the first")
            await second.keep(HEADERS, b"the second")
            assert (first.is_remembered, second.is_remembered) == (False, True)
        assert await remembering.ask() == Kept(HEADERS, b"the second")

    remembered(work)


def test_who_has_lost_the_key_and_nobody_took_it_takes_hold_of_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_HOLD_AGAIN_SECONDS", 0.02)

    async def work(remembering: Remembering) -> None:
        async with AsyncExitStack() as stack:
            await hold_until_told(remembering, stack)
            await remembering.run_out()
            async with asyncio.timeout(5):
                while not await remembering.places():
                    await asyncio.sleep(0.01)
            with pytest.raises(InProgress):
                await remembering.ask()

    remembered(work)


def test_one_that_holds_the_key_alone_lets_go_of_it() -> None:
    async def work(remembering: Remembering) -> None:
        with suppress(Failed):
            async with remembering.answers.once(remembering.call, b"k"):
                raise Failed
        assert await remembering.places() == []

    remembered(work)


def test_a_large_answer_is_not_kept_and_not_paid_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "LARGEST", len(ANSWER) - 1)

    async def work(remembering: Remembering) -> None:
        assert await remembering.ask() is None
        with pytest.raises(AnswerNotKept, match=str(remembering.call.id)):
            await remembering.ask()

    remembered(work)


def test_a_tenants_share_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MOST_OF_A_TENANT", once._WEIGHT_OF_A_KEY * 2 + 400)

    async def fill(remembering: Remembering) -> None:
        assert [await remembering.ask(key, data=b"x" * 200) for key in (b"1", b"2")] == [None, None]
        assert await remembering.ask(b"1")
        with pytest.raises(AnswerNotKept):
            await remembering.ask(b"2")

    remembered(fill, fill)


def test_all_tenants_together_have_their_most_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MOST", 0)

    async def work(remembering: Remembering) -> None:
        assert await remembering.ask() is None
        with pytest.raises(AnswerNotKept):
            await remembering.ask()

    remembered(work)


def test_a_tenant_that_has_used_very_many_keys_is_taken_no_further_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_MOST_WITH_KEYS", once._WEIGHT_OF_A_KEY)
    monkeypatch.setattr(once, "MOST_OF_A_TENANT", once._WEIGHT_OF_A_KEY * 9)

    async def work(remembering: Remembering) -> None:
        assert await remembering.ask(b"1") is None
        with pytest.raises(CannotRemember):
            await remembering.ask(b"2")
        assert await remembering.ask(b"1")

    remembered(work)


def test_nobody_reads_in_valkey_what_was_asked_or_answered() -> None:
    async def work(remembering: Remembering) -> None:
        await remembering.ask(b"order-4711")
        (place,) = await remembering.places()
        lying = place + b"".join(await remembering.valkey.hvals(place))
        assert all(word not in lying for word in (b"box", b"cost", b"mini", b"ann", b"4711"))
        assert 0 < await remembering.valkey.ttl(place) <= once.KEPT_SECONDS

    remembered(work)


def test_an_answer_that_was_moved_to_another_place_does_not_open() -> None:
    async def work(remembering: Remembering) -> None:
        await remembering.ask(b"1")
        (first,) = await remembering.places()
        await remembering.ask(b"2")
        (second,) = set(await remembering.places()) - {first}
        await remembering.valkey.hset(second, "answer", await remembering.valkey.hget(first, "answer"))
        with pytest.raises(AnswerNotKept):
            await remembering.ask(b"2")

    remembered(work)


def test_a_new_keyring_opens_what_the_old_one_closed_while_it_has_its_key(settings: Settings) -> None:
    old, new = settings.AIOPS_KEYRING, "k2:" + "A" * 43 + "="

    async def work(remembering: Remembering) -> None:
        await remembering.ask()
        settings.AIOPS_KEYRING = f"{new},{old}"
        assert await remembering.ask() == Kept(HEADERS, ANSWER)
        settings.AIOPS_KEYRING = new
        with pytest.raises(AnswerNotKept):
            await remembering.ask()

    remembered(work)
