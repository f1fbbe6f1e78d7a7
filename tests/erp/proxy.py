"""What may stand between the console and an ERP on a bad day: it loses answers, breaks off, and delivers twice."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

import httpx


class Proxy:
    """`faults` are used up one a request that makes or cancels a sale."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.faults: deque[str] = deque()
        self.url = ""


@contextmanager
def standing_before(address: str) -> Iterator[Proxy]:
    proxy = Proxy(address)
    with httpx.Client(timeout=30) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy, client))
        server.daemon_threads = True
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(proxy: Proxy, client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            writes = self.command == "POST" and "/sale.sale" in self.path
            fault = proxy.faults.popleft() if writes and proxy.faults else ""
            if fault == "dropped before":
                self.close_connection = True
                return
            if fault == "500 before":
                return self._send(500, "text/html", b"<p>broken</p>")
            answer = self._pass_on(body)
            if fault == "delivered twice":
                answer = self._pass_on(body)
            if fault == "500 after":
                return self._send(500, "text/html", b"<p>broken</p>")
            if fault == "dropped after":
                self.close_connection = True
                return
            self._send(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)

        do_POST = do_DELETE = do_GET

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _pass_on(self, body: bytes) -> httpx.Response:
            names = ("Authorization", "Content-Type", "X-Tryton-Context", "Accept")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            return client.request(self.command, proxy.behind + self.path, content=body, headers=headers)

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

    return Handler
