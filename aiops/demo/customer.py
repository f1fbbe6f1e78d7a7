"""The application at the other end of a call: what it sends, and when it hangs up."""

import asyncio
from typing import Final

import orjson

from aiops.demo.asks import Ask
from gateway.asgi import Message
from gateway.caller import Caller

_DISCONNECT: Final = "http.disconnect"


class Customer:
    """Reads whatever comes, and keeps none of it."""

    def __init__(self, ask: Ask, key: str) -> None:
        loop = asyncio.get_running_loop()
        self._raw, self._is_sent = orjson.dumps(ask.body), False
        self._leaves_at = None if ask.patience is None else loop.time() + ask.patience
        self.headers = {
            b"authorization": f"Bearer {key}".encode(),
            b"x-aiops-feature": ask.feature.encode(),
            b"x-aiops-user": ask.user.encode(),
            b"x-aiops-session": ask.session.encode(),
        }

    def caller(self) -> Caller:
        return Caller(self.receive, self.send)

    async def receive(self) -> Message:
        if not self._is_sent:
            self._is_sent = True
            return {"type": "http.request", "body": self._raw, "more_body": False}
        loop = asyncio.get_running_loop()
        if self._leaves_at is None:
            await loop.create_future()
        elif (left := self._leaves_at - loop.time()) > 0:
            await asyncio.sleep(left)
        return {"type": _DISCONNECT}

    async def send(self, message: Message) -> None:
        """Nobody reads it."""
