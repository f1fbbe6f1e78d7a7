"""Many callers at once, each with a stream of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.gateway.world import Customer

_TAGS = {"X-AIOps-Feature": "answers", "X-AIOps-User": "ann@customer.example"}


@dataclass
class Heard:
    """What one of them heard of its call, by now."""

    status: int = 0
    call_id: str = ""
    text: str = ""
    pieces: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return self.text.endswith("data: [DONE]\n\n")


type Meanwhile = Callable[[list[Heard]], Awaitable[None]]


async def _nothing(heard: list[Heard]) -> None:
    pass


def listen(callers: list[Customer], body: dict[str, Any], meanwhile: Meanwhile = _nothing) -> list[Heard]:
    """To the end of all of them; `meanwhile` runs beside, once each was sent."""
    return asyncio.run(_all(callers, body, meanwhile))


async def until_all(is_so: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.02)


async def _all(callers: list[Customer], body: dict[str, Any], meanwhile: Meanwhile) -> list[Heard]:
    heard = [Heard() for _ in callers]
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(60)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as group:
        for caller, each in zip(callers, heard, strict=True):
            group.create_task(_one(session, caller, body, each))
        group.create_task(meanwhile(heard))
    return heard


async def _one(session: aiohttp.ClientSession, caller: Customer, body: dict[str, Any], heard: Heard) -> None:
    headers = {"Authorization": f"Bearer {caller.key}", **_TAGS}
    url = f"{caller.gateway.url}/v1/chat/completions"
    async with session.post(url, json=body, headers=headers) as response:
        heard.status, heard.call_id = response.status, response.headers.get("x-aiops-call-id", "")
        heard.headers = {name.lower(): value for name, value in response.headers.items()}
        async for piece in response.content.iter_any():
            heard.text += piece.decode()
            heard.pieces += 1
