"""The gateway as an ASGI callable: its routes, and its start and end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

import orjson

from gateway import pipeline
from gateway.asgi import Headers, Message, Receive, Send
from gateway.call import Call
from gateway.caller import JSON, Caller
from gateway.errors import BadTag, HeaderTwice, NoSuchPath, Refusal, WrongMethod
from gateway.process import health, killswitch_health
from gateway.process.runtime import Runtime
from gateway.routing import aliases
from gateway.steps import admission
from gateway.surfaces import SURFACES

type Endpoint = Callable[[Runtime, Mapping[bytes, bytes], Caller], Awaitable[None]]


class Route(NamedTuple):
    method: str
    endpoint: Endpoint
    # Whether a call of it may reach a provider: then it goes through the pipeline.
    reaches_model: bool = False


async def list_models(runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller) -> None:
    """What this key may use, in OpenAI's shape."""
    call = Call(headers, runtime.config.current)
    admission.authenticate(call)
    names = aliases.names_for(call.config, call.key)
    data = [_model(name, owner) for name, owner in names]
    await _give(caller, 200, {"object": "list", "data": data})


async def tell_model(runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller, *, name: str) -> None:
    """One of them."""
    call = Call(headers, runtime.config.current)
    admission.authenticate(call)
    owners = dict(aliases.names_for(call.config, call.key))
    if name not in owners:
        raise admission.unknown_model(call, name)
    await _give(caller, 200, _model(name, owners[name]))


async def say_health(runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller) -> None:
    await _give(caller, 200, health.health(runtime))


async def say_killswitch(runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller) -> None:
    await _give(caller, 200, killswitch_health.killswitch(runtime))


async def say_ready(runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller) -> None:
    is_ready = runtime.is_ready and not runtime.is_leaving
    await _give(caller, 200 if is_ready else 503, {"ready": is_ready, "process": runtime.identity.name})


async def tell_metrics(runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller) -> None:
    await caller.answer(200, [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")], runtime.metrics.text())


ROUTES: Final[Mapping[str, Route]] = {
    **{each.path: Route("POST", partial(pipeline.complete, each), reaches_model=True) for each in SURFACES},
    "/v1/models": Route("GET", list_models),
    "/healthz": Route("GET", say_health),
    "/healthz/killswitch": Route("GET", say_killswitch),
    "/readyz": Route("GET", say_ready),
    "/metrics": Route("GET", tell_metrics),
}


_LOOK_UP_SECONDS: Final = 0.2
_ONE_MODEL: Final = "/v1/models/"
_TAGS: Final = "x-aiops-"


class Gateway:
    def __init__(self, runtime: Runtime, *, is_leaving: Callable[[], bool] = lambda: False) -> None:
        """`is_leaving`: whether the process was told to end, which it may be before it has begun."""
        self._runtime, self._is_leaving = runtime, is_leaving
        runtime.watcher.faults = partial(health.faults, runtime)
        killswitch_health.watch(runtime)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, Caller(receive, send))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _answer(self, scope: Message, caller: Caller) -> None:
        route = _route_of(scope["path"])
        try:
            if route is None:
                raise NoSuchPath(scope["path"], ROUTES)
            if route.method != scope["method"]:
                raise WrongMethod(scope["method"], route.method)
            await route.endpoint(self._runtime, _headers(scope["headers"]), caller)
        except Refusal as refusal:
            await caller.refuse(refusal, [])

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        if not await self._start():
            await send({"type": "lifespan.startup.failed", "message": "told to end before PostgreSQL answered"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._runtime.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self) -> bool:
        """Without PostgreSQL the start waits, for as long as nobody ends it."""
        starting = asyncio.create_task(self._runtime.start())
        while not (await asyncio.wait([starting], timeout=_LOOK_UP_SECONDS))[0]:
            if self._is_leaving():
                starting.cancel()
                return False
        await starting
        return True


async def _give(caller: Caller, status: int, data: Any) -> None:
    headers: Headers = [JSON, (b"cache-control", b"no-store")]
    await caller.answer(status, headers, orjson.dumps(data))


def _model(name: str, owner: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}


def _route_of(path: str) -> Route | None:
    # Names of models may have slashes.
    if path.startswith(_ONE_MODEL) and path != _ONE_MODEL:
        return Route("GET", partial(tell_model, name=path.removeprefix(_ONE_MODEL)))
    return ROUTES.get(path)


def _headers(given: Headers) -> Mapping[bytes, bytes]:
    """Raises BadTag and HeaderTwice: of two that say who asks, nobody can tell which was sent by whom."""
    headers = dict(given)
    return headers if len(headers) == len(given) else _joined(given)


def _joined(given: Headers) -> Mapping[bytes, bytes]:
    """Those that are there more than once, and say neither who asks nor for what, HTTP takes for one list."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    for name, sent in values.items():
        if len(sent) > 1:
            _refuse_twice(name.decode("latin-1"))
    return {name: b", ".join(sent) for name, sent in values.items()}


def _refuse_twice(name: str) -> None:
    if name == "authorization":
        raise HeaderTwice(name)
    if name.startswith(_TAGS):
        raise BadTag(name.removeprefix(_TAGS), f"The header {name} is there twice.")
