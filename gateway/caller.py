"""Who called: the ASGI side of one call."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from gateway.asgi import Headers, Message, Receive, Send
from gateway.errors import BadBody, Leaving, Refusal, TooLarge, TooSlow
from gateway.sse import event

JSON = (b"content-type", b"application/json")
# Of the body of a call that waits for its place; the rest stays with the sender.
_MOST_EARLY = 64 << 10
# A caller that does not read is not waited for when all that is left is to tell it of a failure.
_LAST_WORDS_SECONDS = 5.0


class Caller:
    __slots__ = ("_early", "_receive", "gone", "send", "started")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self.send = receive, send
        # What came while nobody read the body.
        self._early: list[Message] = []
        self.gone = self.started = False

    async def body(self, headers: Mapping[bytes, bytes], most: int, seconds: float) -> bytes:
        """All of it, however it is sent, unless it is too large or too slow."""
        if _announced(headers) > most:
            raise TooLarge(most)
        try:
            async with asyncio.timeout(seconds):
                return await self._whole(most)
        except TimeoutError:
            raise TooSlow(seconds) from None

    async def _whole(self, most: int) -> bytes:
        message = await self._next()
        if not message.get("more_body"):
            return self._part(message)
        parts, size = [self._part(message)], 0
        while message.get("more_body"):
            message = await self._next()
            parts.append(self._part(message))
            size += len(parts[-1])
            if size + len(parts[0]) > most:
                raise TooLarge(most)
        return b"".join(parts)

    async def hang_up(self) -> None:
        """Returns when it does; for as long as its body, which is kept, is small enough to see it."""
        size = 0
        while size <= _MOST_EARLY:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.gone = True
                return
            self._early.append(message)
            size += len(message.get("body", b""))
        await asyncio.Event().wait()

    async def _next(self) -> Message:
        return self._early.pop(0) if self._early else await self._receive()

    def is_gone(self) -> bool:
        """Whether it has hung up, asked without waiting: one step of `receive`, which answers at once if it has."""
        if not self.gone:
            asked = self._receive()
            try:
                asked.send(None)
            except StopIteration as answered:
                self.gone = answered.value["type"] == "http.disconnect"
            else:
                asked.close()
        return self.gone

    async def watch(self, left: Callable[[], None]) -> None:
        """Wait for it to hang up, and say so; cancelled when the call ends first."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        left()

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        size = (b"content-length", b"%d" % len(body))
        await self.send({"type": "http.response.start", "status": status, "headers": [*headers, size]})
        await self.send({"type": "http.response.body", "body": body})

    async def start(self, headers: Headers) -> None:
        self.started = True
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})

    async def last_words(self, body: bytes) -> None:
        """The end of a stream that failed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self.send({"type": "http.response.body", "body": body})

    async def refuse(self, refusal: Refusal, headers: Headers) -> None:
        if self.started:
            await self.last_words(event(refusal.body()))
            return
        # What is left of a body that was too large or too slow is not read: the connection cannot be used again.
        is_last = isinstance(refusal, TooLarge | TooSlow | Leaving)
        closing = [(b"connection", b"close")] if is_last else []
        await self.answer(refusal.status, [JSON, *headers, *refusal.headers(), *closing], refusal.body())

    def _part(self, message: Mapping[str, object]) -> bytes:
        if message["type"] == "http.disconnect":
            self.gone = True
            raise BadBody("The caller hung up before the whole body was there.")
        body = message.get("body", b"")
        return body if isinstance(body, bytes) else b""


def _announced(headers: Mapping[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    # A number of more digits than any size has is not even read.
    return int(length[:18]) if length.isdigit() else 0
