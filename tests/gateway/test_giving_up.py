"""A call that is cut while it waits for its place."""

import asyncio
from uuid import UUID

import pytest

from gateway.asgi import Message
from gateway.caller import Caller
from gateway.config import Tenant
from gateway.process.load import Load
from gateway.process.waiting import turn

ACME, GLOBEX = Tenant(UUID(int=1), "acme"), Tenant(UUID(int=2), "globex")


async def _slow_to_stop() -> Message:
    """A caller that says nothing, and takes a while to be left."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.sleep(0.05)
        raise
    raise AssertionError


async def _broken() -> Message:
    raise OSError("gone")


async def _send(message: Message) -> None:
    raise AssertionError(message)


async def _cut(load: Load, *, has_place: bool) -> asyncio.Task[None]:
    waits = asyncio.create_task(turn(load, GLOBEX, Caller(_slow_to_stop, _send)))
    await asyncio.sleep(0.01)
    if has_place:
        load.leave(ACME.id)
        await asyncio.sleep(0.01)
    assert not waits.done()
    waits.cancel()
    await asyncio.wait((waits,))
    return waits


def _full() -> Load:
    load = Load(most=1, most_of_a_tenant=1)
    assert load.enter(ACME.id)
    return load


@pytest.mark.parametrize(("has_place", "left"), [(False, 1), (True, 0)])
def test_it_ends_and_gives_its_seat_or_its_place_back(has_place: bool, left: int) -> None:
    load = _full()
    waits = asyncio.run(_cut(load, has_place=has_place))
    assert waits.cancelled()
    assert (load.calls, load.waiting) == (left, 0)


def test_so_does_one_whose_connection_fails() -> None:
    load = _full()
    with pytest.raises(OSError, match="gone"):
        asyncio.run(turn(load, GLOBEX, Caller(_broken, _send)))
    assert (load.calls, load.waiting) == (1, 0)
