"""Who waits, before an application that says what it is told to say."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from prompts.waiting import door
from prompts.waiting.asking import Message, Receive, Scope, Send
from prompts.waiting.board import Board
from prompts.waiting.door import WaitingDoor
from tenants.news import News, Tell

type Scene = Callable[["World"], Awaitable[None]]


class Quiet(News):
    def start(self) -> None:
        """Nothing comes of it by itself."""


class World:
    """Whose application answers 304 until it is told otherwise, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 304
        self.board = Board(lambda tell: self._news(tell))
        self.door = WaitingDoor(self._app, self.board)

    def call(self, key: str = "a", wait: str = "30") -> "Caller":
        return Caller(self.door, key, wait)

    def release(self) -> None:
        self.status = 200
        self.board.stir_all()

    def _news(self, tell: Tell) -> News:
        return Quiet(tell, database_url="", redis_url="")

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(dict(scope["headers"])[b"authorization"].decode())
        await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Caller:
    def __init__(self, door: WaitingDoor, key: str, wait: str) -> None:
        self._gone = asyncio.Event()
        self.sent: list[Message] = []
        headers = [(b"authorization", key.encode()), (b"if-none-match", b'"x"')]
        # As a proxy would.
        headers.append((b"x-request-id", str(id(self)).encode()))
        scope = {
            "type": "http", "method": "GET", "scheme": "http", "path": "/api/v1/prompts/welcome/",
            "query_string": f"wait={wait}".encode(), "headers": headers,
        }  # fmt: skip
        self.task: asyncio.Task[None] = asyncio.ensure_future(_run(door(scope, self._receive, self._send)))

    def hang_up(self) -> None:
        self._gone.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)


async def _run(call: Coroutine[Any, Any, None]) -> None:
    await call


def play(scene: Scene) -> None:
    async def run() -> None:
        async with asyncio.timeout(10):
            await scene(World())

    asyncio.run(run())


async def settled() -> None:
    await asyncio.sleep(0.1)


def test_who_hangs_up_is_let_go_of_at_once() -> None:
    async def scene(world: World) -> None:
        caller = world.call()
        await settled()
        held = world.board.count
        caller.hang_up()
        await caller.task
        assert (held, world.board.count, caller.sent) == (1, 0, [])

    play(scene)


def test_what_the_same_caller_asks_is_asked_once_for_all() -> None:
    async def scene(world: World) -> None:
        callers = [world.call() for _ in range(50)]
        await settled()
        world.release()
        await asyncio.gather(*(caller.task for caller in callers))
        assert {caller.status for caller in callers} == {200}
        assert world.asked == ["a", "a"]

    play(scene)


def test_under_another_key_it_is_asked_for_itself() -> None:
    async def scene(world: World) -> None:
        callers = [world.call(key) for key in ("a", "b")]
        await settled()
        world.release()
        await asyncio.gather(*(caller.task for caller in callers))
        assert sorted(world.asked) == ["a", "a", "b", "b"]

    play(scene)


def test_who_comes_when_too_many_wait_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_WAITING", 1)

    async def scene(world: World) -> None:
        first = world.call()
        await settled()
        second = world.call()
        await second.task
        assert (second.status, second.sent[0]["headers"]) == (304, [(b"retry-after", b"5")])
        assert not first.task.done()
        first.hang_up()
        await first.task

    play(scene)


def test_a_release_while_the_application_is_asked_is_asked_for_once_more() -> None:
    async def scene(world: World) -> None:
        caller = world.call()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        world.board.stir_all()
        await settled()
        assert world.asked == ["a", "a"]
        caller.hang_up()
        await caller.task

    play(scene)


@pytest.mark.parametrize("wait", ["0", "", "-1", "abc", "61", "²"])
def test_what_is_no_wait_goes_straight_through(wait: str) -> None:
    async def scene(world: World) -> None:
        caller = world.call(wait=wait)
        await caller.task
        assert (caller.status, world.board.count) == (304, 0)

    play(scene)
