"""What a gateway takes up from the folder, and that one bad file keeps nothing else from it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import sleep
from typing import Any, override
from uuid import UUID, uuid4

import orjson
import pytest

from killswitch.breakglass.folder import Folder, read_order
from killswitch.breakglass.order import Unreadable
from killswitch.breakglass.watch import MOST_READ, GlassWatch
from killswitch.guard import ActiveStop
from killswitch.inflight import Inflight
from killswitch.scopes import tenant_key
from killswitch.snapshot import MOST_TOLD, StopsSnapshot
from killswitch.wire import to_wire
from tests.killswitch.breakglass.test_folder import order_of

POISON: list[dict[str, Any]] = [{"at": "0001-01-01T00:00:00+14:00"}, {"stop": {"message": 5}}, {"stop": 5}, {}]


def poisoned(folder: Folder, what: dict[str, Any]) -> None:
    """Before all others."""
    folder.path.mkdir(exist_ok=True)
    folder.file_of(UUID(int=1)).write_bytes(orjson.dumps({**orjson.loads(order_of().as_json()), **what} if what else 5))


@asynccontextmanager
async def watching(folder: Folder, stops: StopsSnapshot) -> AsyncIterator[GlassWatch]:
    names: dict[str, dict[str, str]] = {"tenants": {}, "features": {}}
    watch = GlassWatch(folder, stops, "gateway-1", uuid4(), why_not_ready=str, names=lambda: names)
    watch.start()
    try:
        yield watch
    finally:
        await watch.stop()


async def until_known(stops: StopsSnapshot, stop: ActiveStop) -> None:
    async with asyncio.timeout(5):
        while stop.id not in stops.current.known:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("poison", POISON)
def test_poison_keeps_no_gateway_from_starting_with_the_order_behind_it(tmp_path: Path, poison: dict[str, Any]) -> None:
    async def run() -> bool:
        async with watching(folder, stops) as watch:
            return watch.is_unreadable and good.stop.id in stops.current.known

    folder, stops, good = Folder.of(tmp_path), StopsSnapshot(Inflight()), order_of()
    poisoned(folder, poison)
    folder.add(good)
    assert asyncio.run(run())


@pytest.mark.parametrize("poison", POISON)
def test_poison_keeps_no_order_behind_it_from_a_gateway_that_runs_and_is_told_once(
    tmp_path: Path, poison: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> bool:
        async with watching(folder, stops) as watch:
            poisoned(folder, poison)
            folder.add(good)
            await until_known(stops, good.stop)
            folder.add(later)
            await until_known(stops, later.stop)
            return watch.is_unreadable

    folder, stops = Folder.of(tmp_path), StopsSnapshot(Inflight())
    good, later = order_of(), order_of(tenant_key(UUID(int=3)))
    assert asyncio.run(run())
    assert caplog.text.count("glass.unreadable") == 1


def test_what_was_mended_is_taken_up(tmp_path: Path) -> None:
    async def run() -> bool:
        async with watching(folder, stops) as watch:
            folder.file_of(UUID(int=1)).write_bytes(good.as_json())
            await until_known(stops, good.stop)
            return watch.is_unreadable

    folder, stops, good = Folder.of(tmp_path), StopsSnapshot(Inflight()), order_of()
    poisoned(folder, {})
    assert not asyncio.run(run())


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def an_endless_order(file: Path) -> None:
    file.write_bytes(order_of().as_json() + b" " * (1 << 20))


def a_folder(file: Path) -> None:
    file.mkdir()


def a_link_to_nothing(file: Path) -> None:
    file.symlink_to("nothing")


def a_note(file: Path) -> None:
    (file.parent / "call ann").write_text("or ben")


def test_a_folder_that_is_tried_again_and_again_leaves_nothing_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with pytest.raises(Unreadable, match="it is a folder"):
            read_order(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_order_under_another_name_is_taken_up(tmp_path: Path) -> None:
    async def run() -> bool:
        async with watching(folder, stops) as watch:
            folder.file_of(good.stop.id).rename(folder.path / "stop-acme.json")
            await until_known(stops, good.stop)
            return watch.is_unreadable

    folder, stops, good = Folder.of(tmp_path), StopsSnapshot(Inflight()), order_of()
    folder.add(good)
    assert asyncio.run(run()) is False


@pytest.mark.parametrize("make", [a_pipe, an_endless_order, a_folder, a_link_to_nothing, a_note])
def test_what_would_be_read_for_long_is_no_order(tmp_path: Path, make: Callable[[Path], None]) -> None:
    async def run() -> bool:
        async with watching(folder, stops) as watch:
            folder.add(good)
            await until_known(stops, good.stop)
            return watch.is_unreadable

    folder, stops, good = Folder.of(tmp_path), StopsSnapshot(Inflight()), order_of()
    folder.path.mkdir()
    make(folder.file_of(UUID(int=1)))
    assert asyncio.run(run())
    assert len(stops.current.known) == 1


def test_a_great_many_that_are_no_orders_keep_neither_a_new_one_nor_a_mended_one_out(tmp_path: Path) -> None:
    async def run() -> None:
        async with watching(folder, stops):
            folder.add(good)
            await until_known(stops, good.stop)
            files[-1].write_bytes(mended.as_json())
            await until_known(stops, mended.stop)

    folder, stops, good, mended = Folder.of(tmp_path), StopsSnapshot(Inflight()), order_of(), order_of()
    folder.path.mkdir()
    files = [folder.file_of(UUID(int=number)) for number in range(MOST_READ + 50)]
    for file in files:
        file.write_bytes(b"{")
    asyncio.run(run())
    assert set(stops.current.known) == {good.stop.id, mended.stop.id}


def test_a_start_takes_up_all_whatever_their_number(tmp_path: Path) -> None:
    async def run() -> int:
        async with watching(folder, stops):
            return len(stops.current.known)

    folder, stops = Folder.of(tmp_path), StopsSnapshot(Inflight())
    for number in range(MOST_READ + 1):
        folder.add(order_of(tenant_key(UUID(int=number))))
    assert asyncio.run(run()) == MOST_READ + 1


class SlowDisk(Folder):
    @override
    def waiting(self) -> list[Path]:
        sleep(1)
        return super().waiting()


def test_a_slow_disk_holds_up_no_call_and_the_stop_is_taken_all_the_same(tmp_path: Path) -> None:
    async def run() -> float:
        worst, loop = 0.0, asyncio.get_running_loop()
        async with watching(folder, stops):
            folder.add(good)
            while good.stop.id not in stops.current.known:
                began = loop.time()
                await asyncio.sleep(0.01)
                worst = max(worst, loop.time() - began)
        return worst

    folder, stops, good = SlowDisk.of(tmp_path), StopsSnapshot(Inflight()), order_of()
    assert asyncio.run(asyncio.wait_for(run(), 10)) < 0.8


def test_one_bad_stop_of_those_that_were_held_does_not_lose_the_rest(tmp_path: Path) -> None:
    async def run() -> bool:
        async with watching(folder, stops):
            return good.id in stops.current.known

    folder, stops, good = Folder.of(tmp_path), StopsSnapshot(Inflight()), order_of().stop
    held = [5, {"id": 5}, to_wire(good) | {"message": 5}, to_wire(good)]
    folder.tell("gateway-1", {"process": "gateway-1", "pid": 1, "applied": [], "held": held})
    assert asyncio.run(run())


def test_a_restart_undoes_none_of_a_great_many_that_are_held(tmp_path: Path) -> None:
    async def run(stops: StopsSnapshot) -> None:
        async with watching(folder, stops):
            pass

    folder, before, after = Folder.of(tmp_path), StopsSnapshot(Inflight()), StopsSnapshot(Inflight())
    for number in range(MOST_TOLD + 50):
        before.hold(order_of(tenant_key(UUID(int=number))).stop)
    asyncio.run(run(before))
    asyncio.run(run(after))
    assert after.current.held == before.current.held
    assert (len(after.current.held), len(after.held_told())) == (MOST_TOLD + 50, MOST_TOLD)
