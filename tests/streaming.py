"""A page asked through the console's ASGI application, as a server asks it, and watched while it answers."""

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any

from aiops.asgi import application

type Message = MutableMapping[str, Any]


def ask(path: str, *, on_body: Callable[[bytes], None], cookie: str = "") -> None:
    """`on_body` is told of each piece of the body when it is sent."""
    asyncio.run(_ask(path, on_body, cookie))


async def _ask(path: str, on_body: Callable[[bytes], None], cookie: str) -> None:
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            # The caller stays.
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message.get("body"):
            on_body(message["body"])

    path, _, query = path.partition("?")
    headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}
    await application(scope, receive, send)
