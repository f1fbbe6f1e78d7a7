"""What a process says of itself: in its beat, and at once over Redis."""

import asyncio
import logging
import os
from typing import Any
from uuid import UUID

import orjson
import pytest
import redis.asyncio as redis

from killswitch.guard import NEVER_READ
from tenants.models import Process
from tenants.watcher import ACKS, CHANNEL, Identity, Watcher
from tests.tenants.test_revisions import Watching, in_thread

STOP = {"id": str(UUID(int=5)), "target": "tenant:1", "reason": "cost", "message": "Paused."}


def row_of(process: UUID) -> Process:
    return Process.objects.get(pk=process)


def test_what_it_holds_and_what_it_streams_is_in_its_beat(committed: None) -> None:
    async def run() -> Process:
        async with Watching() as watching:
            watching.watcher.held_stops = lambda: [STOP]
            watching.watcher.open_streams = lambda: {"tenant:1": 3}
            await watching.watcher.compare()
            return await in_thread(row_of, watching.watcher.identity.id)

    told = asyncio.run(run())
    assert (told.held_stops, told.open_streams) == ([STOP], {"tenant:1": 3})


async def acks_after(message: dict[str, Any]) -> tuple[Watcher, dict[str, Any]]:
    async with Watching(period=60) as watching, redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        await watching.until(lambda: watching.watcher.health.push_works)
        async with client.pubsub() as acks:
            await acks.subscribe(ACKS)
            await acks.get_message(timeout=5)
            await client.publish(CHANNEL, orjson.dumps(message))
            said = await acks.get_message(ignore_subscribe_messages=True, timeout=5)
            assert said is not None
            return watching.watcher, orjson.loads(said["data"])


def test_a_pushed_stop_is_acknowledged_at_once(committed: None) -> None:
    watcher, said = asyncio.run(acks_after({"revision": "stops", "number": 10**6, "stop": STOP}))
    assert said == {
        "process": watcher.identity.name, "id": str(watcher.identity.id), "stops": 10**6, "stop": STOP["id"], "cut": 0,
    }  # fmt: skip


def test_so_is_one_made_by_breaking_the_glass_which_has_no_number(committed: None) -> None:
    _, said = asyncio.run(acks_after({"revision": "stops", "stop": STOP}))
    assert (said["stop"], said["stops"]) == (STOP["id"], None)


@pytest.mark.parametrize("data", [b"", b"[]", b"3", b"{}", b'{"revision": "stops", "number": "x"}', b"\xff"])
def test_what_is_no_push_does_not_end_the_subscription(committed: None, data: bytes) -> None:
    async def run() -> bool:
        async with Watching(period=60) as watching, redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            await watching.until(lambda: watching.watcher.health.push_works)
            before = watching.watcher._subscription
            await client.publish(CHANNEL, data)
            await client.publish(CHANNEL, orjson.dumps({"revision": "stops", "number": 1}))
            await watching.until(lambda: watching.stops.pushed)
            return watching.watcher._subscription is before

    assert asyncio.run(run())


def test_a_start_that_waits_says_why(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        watcher = Watcher(
            Identity("gateway", "waits"), stops=Unread(), config=Unread(),
            database_url="postgresql://nobody@127.0.0.1:1/none", redis_url="redis://127.0.0.1:1",
        )  # fmt: skip
        starting = asyncio.create_task(watcher.start())
        async with asyncio.timeout(10):
            while "start.waits" not in caplog.text:
                await asyncio.sleep(0.01)
        starting.cancel()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert "nothing is served before the stops were read: OperationalError" in caplog.text


class Unread:
    number, mark = -1, NEVER_READ

    async def reload(self) -> int:
        raise AssertionError

    def push(self, message: dict[str, Any]) -> int:
        raise AssertionError
