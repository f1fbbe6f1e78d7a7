"""One POST to an address that people gave: signed, bounded in time and size, led nowhere else."""

import hashlib
import hmac
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

import httpcore
import orjson

from aiops.lib import addresses, outbound
from killswitch.notices.outcomes import Outcome
from killswitch.notices.wording import one_line

SECONDS: Final = 5.0
# Of an answer that is no success, for people to read; the rest is not even fetched.
_KEPT: Final = 200
_READ: Final = 2000
_UNREADABLE: Final = frozenset({400, 413, 422})


def post(url: str, body: object, *, secret: str, allow_private: bool, delivery: UUID, at: datetime) -> Outcome:
    if (wrong := addresses.fault_of(url.partition("?")[0], allow_private=allow_private)) is not None:
        return Outcome(False, f"Its address is not allowed: {wrong}")
    content = orjson.dumps(body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "aiops-console",
        "X-AIOps-Delivery": str(delivery),
        "Connection": "close",
    }
    if secret:
        headers["X-AIOps-Signature"] = signature(content, secret, at)
    try:
        return _sent(url, content, headers, allow_private)
    except httpcore.TimeoutException:
        return Outcome(False, f"It did not answer within {SECONDS:g} seconds.")
    except (httpcore.ConnectError, OSError) as fault:
        return Outcome(False, f"{addresses.origin_of(url)} cannot be reached: {outbound.why(fault)}."[:400])
    except (httpcore.NetworkError, httpcore.ProtocolError, UnicodeError):
        return Outcome(False, "It broke off before its answer was complete.")


def signature(content: bytes, secret: str, at: datetime) -> str:
    """As receivers check it: HMAC-SHA-256 over `t`, a dot, and the body as it was sent."""
    moment = int(at.timestamp())
    seal = hmac.new(secret.encode(), f"{moment}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={moment},v1={seal}"


def _sent(url: str, content: bytes, headers: dict[str, str], allow_private: bool) -> Outcome:
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    # A connection of its own: of one that was kept open nobody knows whether it still holds.
    with (
        outbound.until(time.monotonic() + SECONDS),
        httpcore.ConnectionPool(network_backend=outbound.Checked(allow_private=allow_private)) as pool,
        pool.stream(
            "POST", url, headers=list(headers.items()), content=content, extensions={"timeout": timeout}
        ) as response,
    ):
        if 200 <= response.status < 300:
            return Outcome(True, f"Delivered: it answered {response.status}.")
        if 300 <= response.status < 400:
            return Outcome(False, f"It answered {response.status}: redirects are not followed. Give the last address.")
        said = one_line(_beginning(response.iter_stream()).decode("utf-8", "replace"))[:_KEPT]
        # One that its receiver can make nothing of must not hold up those behind it.
        is_final = response.status in _UNREADABLE
        return Outcome(False, f"It answered {response.status}{f': {said}' if said else ''}", is_final=is_final)


def _beginning(chunks: Iterable[bytes]) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= _READ:
            break
    return body[:_READ]
