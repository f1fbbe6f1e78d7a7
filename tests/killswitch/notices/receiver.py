"""A receiver of webhooks on 127.0.0.1, and what receivers do on a bad day."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override


@dataclass
class Got:
    path: str
    headers: Message
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """`faults` are used up one a request; `got` is every request, oldest first."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        return [each.json["text"] for each in self.got]

    @property
    def deliveries(self) -> list[str]:
        return [str(each.headers["X-AIOps-Delivery"]) for each in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook/abcdefghijkl"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.got.append(Got(self.path, self.headers, body))
            self._with(receiver.faults.popleft() if receiver.faults else "")

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _with(self, fault: str) -> None:
            match fault:
                case "hangs":
                    receiver.released.wait(30)
                case "drops":
                    self.close_connection = True
                case "redirects":
                    self._answer(302, b"", location=receiver.url.replace("hook", "elsewhere"))
                case "huge":
                    self._answer(500, b"<b>no</b> \x00" + b"x" * 5_000_000)
                case "":
                    self._answer(200, b"ok")
                case status:
                    self._answer(int(status), b"not now")

        def _answer(self, status: int, body: bytes, *, location: str = "") -> None:
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
                self.wfile.flush()
            except OSError:
                # Whoever asked has read enough.
                self.close_connection = True

    return Handler
