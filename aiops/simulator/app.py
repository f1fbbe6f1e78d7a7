"""A server of ours that speaks OpenAI's APIs and Anthropic's messages: deterministic, and it fails when told to."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson

from aiops.simulator import completions
from aiops.simulator.faults import ALL_MODELS, QUICK, STATUSES, Behaviour, Faults, UnknownFault
from aiops.simulator.sending import Message, Send, answer, fail, stream, whole
from aiops.simulator.shapes import SHAPES, Shape

type Receive = Callable[[], Awaitable[Message]]

MODELS: Final = ("gpt-4o-mini", "gpt-4o", "sim-small", "sim-large")
_FOREVER_SECONDS: Final = 600.0
_FAULTY: Final = (UnknownFault, orjson.JSONDecodeError, ValueError, TypeError)


class Simulator:
    """The ASGI callable."""

    def __init__(self, usual: Behaviour = QUICK) -> None:
        self.faults = Faults(usual)
        # How many calls each model got, for those who test what stands in front of it.
        self.calls: Counter[str] = Counter()
        self._routes: dict[tuple[str, str], Callable[[bytes, Send], Awaitable[None]]] = {
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
        body = await _body(receive)
        shape = SHAPES.get(scope["path"]) if scope["method"] == "POST" else None
        route = self._routes.get((scope["method"], scope["path"]))
        error = shape.error if shape else completions.error
        try:
            if shape is not None:
                await self._ask(shape, dict(scope["headers"]), body, send)
            elif route is not None:
                await route(body, send)
            else:
                await answer(send, 404, error(404, f"There is no {scope['method']} {scope['path']} here."))
        except _FAULTY as fault:
            await answer(send, 400, error(400, str(fault)))

    async def _ask(self, shape: Shape, headers: Mapping[bytes, bytes], body: bytes, send: Send) -> None:
        asked = _object(body)
        model = str(asked.get("model", ""))
        behaviour = Behaviour.parse(asked.get("x_simulate") or {}, self.faults.take(model))
        self.calls[model] += 1
        await asyncio.sleep(_FOREVER_SECONDS if behaviour.fault == "timeout" else behaviour.delay_ms / 1000)
        if behaviour.fault in STATUSES:
            await fail(send, behaviour, shape.error(int(behaviour.fault), ""))
        elif behaviour.fault == "context_overflow":
            await answer(send, 400, shape.overflow())
        elif told := shape.refusal(headers, asked):
            await answer(send, told.status, shape.error(told.status, told.text))
        elif asked.get("stream") and shape.events is not None:
            await stream(shape.events(asked, behaviour), behaviour, send, failed=shape.failed)
        else:
            await whole(shape.whole(asked, behaviour), behaviour, send)

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
