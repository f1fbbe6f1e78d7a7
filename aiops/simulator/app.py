"""An OpenAI-compatible server of ours: deterministic, and it fails when told to."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import orjson

from aiops.simulator import completions
from aiops.simulator.faults import ALL_MODELS, QUICK, STATUSES, Behaviour, Faults, UnknownFault

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

MODELS: Final = ("gpt-4o-mini", "gpt-4o", "sim-small", "sim-large")
_FOREVER_SECONDS: Final = 600.0


class Simulator:
    """The ASGI callable."""

    def __init__(self, usual: Behaviour = QUICK) -> None:
        self.faults = Faults(usual)
        # How many calls each model got, for those who test what stands in front of it.
        self.calls: Counter[str] = Counter()
        self._routes: dict[tuple[str, str], Callable[[bytes, Send], Awaitable[None]]] = {
            ("POST", "/v1/chat/completions"): self._complete,
            ("GET", "/v1/models"): self._list_models,
            ("GET", "/healthz"): self._say_alive,
            ("GET", "/control/calls"): self._list_calls,
            ("GET", "/control/faults"): self._list_faults,
            ("POST", "/control/faults"): self._set_fault,
            ("DELETE", "/control/faults"): self._clear_faults,
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        route = self._routes.get((scope["method"], scope["path"]))
        body = await _body(receive)
        if route is None:
            await answer(send, 404, completions.error(404, f"There is no {scope['method']} {scope['path']} here."))
            return
        try:
            await route(body, send)
        except (UnknownFault, orjson.JSONDecodeError, ValueError, TypeError) as fault:
            await answer(send, 400, completions.error(400, str(fault)))

    async def _complete(self, body: bytes, send: Send) -> None:
        asked = _object(body)
        model = str(asked.get("model", ""))
        self.calls[model] += 1
        behaviour = Behaviour.parse(asked.get("x_simulate") or {}, self.faults.take(model))
        await asyncio.sleep(_FOREVER_SECONDS if behaviour.fault == "timeout" else behaviour.delay_ms / 1000)
        if behaviour.fault in STATUSES:
            await _fail(send, behaviour)
        elif behaviour.fault == "context_overflow":
            await answer(send, 400, completions.overflow())
        elif asked.get("stream"):
            await self._stream(asked, behaviour, send)
        else:
            await _whole(asked, behaviour, send)

    async def _stream(self, asked: Message, behaviour: Behaviour, send: Send) -> None:
        options = asked.get("stream_options") or {}
        said = completions.answer_to(asked, behaviour)
        events = list(completions.events(said, include_usage=bool(options.get("include_usage"))))
        if behaviour.fault == "invalid_json":
            events = [b'data: {"id": "chatcmpl-sim", "choices": [{"ind\n\n', *events[-1:]]
        if behaviour.fault == "drop":
            events = events[: 1 + len(said.pieces) // 2]
        await _start(send, 200, b"text/event-stream; charset=utf-8")
        for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.sleep(behaviour.chunk_delay_ms / 1000)
        # Left without its end, the server closes the connection: that is the drop.
        if behaviour.fault != "drop":
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _list_models(self, body: bytes, send: Send) -> None:
        data = [{"id": model, "object": "model", "created": 0, "owned_by": "simulator"} for model in MODELS]
        await answer(send, 200, {"object": "list", "data": data})

    async def _say_alive(self, body: bytes, send: Send) -> None:
        await answer(send, 200, {"status": "ok"})

    async def _list_calls(self, body: bytes, send: Send) -> None:
        await answer(send, 200, {"calls": self.calls, "total": self.calls.total()})

    async def _list_faults(self, body: bytes, send: Send) -> None:
        await answer(send, 200, {"faults": self.faults.listed()})

    async def _set_fault(self, body: bytes, send: Send) -> None:
        wanted = _object(body)
        count = wanted.get("count")
        behaviour = Behaviour.parse(wanted, self.faults.usual)
        self.faults.set(str(wanted.get("model") or ALL_MODELS), behaviour, None if count is None else int(count))
        await answer(send, 200, {"faults": self.faults.listed()})

    async def _clear_faults(self, body: bytes, send: Send) -> None:
        self.faults.clear()
        await answer(send, 200, {"faults": []})


async def _whole(asked: Message, behaviour: Behaviour, send: Send) -> None:
    text = orjson.dumps(completions.whole(completions.answer_to(asked, behaviour)))
    if behaviour.fault == "invalid_json":
        text = text[: len(text) // 2]
    half = len(text) // 2 if behaviour.fault == "drop" else len(text)
    await _start(send, 200, b"application/json", length=len(text))
    await send({"type": "http.response.body", "body": text[:half], "more_body": half < len(text)})


async def _fail(send: Send, behaviour: Behaviour) -> None:
    status = int(behaviour.fault)
    text = orjson.dumps(completions.error(status))
    wait = [] if behaviour.retry_after is None else [(b"retry-after", f"{behaviour.retry_after:g}".encode())]
    await _start(send, status, b"application/json", *wait, length=len(text))
    await send({"type": "http.response.body", "body": text})


async def answer(send: Send, status: int, data: Any) -> None:
    text = orjson.dumps(data)
    await _start(send, status, b"application/json", length=len(text))
    await send({"type": "http.response.body", "body": text})


async def _start(send: Send, status: int, kind: bytes, *more: tuple[bytes, bytes], length: int | None = None) -> None:
    size = [] if length is None else [(b"content-length", str(length).encode())]
    headers = [(b"content-type", kind), *size, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _object(body: bytes) -> dict[str, Any]:
    data = orjson.loads(body)
    if not isinstance(data, dict):
        raise TypeError("The body must be a JSON object.")
    return data
