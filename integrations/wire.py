"""HTTP to customers' systems: checked addresses, bounded in time and size, one pool a process. Pure.

No redirects, no cookies, no proxies of the environment: each would send a tenant's key where nobody meant it to go.
"""

import re
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, override

import httpcore

from aiops.lib import addresses
from integrations.faults import BrokenOff, Garbled, TimedOut, Unreachable

LARGEST: Final = 2_000_000
CONNECT_SECONDS: Final = 5.0
SECONDS: Final = 20.0
# Of the request that this thread is at: streams are kept open, and outlive it.
_deadline: ContextVar[float] = ContextVar("deadline")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    allow_private: bool,
    seconds: float = SECONDS,
) -> Answer:
    """One request, never repeated here. Refuses as Unreachable only what was never sent."""
    if (wrong := addresses.fault_of(_without_query(url), allow_private=allow_private)) is not None:
        raise Unreachable(f"Its address is not allowed: {wrong}")
    timeout = {"connect": min(CONNECT_SECONDS, seconds), "read": seconds, "write": seconds, "pool": seconds}
    try:
        with (
            _until(time.monotonic() + seconds),
            _pool(allow_private).stream(
                method, url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
            ) as response,
        ):
            content_type = dict(response.headers).get(b"content-type", b"").decode("latin-1")
            return Answer(response.status, content_type, _read(response.iter_stream()))
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as fault:
        raise Unreachable(f"{addresses.origin_of(url)} cannot be reached: {_why(fault)}.") from fault
    except httpcore.TimeoutException as fault:
        raise TimedOut(f"It did not answer within {seconds:g} seconds.") from fault
    except (httpcore.NetworkError, httpcore.ProtocolError) as fault:
        raise BrokenOff("It broke off before its answer was complete.") from fault


def _why(fault: Exception) -> str:
    """[Errno 111] is for programs."""
    return re.sub(r"^\[.*?\] ", "", str(fault)).lower() or "it does not answer"


@contextmanager
def _until(deadline: float) -> Iterator[None]:
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def _read(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise Garbled(f"Its answer is longer than {LARGEST:,} bytes.")
    return bytes(body)


def _without_query(url: str) -> str:
    return url.partition("?")[0]


@cache
def _pool(allow_private: bool) -> httpcore.ConnectionPool:
    """Connections stay open between requests; keys travel in each request's own header."""
    return httpcore.ConnectionPool(
        max_connections=100,
        max_keepalive_connections=20,
        keepalive_expiry=30,
        network_backend=_Checked(allow_private=allow_private),
    )


class _Checked(httpcore.SyncBackend):
    """Connects to addresses only that a system may have, whatever its name was pointed at since."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    @override
    def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.NetworkStream:
        try:
            found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as fault:
            raise httpcore.ConnectError(f"there is no such host as {host}") from fault
        allowed = [str(ip) for ip in found if addresses.may_connect(str(ip), allow_private=self._allow_private)]
        if not allowed:
            raise httpcore.ConnectError(f"{host} leads to addresses that it may not have; see allow_private")
        return _Timed(super().connect_tcp(allowed[0], port, *rest, **more))


class _Timed(httpcore.NetworkStream):
    """Each read and write gets what is left of the request's time: a drip of bytes must not hold a thread for hours."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    @override
    def close(self) -> None:
        self._stream.close()

    @override
    def start_tls(self, *arguments: Any, **more: Any) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(*arguments, **more))

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise late("the request's time is over")
    return left if timeout is None else min(timeout, left)
