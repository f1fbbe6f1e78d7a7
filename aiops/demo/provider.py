"""The simulator as the provider of an upstream that stays in this process: its own ASGI answers, over no socket."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, override

import aiohttp

from aiops.demo.passing import PassingTime
from aiops.simulator.app import Simulator
from aiops.simulator.faults import Behaviour
from aiops.simulator.sending import Message
from gateway.config import Provider
from gateway.routing.upstream import Connection, Response, Upstream

_REQUEST: Final = {"type": "http", "method": "POST", "headers": []}


class Outage(NamedTuple):
    """How a model fails for a while."""

    model: str
    since: datetime
    until: datetime
    behaviour: Behaviour


class InProcess(Upstream):
    def __init__(self, loop: PassingTime, usual: Behaviour, outages: Sequence[Outage] = ()) -> None:
        self._loop, self._outages = loop, outages
        self._simulator = Simulator(usual)

    @override
    async def close(self) -> None:
        """There is nothing to be closed."""

    @override
    async def post(self, provider: Provider, path: str, payload: bytes, connection: Connection) -> Response:
        connection.is_fresh = True
        self._break_down()
        reply = Reply()
        reply.asking = asyncio.create_task(self._answer(path, payload, reply))
        await reply.has_begun.wait()
        return reply

    async def _answer(self, path: str, payload: bytes, reply: "Reply") -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": payload, "more_body": False}

        try:
            await self._simulator({**_REQUEST, "path": f"/v1{path}"}, receive, reply.send)
        finally:
            reply.end()

    def _break_down(self) -> None:
        self._simulator.faults.clear()
        at = self._loop.moment()
        for outage in self._outages:
            if outage.since <= at < outage.until:
                self._simulator.faults.set(outage.model, outage.behaviour)


class Reply:
    """What comes back, as the gateway reads an answer of HTTP's."""

    asking: asyncio.Task[None]

    def __init__(self) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.has_begun = asyncio.Event()
        self._there, self._is_whole, self._is_over = b"", False, False
        self._news = asyncio.Event()

    @property
    def content(self) -> "Reply":
        return self

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self.has_begun.set()
            return
        self._there += message.get("body", b"")
        self._is_whole = not message.get("more_body", False)
        self._news.set()

    def end(self) -> None:
        self._is_over = True
        self.has_begun.set()
        self._news.set()

    async def readany(self) -> bytes:
        while not self._there and not self._is_whole:
            if self._is_over:
                raise aiohttp.ClientPayloadError
            self._news.clear()
            await self._news.wait()
        there, self._there = self._there, b""
        return there

    def close(self) -> None:
        self.asking.cancel()
