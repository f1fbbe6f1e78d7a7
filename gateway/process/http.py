"""HTTP as uvicorn reads it, with an end to how long a request's head may be and may take."""

import asyncio
from typing import Final, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Nothing of a call is known before its head is there, so no other limit holds for it.
LONGEST_HEAD: Final = 64 << 10
HEAD_SECONDS: Final = 15.0
_TOO_LONG: Final = (431, "Request Header Fields Too Large", "The head of this request is longer than 64 KiB.")
_TOO_SLOW: Final = (408, "Request Timeout", "The head of this request was not there within 15 seconds.")


class BoundedHttp(HttpToolsProtocol):
    _head_bytes = 0
    _in_head = True
    _is_refused = False
    _alarm: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._alarm is None:
                self._await_head()
        super().data_received(data)
        if self._in_head and self._head_bytes > LONGEST_HEAD:
            self._refuse(*_TOO_LONG)

    @override
    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._head_is_there()
        if sum(len(name) + len(value) for name, value in self.headers) > LONGEST_HEAD:
            # It came in one piece: read, it would be passed on.
            self._refuse(*_TOO_LONG)
            return
        super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        if not self._is_refused:
            super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        if not self._is_refused:
            super().on_message_complete()

    def _await_head(self) -> None:
        self._alarm = self.loop.call_later(HEAD_SECONDS, self._refuse, *_TOO_SLOW)

    def _head_is_there(self) -> None:
        self._in_head, self._head_bytes = False, 0
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _refuse(self, status: int, phrase: str, told: str) -> None:
        is_silent = self._head_bytes == 0 and self._in_head
        self._head_is_there()
        self._is_refused = True
        if self.transport.is_closing():
            return
        if is_silent:
            # Nobody asked anything.
            self.transport.close()
            return
        body = told.encode()
        head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
        self.transport.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
        self.transport.close()
