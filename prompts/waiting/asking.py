"""What the application answers to a request that may have to be asked again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from prompts.waiting.vouching import Vouching, bearer

type Scope = dict[str, Any]
type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Each takes a thread and a connection to the database, and pages need some, too.
AT_ONCE: Final = 4
# They say by which way a request came, and nothing of who asks: proxies put another one into each.
_OF_THE_WAY: Final = frozenset(
    {b"forwarded", b"traceparent", b"tracestate", b"user-agent", b"x-amzn-trace-id", b"x-correlation-id"}
    | {b"x-forwarded-for", b"x-real-ip", b"x-request-id"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`messages`: as the application sent them."""

    messages: tuple[Message, ...]

    @property
    def is_unchanged(self) -> bool:
        return self._status == HTTPStatus.NOT_MODIFIED

    @property
    def is_personal(self) -> bool:
        """It is about whoever asked."""
        return self._status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

    @property
    def _status(self) -> int:
        return int(self.messages[0]["status"]) if self.messages else 0

    async def send(self, send: Send, *headers: tuple[bytes, bytes]) -> None:
        for message in self.messages:
            more = {"headers": [*message["headers"], *headers]} if "headers" in message else {}
            await send({**message, **more})


class Asking:
    """Requests of the same headers, credentials among them, share one answer if it is to come yet."""

    def __init__(self, app: App, vouching: Vouching | None = None) -> None:
        self._app = app
        self._vouching = vouching or Vouching()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._queued: dict[tuple[Any, ...], asyncio.Task[Answer]] = {}

    async def ask(self, scope: Scope) -> Answer:
        """What is true now, or became so later; whoever stops waiting for it leaves it to the others."""
        return await self._share((*_question_of(scope), *_headers_of(scope, _OF_THE_WAY)), scope)

    async def ask_together(self, scope: Scope) -> Answer:
        """As `ask`, but for those with other keys, too, who may do the same: when all of them were woken at once."""
        key = bearer(scope)
        standing = None if key is None else await self._vouching.standing(key)
        if key is None or standing is None:
            return await self.ask(scope)
        alike = (standing, *_question_of(scope), *_headers_of(scope, _OF_THE_WAY | {b"authorization"}))
        is_own = alike not in self._queued
        answer = await self._share(alike, scope)
        if is_own:
            return answer
        # The application let in whoever asked it; everybody else is let in here, with the answer.
        if answer.is_personal or await self._vouching.standing(key) != standing:
            return await self.ask(scope)
        return answer

    async def _share(self, key: tuple[Any, ...], scope: Scope) -> Answer:
        if key not in self._queued:
            self._queued[key] = asyncio.create_task(self._run(key, scope))
        return await asyncio.shield(self._queued[key])

    async def _run(self, key: tuple[Any, ...], scope: Scope) -> Answer:
        async with self._turns:
            # Who comes from now on may know of something newer.
            del self._queued[key]
            return await _answer_of(self._app, scope)


def _question_of(scope: Scope) -> tuple[Any, ...]:
    return tuple(scope[name] for name in ("method", "scheme", "path", "query_string"))


def _headers_of(scope: Scope, but: frozenset[bytes]) -> tuple[Any, ...]:
    return tuple(tuple(header) for header in scope["headers"] if header[0] not in but)


async def _answer_of(app: App, scope: Scope) -> Answer:
    messages: list[Message] = []
    is_asked = False

    async def receive() -> Message:
        nonlocal is_asked
        if is_asked:
            # The caller stays, as far as the application is concerned.
            await asyncio.Event().wait()
        is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(dict(scope), receive, send)
    return Answer(tuple(messages))
