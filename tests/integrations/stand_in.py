"""A Tryton of the tests' own on 127.0.0.1: as much of its REST API as is used, and the faults of a bad day."""

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override
from urllib.parse import parse_qs, urlsplit

KEYS = {"key-of-acme": "aiops", "key-of-globex": "globex-bot", "key-of-the-admin": "admin"}
PARTIES = {
    "key-of-acme": [
        {"id": 2, "code": "C-001", "name": "Northwind Traders"},
        {"id": 3, "code": "C-002", "name": "100% Pure"},
    ],
    "key-of-globex": [{"id": 9, "code": "G-001", "name": "Globex Partner"}],
    "key-of-the-admin": [],
}
PRODUCTS = [
    {"id": 5, "code": "ARM", "name": "Robot arm", "salable": True, "sale_uom": {"id": 1}, "default_uom": {"id": 1}},
    {"id": 6, "code": "PART", "name": "Spare part", "salable": False, "sale_uom": None, "default_uom": {"id": 1}},
]


class StandIn:
    """`faults` are used up one a request that writes; `asked` is every request, oldest first."""

    def __init__(self) -> None:
        self.sales: dict[int, dict[str, Any]] = {}
        self.faults: deque[str] = deque()
        self.read_faults: deque[str] = deque()
        self.asked: list[str] = []
        self.keys: list[str] = []
        self.url = ""
        # Called in the middle of a request that writes, when its work is done and its answer is not.
        self.meanwhile: Callable[[], None] = lambda: None
        self.before_writing: Callable[[], None] = lambda: None
        # Called by a request whose fault is "held", before its work.
        self.hold: Callable[[], object] = lambda: None
        self.slow_seconds = 0.0
        self._lock, self._last = threading.Lock(), 0

    @property
    def drafts(self) -> list[dict[str, Any]]:
        return [sale for sale in self.sales.values() if sale["state"] == "draft"]

    def written(self) -> list[str]:
        return [each for each in self.asked if each.startswith(("POST model/sale", "DELETE"))]

    def create(self, values: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._last = id = self._last + 1
            lines = [{"id": id * 100 + n, **line} for n, line in enumerate(values["lines"][0][1])]
            self.sales[id] = {**values, "id": id, "state": "draft", "number": None, "lines": lines}
            return self.sales[id]


@contextmanager
def serving() -> Iterator[StandIn]:
    tryton = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(tryton))
    server.daemon_threads = True
    tryton.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield tryton
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(tryton: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer in one packet: in two, the second waits 40 ms for the first one's receipt.
        wbufsize = -1

        def do_GET(self) -> None:
            self._answer()

        do_POST = do_DELETE = do_GET

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            database, _, path = parts.path.strip("/").partition("/rest/")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            tryton.asked.append(f"{self.command} {path}")
            key = (self.headers.get("Authorization") or "").removeprefix("bearer ")
            tryton.keys.append(key)
            if database != "erp":
                return self._html(404, "The requested URL was not found on the server.")
            if key not in KEYS:
                return self._html(401, "The server could not verify that you are authorized.")
            writes = (path == "model/sale.sale" and self.command == "POST") or path.endswith("/cancel")
            faults = tryton.faults if writes else tryton.read_faults
            self._with(faults.popleft() if faults else "", path, parse_qs(parts.query), body, key)

        def _with(self, fault: str, path: str, query: dict[str, list[str]], body: bytes, key: str) -> None:
            if fault == "tells the key":
                return self._html(500, f"no Authorization: bearer {key} here")
            if fault == "without an id":
                return self._json(200, [{"id": "many"}])
            if fault == "500 before":
                return self._html(500, "something broke")
            if fault == "403":
                return self._html(403, "forbidden")
            if fault == "429":
                return self._html(429, "too many")
            if fault == "dropped before":
                return self._drop()
            if fault == "held":
                tryton.hold()
            tryton.before_writing()
            status, told = self._do(path, query, body, key)
            if fault == "delivered twice":
                status, told = self._do(path, query, body, key)
            if fault == "slow":
                time.sleep(tryton.slow_seconds)
            tryton.meanwhile()
            if fault == "500 after":
                return self._html(500, "something broke")
            if fault == "502 after":
                return self._html(502, "bad gateway")
            if fault == "dropped after":
                return self._drop()
            if fault == "garbled":
                return self._send(200, "text/html", b"<html>welcome</html>")
            if fault == "endless":
                return self._send(200, "application/json", b" " * 3_000_000)
            return self._json(status, told)

        def _do(self, path: str, query: dict[str, list[str]], body: bytes, key: str) -> tuple[int, Any]:
            match self.command, path.split("/")[1:]:
                case "POST", ["res.user", "get_preferences"]:
                    return 200, {"company": 1, "applications": [1], "groups": [14]}
                case "GET", ["res.user.application", "1"]:
                    return 200, {"id": 1, "user": {"login": KEYS[key], "id": 4}}
                case "GET", ["company.company", "1"]:
                    return 200, {"id": 1, "rec_name": "Acme Robotics", "currency": {"code": "USD"}}
                case "GET", ["party.party"]:
                    return 200, _matching(PARTIES[key], _domain(query))[: int(query["s"][0])]
                case "GET", ["product.product"]:
                    return 200, _matching(PRODUCTS, _domain(query))
                case "GET", ["sale.sale"]:
                    return 200, [_shown(sale) for sale in _matching(list(tryton.sales.values()), _domain(query))]
                case "POST", ["sale.sale"]:
                    return 200, {"id": tryton.create(json.loads(body))["id"]}
                case method, ["sale.sale", id, *action]:
                    return self._sale(method, int(id), action)
            return 404, {"message": "no such path in the stand-in"}

        def _sale(self, method: str, id: int, action: list[str]) -> tuple[int, Any]:
            if id not in tryton.sales:
                return 404, {}
            if method == "DELETE":
                del tryton.sales[id]
                return 204, None
            if action == ["cancel"]:
                if tryton.sales[id]["state"] not in ("draft", "quotation", "cancelled"):
                    return 400, {"message": "You cannot cancel it.", "description": ""}
                tryton.sales[id]["state"] = "cancelled"
            return 200, _shown(tryton.sales[id])

        def _json(self, status: int, told: Any) -> None:
            if status == 404:
                return self._html(404, "The requested URL was not found on the server.")
            self._send(status, "application/json", b"" if told is None else json.dumps(told).encode())

        def _html(self, status: int, said: str) -> None:
            self._send(status, "text/html; charset=utf-8", f"<!doctype html><h1>No</h1><p>{said}</p>".encode())

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _drop(self) -> None:
            self.close_connection = True

    return Handler


def _domain(query: dict[str, list[str]]) -> list[list[Any]]:
    return list(json.loads(base64.urlsafe_b64decode(query["d"][0])))


def _matching(rows: list[dict[str, Any]], domain: list[list[Any]]) -> list[dict[str, Any]]:
    ((field, operator, value),) = domain
    tests = {
        "=": lambda held: held == value,
        "in": lambda held: held in value,
        "ilike": lambda held: value.strip("%").replace("\\", "").lower() in held.lower(),
    }
    return [row for row in rows if tests[operator](row.get(field))]


def _shown(sale: dict[str, Any]) -> dict[str, Any]:
    codes = {product["id"]: product["code"] for product in PRODUCTS}
    lines = [
        {**line, "product": {"code": codes[line["product"]]} if line.get("product") else None} for line in sale["lines"]
    ]
    party = next(party for parties in PARTIES.values() for party in parties if party["id"] == sale["party"])
    told = {"company": {"rec_name": "Acme Robotics"}, "currency": {"code": "USD"}, "create_uid": {"id": 4}}
    amount = {"__class__": "Decimal", "decimal": "20.00"}
    return {**sale, **told, "lines": lines, "party": party, "untaxed_amount": amount}
