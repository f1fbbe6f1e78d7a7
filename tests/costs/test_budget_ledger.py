"""One gateway's ledger against a real Valkey that loses things at the worst moment."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NoReturn
from uuid import uuid4

import pytest
import redis

from costs.budgeting import scripts
from costs.budgeting.entries import Entry
from costs.budgeting.ledger import Ledger
from costs.budgeting.limits import Counter, HardBudget
from costs.budgeting.wire import KEY, Wire

CLIENT = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
COUNTER = HardBudget(uuid4(), None, None, "month", 1000, "Everything", datetime.now(UTC)).counter(datetime.now(UTC))
NAME = COUNTER.name


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    CLIENT.delete(KEY)
    yield
    CLIENT.delete(KEY)


@asynccontextmanager
async def a_ledger(counters: Callable[[], list[Counter]] = list) -> AsyncIterator[Ledger]:
    ledger = Ledger(os.environ["REDIS_URL"], "gateway-1", counters)
    yield ledger
    await ledger.stop()


def a_call(amount: int = 150) -> Entry:
    return Entry(uuid4(), uuid4(), [COUNTER], amount, 20)


def begin() -> str:
    generation: str = CLIENT.eval(scripts.OPEN, 1, KEY, uuid4().hex)[0]
    return generation


def set_counters(generation: str) -> None:
    CLIENT.eval(scripts.SEED, 1, KEY, generation, 0, NAME, 0)


async def until(is_so: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.01)


def test_what_ends_after_a_join_whose_answer_was_lost_is_counted() -> None:
    async def run() -> None:
        async with a_ledger() as ledger:
            set_counters(begin())
            open_call, ended_call = a_call(), a_call(40)
            await ledger.reserve(open_call)
            await ledger.reserve(ended_call)
            CLIENT.delete(KEY)
            generation = begin()
            # What the ledger asks for, and never hears of.
            words = [word for each in (open_call, ended_call) for word in (str(each.call), "open", each.value)]
            CLIENT.eval(scripts.JOIN, 1, KEY, generation, "gateway-1", *words)
            set_counters(generation)
            ledger.settle(open_call, 100)
            ledger.settle(ended_call, 30)
            await until(lambda: open_call.told and ended_call.told)
            assert CLIENT.hmget(KEY, f"s:{NAME}", f"h:{NAME}") == ["130", "0"]

    asyncio.run(run())


def test_beats_go_on_whatever_went_wrong_in_one(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> NoReturn:
        raise LookupError("nobody thought of that")

    async def run() -> None:
        async with a_ledger(fail) as ledger:
            begin()
            ledger.start()
            await until(lambda: "LookupError: nobody thought of that" in caplog.text)
            CLIENT.hset(KEY, "j:gateway-1", 0)
            await until(lambda: CLIENT.hget(KEY, "j:gateway-1") != "0")

    asyncio.run(run())


def test_whoever_asks_what_cannot_be_sent_is_told() -> None:
    async def run() -> None:
        wire = Wire(os.environ["REDIS_URL"])
        async with asyncio.timeout(5):
            with pytest.raises(UnicodeEncodeError):
                await wire.run(scripts.LOOK, "\ud800")
        assert await wire.run(scripts.LOOK, "none") == [b"generation"]
        await wire.close()

    asyncio.run(run())
