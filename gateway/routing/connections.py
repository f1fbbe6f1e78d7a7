"""The road to providers over HTTP."""

import socket
from types import SimpleNamespace
from typing import override

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from aiops.lib import addresses
from gateway.config import Provider
from gateway.routing.upstream import Connection, Upstream

# Each attempt brings its own limit on time; but a machine that is there answers soon, and so does its name.
_CONNECT_SECONDS = 10.0
_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_connect=None, sock_read=None)


class HttpUpstream(Upstream):
    """Connections are kept; nothing else is: no cookies, no redirects, no proxies of the environment."""

    def __init__(self) -> None:
        self._anywhere, self._public = _Road(allow_private=True), _Road(allow_private=False)

    @override
    async def close(self) -> None:
        await self._anywhere.close()
        await self._public.close()

    @override
    async def post(
        self, provider: Provider, path: str, payload: bytes, connection: Connection
    ) -> aiohttp.ClientResponse:
        road = self._anywhere if provider.allow_private else self._public
        session = road.anew if connection.has_to_be_fresh else road.kept
        url, headers = provider.at(path), provider.headers
        return await session.post(
            url, data=payload, headers=headers, allow_redirects=False, trace_request_ctx=connection
        )


class _Road:
    """To the addresses that a provider may have."""

    def __init__(self, *, allow_private: bool) -> None:
        self.kept = _session(CheckedResolver(allow_private=allow_private))
        # Among those that were kept, another one may be closed already as well.
        self.anew = _session(CheckedResolver(allow_private=allow_private), keeps=False)

    async def close(self) -> None:
        await self.kept.close()
        await self.anew.close()


async def _note_fresh(session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
    context.trace_request_ctx.is_fresh = context.trace_request_ctx.is_awaited = True


async def _note_made(session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
    context.trace_request_ctx.is_awaited = False


def _tracing() -> aiohttp.TraceConfig:
    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_start.append(_note_fresh)
    tracing.on_connection_create_end.append(_note_made)
    return tracing


def _session(resolver: AbstractResolver, *, keeps: bool = True) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0,
        # It allows no time to what is not kept.
        keepalive_timeout=30 if keeps else None,
        force_close=not keeps,
        ttl_dns_cache=30,
        resolver=resolver,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_TIMEOUT,
        trust_env=False,
        # What comes back is passed on byte for byte.
        headers={"Accept-Encoding": "identity", "User-Agent": "aiops-gateway"},
        skip_auto_headers=("Accept",),
        trace_configs=[_tracing()],
    )


class CheckedResolver(AbstractResolver):
    """Names resolve to addresses that a provider may have, whatever they were pointed at since they were declared."""

    def __init__(self, *, allow_private: bool) -> None:
        self._resolver, self._allow_private = aiohttp.ThreadedResolver(), allow_private

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if addresses.may_connect(each["host"], allow_private=self._allow_private)]
        if not allowed:
            raise OSError(f"{host} resolves to addresses only that its provider may not have; see allow_private.")
        return allowed

    @override
    async def close(self) -> None:
        await self._resolver.close()
