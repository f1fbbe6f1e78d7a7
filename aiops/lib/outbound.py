"""Connections to addresses that people gave: checked as names are resolved, and bounded in time as a whole. Pure."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from threading import Thread
from typing import Any, override

import httpcore

from aiops.lib import addresses

# Of the request that this thread is at: streams are kept open, and outlive it.
_deadline: ContextVar[float] = ContextVar("deadline")


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Everything on a checked connection inside ends by then, on the monotonic clock."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def why(fault: Exception) -> str:
    """[Errno 111] is for programs."""
    return re.sub(r"^\[.*?\] ", "", str(fault)).lower() or "it does not answer"


class Checked(httpcore.SyncBackend):
    """Connects to addresses only that a system may have, whatever its name was pointed at since."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    @override
    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *rest: Any, **more: Any
    ) -> httpcore.NetworkStream:
        try:
            found = _resolved(host, port, _left(timeout, httpcore.ConnectTimeout))
        except TimeoutError as fault:
            raise httpcore.ConnectTimeout(f"nobody says in time where {host} is") from fault
        except (OSError, UnicodeError) as fault:
            raise httpcore.ConnectError(f"there is no such host as {host}") from fault
        allowed = [ip for ip in found if addresses.may_connect(ip, allow_private=self._allow_private)]
        if not allowed:
            raise httpcore.ConnectError(f"{host} leads to addresses that it may not have; see allow_private")
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Timed(super().connect_tcp(allowed[0], port, left, *rest, **more))


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
    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left))

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """A resolver takes as long as it likes: its thread is left behind, and ends when it has given up."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result([str(each[4][0]) for each in found])
        except Exception as fault:
            answer.set_exception(fault)

    Thread(target=ask, name="resolver", daemon=True).start()
    return answer.result(seconds)


def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise late("the request's time is over")
    return left if timeout is None else min(timeout, left)
