"""Holds a question for a prompt until its answer changes: no thread, no transaction and no connection waits with it.

It stands before the whole application and asks it, so that who may read what is decided where it always is: before the
wait, and again with the answer.
"""

import asyncio
from contextlib import suppress
from typing import Final

from django.conf import settings

from prompts.waiting.asking import Answer, App, Asking, Receive, Scope, Send
from prompts.waiting.board import Board
from prompts.waiting.leaving import on_leaving
from prompts.waiting.vouching import Vouching
from prompts.waiting.wait import Wait, wait_of
from tenants.conninfo import conninfo
from tenants.news import News, Tell

# A process may have 1,024 files open unless somebody allowed more, and pages need some of them.
MOST_WAITING: Final = 800
_BUSY: Final = (b"retry-after", b"5")
_LEAVING: Final = ((b"retry-after", b"1"), (b"connection", b"close"))


class WaitingDoor:
    def __init__(self, app: App, board: Board | None = None, vouching: Vouching | None = None) -> None:
        self._app = app
        self._asking = Asking(app, vouching)
        self._board = board or Board(_news)
        self._leaving = asyncio.Event()
        self._is_hearing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait = wait_of(scope)
        if wait is None:
            await self._app(scope, receive, send)
        elif self._board.count >= MOST_WAITING:
            answer = await self._asking.ask(scope)
            await answer.send(send, *([_BUSY] if answer.is_unchanged else []))
        else:
            await self._answer(scope, wait, receive, send)

    async def _answer(self, scope: Scope, wait: Wait, receive: Receive, send: Send) -> None:
        self._hear_of_the_end()
        with self._board.watching(wait.place) as stirred:
            gone = asyncio.create_task(_hang_up(receive))
            gone.add_done_callback(lambda _: stirred.set())
            try:
                answer = await self._hold(scope, wait, stirred, gone)
            finally:
                gone.cancel()
        if answer is not None:
            await answer.send(send, *(_LEAVING if self._leaving.is_set() else ()))

    async def _hold(self, scope: Scope, wait: Wait, stirred: asyncio.Event, gone: asyncio.Task[None]) -> Answer | None:
        """None: the caller has hung up."""
        now = asyncio.get_running_loop().time
        until, ask = now() + wait.seconds, self._asking.ask
        while not gone.done():
            # Before it is asked: what is released meanwhile is asked for once more.
            stirred.clear()
            answer = await ask(scope)
            if not answer.is_unchanged or now() >= until or self._leaving.is_set():
                return answer
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await stirred.wait()
            if self._leaving.is_set():
                return answer
            ask = self._asking.ask_together if stirred.is_set() else self._asking.ask
        return None

    def _hear_of_the_end(self) -> None:
        if not self._is_hearing:
            self._is_hearing = True
            on_leaving(self._leave)

    def _leave(self) -> None:
        self._leaving.set()
        self._board.stir_all()


async def _hang_up(receive: Receive) -> None:
    """Returns when the caller has; a body, which such a question does not need, is passed over."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _news(tell: Tell) -> News:
    return News(tell, database_url=conninfo(), redis_url=settings.REDIS_URL)
