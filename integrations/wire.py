"""HTTP to customers' systems: checked addresses, bounded in time and size, one pool a process. Pure.

No redirects, no cookies, no proxies of the environment: each would send a tenant's key where nobody meant it to go.
"""

import re
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, override

import httpcore

from aiops.lib import addresses
from integrations.faults import BrokenOff, Garbled, TimedOut, Unreachable

LARGEST: Final = 2_000_000
CONNECT_SECONDS: Final = 5.0
SECONDS: Final = 20.0


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
    deadline = time.monotonic() + seconds
    timeout = {"connect": min(CONNECT_SECONDS, seconds), "read": seconds, "write": seconds, "pool": seconds}
    try:
        with _pool(allow_private).stream(
            method, url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
        ) as response:
            content_type = dict(response.headers).get(b"content-type", b"").decode("latin-1")
            return Answer(response.status, content_type, _read(response.iter_stream(), deadline))
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as fault:
        raise Unreachable(f"{addresses.origin_of(url)} cannot be reached: {_why(fault)}.") from fault
    except httpcore.TimeoutException as fault:
        raise TimedOut(f"It did not answer within {seconds:g} seconds.") from fault
    except (httpcore.NetworkError, httpcore.ProtocolError) as fault:
        raise BrokenOff("It broke off before its answer was complete.") from fault


def _why(fault: Exception) -> str:
    """[Errno 111] is for programs."""
    return re.sub(r"^\[.*?\] ", "", str(fault)).lower() or "it does not answer"


def _read(chunks: Iterable[bytes], deadline: float) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise Garbled(f"Its answer is longer than {LARGEST:,} bytes.")
        if time.monotonic() > deadline:
            raise TimedOut("Its answer took too long to arrive.")
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
        return super().connect_tcp(allowed[0], port, *rest, **more)
