import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection, transaction

from tenants import push, revisions
from tenants.models import Acknowledgement, Feature, Process, Revision
from tenants.scope import ALL, scope
from tenants.watcher import Identity, Watcher
from tests.factories import make_feature

CONFIG, STOPS = Revision.Name.CONFIG, Revision.Name.STOPS


def test_any_change_of_the_rows_moves_the_revision_at_commit(committed: None) -> None:
    with scope(ALL):
        make_feature("answers")
    before = revisions.number(CONFIG)
    Feature.objects.update(description="changed without any service")
    assert revisions.number(CONFIG) == before + 1


def test_a_transaction_moves_it_once_however_much_it_changes(committed: None) -> None:
    before = revisions.number(CONFIG)
    with transaction.atomic():
        Feature.objects.create(slug="one", name="One")
        Feature.objects.create(slug="two", name="Two")
    assert revisions.number(CONFIG) == before + 1


def test_what_is_rolled_back_moves_nothing(committed: None) -> None:
    before = revisions.number(CONFIG)
    with transaction.atomic():
        Feature.objects.create(slug="one", name="One")
        transaction.set_rollback(True)
    assert revisions.number(CONFIG) == before


class Snapshot:
    """As small a snapshot as the watcher can keep: it knows which revision it has read."""

    def __init__(self, name: Revision.Name) -> None:
        self.name, self.number, self.mark = name, -1, UUID(int=0)
        self.pushed: list[dict[str, Any]] = []

    async def reload(self) -> int:
        async with await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"]) as connection:
            query = "SELECT number, mark FROM tenants_revision WHERE name = %s"
            row = await (await connection.execute(query, [self.name])).fetchone()
        assert row is not None
        self.number, self.mark = row
        return 3

    def push(self, message: dict[str, Any]) -> int:
        self.pushed.append(message)
        return 0


class Watching:
    """A watcher with its two snapshots, on the suite's servers."""

    def __init__(self, *, redis_url: str = "", period: float = 0.2) -> None:
        self.stops, self.config = Snapshot(STOPS), Snapshot(CONFIG)
        self.watcher = Watcher(
            Identity(kind="gateway", name=f"gateway-{uuid4()}"),
            stops=self.stops,
            config=self.config,
            database_url=os.environ["DATABASE_URL"],
            redis_url=redis_url or os.environ["REDIS_URL"],
            period=period,
        )

    async def __aenter__(self) -> "Watching":
        await self.watcher.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.watcher.stop()

    async def until(self, condition: Any, *, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)


async def in_thread[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    def run() -> R:
        try:
            return work(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


def bump_stops() -> int:
    with transaction.atomic():
        return revisions.bump(STOPS)


def test_a_process_learns_of_a_change_without_any_push(committed: None) -> None:
    async def run() -> None:
        async with Watching(redis_url="redis://127.0.0.1:1/0") as watching:
            number = await in_thread(bump_stops)
            await watching.until(lambda: watching.stops.number == number)
            assert watching.watcher.health.push_works is False

    asyncio.run(run())


def test_a_push_makes_it_look_at_once(committed: None) -> None:
    async def run() -> None:
        async with Watching(period=60) as watching:
            await watching.until(lambda: watching.watcher.health.push_works)
            number = await in_thread(_bump_and_push)
            await watching.until(lambda: watching.stops.number == number)
            assert watching.stops.pushed == [{"revision": "stops", "number": number}]

    asyncio.run(run())


def test_it_says_what_it_has_applied_and_what_that_cut(committed: None) -> None:
    async def run() -> tuple[Process, Acknowledgement]:
        async with Watching() as watching:
            return await in_thread(_recorded, watching.watcher.identity.id)

    process, acknowledgement = asyncio.run(run())
    assert acknowledgement.stops_revision == process.stops_revision == revisions.number(STOPS)
    assert acknowledgement.cut == 3
    assert process.seen_at > datetime.now(UTC) - timedelta(seconds=10)


def test_a_process_that_leaves_says_goodbye(committed: None) -> None:
    async def run() -> UUID:
        async with Watching() as watching:
            return watching.watcher.identity.id

    assert not Process.objects.filter(pk=asyncio.run(run())).exists()


def _bump_and_push() -> int:
    with transaction.atomic():
        number = revisions.bump(STOPS)
        push.after_commit(STOPS, number=number)
    return number


def _recorded(process: UUID) -> tuple[Process, Acknowledgement]:
    return Process.objects.get(pk=process), Acknowledgement.objects.get(process=process)


def test_a_subscription_that_goes_silent_is_dropped_and_made_anew(committed: None) -> None:
    async def run() -> bool:
        async with Watching() as watching:
            watcher = watching.watcher
            await watching.until(lambda: watcher.health.push_works)
            first = watcher._subscription
            # A change that no push tells of: to this process its subscription is deaf.
            await asyncio.sleep(0)
            await in_thread(bump_stops)
            await watching.until(lambda: watcher._subscription is not first)
            await watching.until(lambda: watcher.health.push_works)
            return first is not None and first.cancelled()

    assert asyncio.run(run())


def test_a_push_that_breaks_the_subscription_is_not_the_end_of_it(committed: None) -> None:
    async def run() -> int:
        async with Watching() as watching:
            await watching.until(lambda: watching.watcher.health.push_works)
            watching.stops.push = _break  # type: ignore[method-assign]
            await in_thread(_bump_and_push)
            await watching.until(lambda: not watching.watcher.health.push_works)
            del watching.stops.push  # type: ignore[method-assign]
            await watching.until(lambda: watching.watcher.health.push_works)
            number = await in_thread(_bump_and_push)
            await watching.until(lambda: watching.stops.number == number)
            return len(watching.stops.pushed)

    assert asyncio.run(run()) == 1


def _break(message: dict[str, Any]) -> int:
    raise RuntimeError("a fault nobody thought of")
