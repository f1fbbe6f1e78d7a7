"""Bodies that take their time."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from gateway.asgi import Message
from gateway.caller import Caller
from gateway.errors import TooSlow
from tenants.actors import SYSTEM
from tenants.models import ApiKey
from tenants.scope import ALL, scope
from tenants.services import revoke_key
from tests.gateway.world import QUESTION, Customer, World

BODY = orjson.dumps({"model": "mini", "messages": QUESTION})


@contextmanager
def half_sent(customer: Customer) -> Iterator[socket.socket]:
    """A call of which the head and the first half of the body are under way."""
    head = [
        "POST /v1/chat/completions HTTP/1.1",
        "Host: gateway",
        f"Authorization: Bearer {customer.key}",
        "X-AIOps-Feature: answers",
        "X-AIOps-User: slow",
        f"Content-Length: {len(BODY)}",
        "Expect: 100-continue",
        "Connection: close",
        "\r\n",
    ]
    with socket.create_connection(("127.0.0.1", customer.gateway.port), timeout=10) as connection:
        connection.sendall("\r\n".join(head).encode())
        # The gateway asks for the body once it has let the call in.
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(BODY[:20])
        yield connection


def all_of(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_body_in_two_halves_is_answered(customer: Customer) -> None:
    with half_sent(customer) as connection:
        connection.sendall(BODY[20:])
        assert all_of(connection).startswith(b"HTTP/1.1 200")


def test_a_key_that_is_revoked_while_the_body_comes_opens_nothing(customer: Customer, world: World) -> None:
    before = world.asked()
    with half_sent(customer) as connection:
        with scope(ALL):
            revoke_key(ApiKey.objects.get(tenant=customer.tenant), by=SYSTEM, at=datetime.now(UTC))
        world.catch_up()
        connection.sendall(BODY[20:])
        assert all_of(connection).startswith(b"HTTP/1.1 401")
    assert world.asked() == before


async def _drip() -> Message:
    await asyncio.sleep(0.01)
    return {"type": "http.request", "body": b" ", "more_body": True}


def test_a_body_that_never_ends_is_refused_in_time() -> None:
    with pytest.raises(TooSlow):
        asyncio.run(Caller(_drip, _nowhere).body({}, 1 << 20, 0.05))


async def _nowhere(message: Message) -> None:
    raise AssertionError(message)


def test_after_a_body_that_was_too_slow_the_connection_is_closed() -> None:
    sent: list[Any] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Caller(_drip, send).refuse(TooSlow(30), []))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert orjson.loads(sent[1]["body"])["error"]["code"] == "body_too_slow"
