"""A provider that fails in every way that a network and a server can, byte by byte.

The name of the model that it is asked for says how: `reset`, or `reset-stream` of a stream.
"""

import gzip
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Final, override

import orjson
from django.db import transaction

from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope

USAGE: Final = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
FAILED_AFTER: Final = {"input_tokens": 1_000, "output_tokens": 5_000, "total_tokens": 6_000}
SAID: Final = "Faulty but there."
MEGABYTE: Final = 1 << 20


# Of two that a provider cut one sign in: JSON, but no text.
HALVES: Final = (b"\\ud83d", b"\\ude00")


def completion(**values: Any) -> bytes:
    message = {"role": "assistant", "content": SAID}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return orjson.dumps({"id": "c", "object": "chat.completion", "choices": [choice], "usage": USAGE, **values})


def event(**values: Any) -> bytes:
    return b"data: " + orjson.dumps({"id": "c", "object": "chat.completion.chunk", **values}) + b"\n\n"


def word(text: str = "word ", finish: str | None = None, **values: Any) -> bytes:
    return event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": finish}], **values)


NOTHING: Final = {"index": 0, "message": {"role": "assistant", "content": None}, "finish_reason": "stop"}
DONE: Final = b"data: [DONE]\n\n"
COUNTED: Final = event(choices=[], usage=USAGE)


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def whole(body: bytes, *lines: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    return (
        head(f"content-type: {kind}", f"content-length: {len(body)}", "connection: close", *lines, status=status) + body
    )


STREAM: Final = head("content-type: text/event-stream", "connection: close")


class Peer:
    """One connection of the gateway's, as this side sees it."""

    def __init__(self, ends: socket.socket) -> None:
        self.ends = ends

    def send(self, data: bytes) -> None:
        self.ends.sendall(data)

    def reset(self) -> None:
        self.ends.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.ends.close()

    def wait_until_left(self) -> None:
        """Says nothing more, until the gateway hangs up."""
        with suppress(OSError):
            while self.ends.recv(65536):
                pass

    def send_for_ever(self, piece: bytes) -> None:
        while True:
            self.send(piece)
            time.sleep(0.02)


def _words_and_then(data: bytes) -> Callable[[Peer], None]:
    def give(peer: Peer) -> None:
        peer.send(STREAM + word() * 5)
        time.sleep(0.2)
        peer.send(data)

    return give


def _halved(*halves: bytes) -> bytes:
    return b"".join([word("?").replace(b"?", half) for half in halves])


_EARLY: Final = word(usage={"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11}) + word() * 200


@cache
def _bomb() -> bytes:
    """Of a hundred megabytes, in far fewer."""
    return gzip.compress(bytes(100 * MEGABYTE), 1)


def _half(peer: Peer, data: bytes) -> None:
    peer.send(data[: len(data) // 2])
    peer.ends.close()


FAULTS: Final[dict[str, Callable[[Peer], None]]] = {
    "429": lambda peer: peer.send(whole(b'{"error": {"message": "slow down"}}', status="429 Too Many Requests")),
    "429-later": lambda peer: peer.send(whole(b"{}", "retry-after: 2", status="429 Too Many Requests")),
    "500": lambda peer: peer.send(whole(b"<h1>oh</h1>", status="500 Oh", kind="text/html")),
    "529": lambda peer: peer.send(whole(b'{"type": "error"}', status="529 Overloaded")),
    "reset": Peer.reset,
    "half-open": lambda peer: (peer.send(b"HTTP/1.1 200 OK\r\ncontent-ty"), peer.wait_until_left())[0],
    "black-hole": Peer.wait_until_left,
    "late": lambda peer: (time.sleep(1.5), peer.send(whole(completion())))[0],
    "cut": lambda peer: _half(peer, whole(completion())),
    "not-json": lambda peer: peer.send(whole(b'{"choices": [')),
    "no-answer": lambda peer: peer.send(whole(b'{"hello": "world"}')),
    "list": lambda peer: peer.send(whole(b"[]")),
    "page": lambda peer: peer.send(whole(b"<h1>Please log in</h1>", kind="text/html")),
    "not-http": lambda peer: peer.send(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "bad-gzip": lambda peer: peer.send(whole(b"this is no gzip", "content-encoding: gzip")),
    "bad-utf8": lambda peer: peer.send(whole(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}')),
    "empty": lambda peer: peer.send(whole(b"")),
    "deep": lambda peer: peer.send(whole(b'{"choices":' + b"[" * 3000 + b"]" * 3000 + b"}")),
    "says-nothing": lambda peer: peer.send(whole(completion(choices=[NOTHING]))),
    "no-content": lambda peer: peer.send(head("connection: close", status="204 No Content")),
    "broke": lambda peer: peer.send(
        whole(b'{"error": {"message": "Insufficient balance"}}', status="402 Payment Required")
    ),
    "redirect": lambda peer: peer.send(whole(b"", "location: http://127.0.0.1:9/", status="302 Found")),
    "two-lengths": lambda peer: peer.send(head("content-length: 2", "content-length: 50") + b"{}"),
    "bomb": lambda peer: peer.send(whole(_bomb(), "content-encoding: gzip")),
    "gzip": lambda peer: peer.send(whole(gzip.compress(completion()), "content-encoding: gzip")),
    "no-usage": lambda peer: peer.send(whole(completion(usage=None))),
    "odd-usage": lambda peer: peer.send(whole(completion(usage={"prompt_tokens": -4, "completion_tokens": "many"}))),
    "half-usage": lambda peer: peer.send(whole(completion(usage={"prompt_tokens": 10, "completion_tokens": "5"}))),
    "half-sign": lambda peer: peer.send(whole(completion().replace(b"there.", HALVES[0]))),
    "page-stream": lambda peer: peer.send(whole(b"<h1>Please log in</h1>", kind="text/html")),
    "json-stream": lambda peer: peer.send(whole(completion())),
    "silent-stream": lambda peer: (peer.send(STREAM), peer.wait_until_left())[0],
    "pings-stream": lambda peer: (peer.send(STREAM), peer.send_for_ever(b": ping\n\n"))[0],
    "chatter-stream": lambda peer: (peer.send(STREAM), peer.send_for_ever(b": " + b"x" * MEGABYTE + b"\n\n"))[0],
    "huge-event-stream": lambda peer: peer.send(STREAM + b"data: " + b"x" * (20 * MEGABYTE)),
    "bad-event-stream": lambda peer: peer.send(STREAM + b"data: {no json}\n\n"),
    "error-stream": lambda peer: peer.send(STREAM + event(error={"message": "overloaded"})),
    "empty-stream": lambda peer: peer.send(STREAM),
    "done-at-once-stream": lambda peer: peer.send(STREAM + DONE),
    "good-stream": lambda peer: peer.send(STREAM + word() * 3 + word("", "stop") + COUNTED + DONE),
    "counted-with-words-stream": lambda peer: peer.send(STREAM + word() + word(SAID, "stop", usage=USAGE) + DONE),
    "uncounted-stream": lambda peer: peer.send(STREAM + word() * 20 + word("", "stop") + DONE),
    "counted-early-stream": lambda peer: peer.send(STREAM + _EARLY + word("", "stop") + DONE),
    "counted-early-cut-stream": lambda peer: peer.send(STREAM + _EARLY),
    "words-and-bad-stream": lambda peer: peer.send(STREAM + word() * 300 + b"data: {no\n\n"),
    "half-signs-stream": lambda peer: peer.send(STREAM + _halved(*HALVES) + word("", "stop") + COUNTED + DONE),
    "half-reason-stream": lambda peer: peer.send(
        STREAM + word(finish="stop").replace(b'"stop"', b'"st' + HALVES[0] + b'"') + COUNTED + DONE
    ),
    "failed-stream": lambda peer: peer.send(
        STREAM + event(type="response.failed", response={"error": {"message": "no"}, "usage": FAILED_AFTER})
    ),
    "cut-stream": lambda peer: peer.send(STREAM + word() * 5),
    "reset-stream": lambda peer: (peer.send(STREAM + word() * 5), time.sleep(0.2), peer.reset())[0],
    "stuck-stream": lambda peer: (peer.send(STREAM + word() * 5), peer.wait_until_left())[0],
    "late-error-stream": _words_and_then(event(error={"message": "overloaded"})),
    "late-half-error-stream": _words_and_then(event(error={"message": "bad ?"}).replace(b"?", HALVES[0])),
    "late-good-and-bad-stream": _words_and_then(word("good ") * 3 + b"data: {no\n\n" + DONE),
    "late-bad-stream": _words_and_then(b'data: {"usage": broken\n\n'),
    "late-cut-stream": _words_and_then(b'data: {"choices": [{\n\n' + DONE),
    "late-bad-utf8-stream": _words_and_then(word("?").replace(b"?", b"\xff\xfe") + DONE),
    "late-huge-stream": _words_and_then(b"data: " + b"x" * (20 * MEGABYTE)),
    "never-ending-stream": lambda peer: (peer.send(STREAM), peer.send_for_ever(word()))[0],
}


# What only patience that has an end ends.
SILENT: Final = frozenset({"half-open", "black-hole", "late", "silent-stream", "pings-stream", "stuck-stream"})


class Listener(ABC):
    """Somebody who takes connections, each in a thread of its own."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ends, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(ends,), daemon=True).start()

    @abstractmethod
    def _serve(self, ends: socket.socket) -> None: ...


class Faulty(Listener):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Connections over which something is still to come.
        self.busy = 0
        self.asked: list[str] = []
        super().__init__()

    @override
    def _serve(self, ends: socket.socket) -> None:
        with self._counted(), suppress(OSError), ends:
            model = str(orjson.loads(request_of(ends))["model"])
            self.asked.append(model)
            FAULTS[model.partition("@")[0]](Peer(ends))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self.busy += 1
        try:
            yield
        finally:
            with self._lock:
                self.busy -= 1


def request_of(ends: socket.socket) -> bytes:
    """Its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(ends)
    top, _, body = data.partition(b"\r\n\r\n")
    (size,) = [int(line.split(b":")[1]) for line in top.lower().split(b"\r\n") if line.startswith(b"content-length")]
    while len(body) < size:
        body += _more(ends)
    return body


def _more(ends: socket.socket) -> bytes:
    piece = ends.recv(65536)
    if not piece:
        raise ConnectionResetError
    return piece


def declare(faulty: Faulty) -> None:
    """A model for each fault, and a chain from it to one that answers; and chains of several that fail."""
    with scope(ALL), transaction.atomic():
        declare_provider("faulty", name="Faulty", base_url=faulty.url, allow_private=True, by=SYSTEM)
        for fault in FAULTS:
            timeout = 1 if fault in SILENT else 20
            declare_chain(
                f"from/{fault}", members=[_failing(f"faulty/{fault}", fault, timeout), Member("mini")], by=SYSTEM
            )
        declare_provider(
            "faulty-native",
            name="Faulty, with responses",
            base_url=faulty.url,
            allow_private=True,
            has_responses=True,
            by=SYSTEM,
        )
        declare_model("native/failed", provider="faulty-native", upstream="failed-stream", by=SYSTEM)
        declare_chain("from/native-failed", members=[Member("native/failed"), Member("mini")], by=SYSTEM)
        for chain, faults, rest in CHAINS:
            members = [_failing(f"faulty/{fault}-of-{chain}", f"{fault}@{chain}", 20) for fault in faults]
            declare_chain(f"from/{chain}", members=[*members, *rest], by=SYSTEM)


# Each has upstreams of its own: one that cools down, as another chain asked it, would be passed over.
CHAINS = (
    ("two", ("500", "reset"), [Member("mini")]),
    ("broke-only", ("broke",), []),
    ("all", ("500", "529"), []),
)


def _failing(model: str, upstream: str, timeout: int) -> Member:
    declare_model(model, provider="faulty", upstream=upstream, by=SYSTEM)
    return Member(model, timeout_seconds=timeout)
