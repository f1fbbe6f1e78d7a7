"""What the application answers to a request that may have to be asked again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

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
        return bool(self.messages) and self.messages[0]["status"] == HTTPStatus.NOT_MODIFIED

    async def send(self, send: Send, *headers: tuple[bytes, bytes]) -> None:
        for message in self.messages:
            more = {"headers": [*message["headers"], *headers]} if "headers" in message else {}
            await send({**message, **more})


class Asking:
    """Requests of the same headers, credentials among them, share one answer if it is to come yet."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._queued: dict[tuple[Any, ...], asyncio.Task[Answer]] = {}

    async def ask(self, scope: Scope) -> Answer:
        """What is true now, or became so later; whoever stops waiting for it leaves it to the others."""
        key = tuple(scope[name] for name in ("method", "scheme", "path", "query_string"))
        key = (*key, *(tuple(header) for header in scope["headers"] if header[0] not in _OF_THE_WAY))
        if key not in self._queued:
            self._queued[key] = asyncio.create_task(self._run(key, scope))
        return await asyncio.shield(self._queued[key])

    async def _run(self, key: tuple[Any, ...], scope: Scope) -> Answer:
        async with self._turns:
            # Who comes from now on may know of something newer.
            del self._queued[key]
            return await _answer_of(self._app, scope)


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
