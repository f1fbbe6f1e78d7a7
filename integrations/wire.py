"""HTTP to customers' systems: checked addresses, bounded in time and size, one pool a process. Pure.

No redirects, no cookies, no proxies of the environment: each would send a tenant's key where nobody meant it to go.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpcore

from aiops.lib import addresses, outbound
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
    timeout = {"connect": min(CONNECT_SECONDS, seconds), "read": seconds, "write": seconds, "pool": seconds}
    try:
        with (
            outbound.until(time.monotonic() + seconds),
            _pool(allow_private).stream(
                method, url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
            ) as response,
        ):
            content_type = dict(response.headers).get(b"content-type", b"").decode("latin-1")
            return Answer(response.status, content_type, _read(response.iter_stream()))
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as fault:
        raise Unreachable(f"{addresses.origin_of(url)} cannot be reached: {outbound.why(fault)}.") from fault
    except httpcore.TimeoutException as fault:
        raise TimedOut(f"It did not answer within {seconds:g} seconds.") from fault
    except (httpcore.NetworkError, httpcore.ProtocolError) as fault:
        raise BrokenOff("It broke off before its answer was complete.") from fault


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
        network_backend=outbound.Checked(allow_private=allow_private),
    )
