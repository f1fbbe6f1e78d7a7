"""Answers on the wire, and what faults make of them on their way."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from aiops.simulator.faults import Behaviour

type Message = MutableMapping[str, Any]
type Send = Callable[[Message], Awaitable[None]]


async def answer(send: Send, status: int, data: Any) -> None:
    text = orjson.dumps(data)
    await _start(send, status, b"application/json", length=len(text))
    await send({"type": "http.response.body", "body": text})


async def whole(said: Message, behaviour: Behaviour, send: Send) -> None:
    text = orjson.dumps(said)
    if behaviour.fault == "invalid_json":
        text = text[: len(text) // 2]
    half = len(text) // 2 if behaviour.fault == "drop" else len(text)
    await _start(send, 200, b"application/json", length=len(text))
    await send({"type": "http.response.body", "body": text[:half], "more_body": half < len(text)})


async def stream(events: list[bytes], behaviour: Behaviour, send: Send, *, failed: bytes) -> None:
    """All of it; or half, with `failed` behind it or nothing."""
    if behaviour.fault == "invalid_json":
        events = [b'data: {"id": "chatcmpl-sim", "choices": [{"ind\n\n', *events[-1:]]
    if behaviour.fault in ("drop", "error_event"):
        events = events[: (len(events) - 1) // 2]
    if behaviour.fault == "error_event":
        events.append(failed)
    await _start(send, 200, b"text/event-stream; charset=utf-8")
    for event in events:
        await send({"type": "http.response.body", "body": event, "more_body": True})
        await asyncio.sleep(behaviour.chunk_delay_ms / 1000)
    # Left without its end, the server closes the connection: that is the drop.
    if behaviour.fault != "drop":
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def fail(send: Send, behaviour: Behaviour, told: Message) -> None:
    text = orjson.dumps(told)
    wait = [] if behaviour.retry_after is None else [(b"retry-after", f"{behaviour.retry_after:g}".encode())]
    await _start(send, int(behaviour.fault), b"application/json", *wait, length=len(text))
    await send({"type": "http.response.body", "body": text})


async def _start(send: Send, status: int, kind: bytes, *more: tuple[bytes, bytes], length: int | None = None) -> None:
    size = [] if length is None else [(b"content-length", str(length).encode())]
    headers = [(b"content-type", kind), *size, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
