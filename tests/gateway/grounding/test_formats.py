"""Models without `json_schema`: asked again without it, once, and from then on."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

import pytest

from gateway.grounding.formats import Formats
from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.grounding.conftest import SOURCES, Demand, body
from tests.gateway.world import Customer, World

QUOTE = "You can send a parcel back within 30 days of delivery."
GROUNDED = {
    "answer": QUOTE, "claims": [{"text": QUOTE, "quotes": [{"source_id": "kb-7", "quote": QUOTE}]}],
    "confidence": 0.9, "refused": False, "missing": "",
}  # fmt: skip
NO_FORMAT = {"error": {"message": "This response_format type is unavailable now", "type": "invalid_request_error"}}
TOO_HOT = {"error": {"message": "temperature must be at most 2", "type": "invalid_request_error", "code": "too_hot"}}
SAID = "<think>A {question} about parcels.</think>Here you are:\n```json\n%s\n```\nIs that all?"


class Plain(ThreadingHTTPServer):
    """A provider that knows no schemas."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.status = 400

    @property
    def formats(self) -> list[bool]:
        return ["response_format" in each for each in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Plain

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(asked)
        if asked.get("temperature", 0) > 2:
            return self._say(400, TOO_HOT)
        if "response_format" in asked:
            return self._say(self.server.status, NO_FORMAT)
        message = {"role": "assistant", "content": SAID % json.dumps(GROUNDED)}
        return self._say(200, {"id": "x", "choices": [{"message": message, "finish_reason": "stop"}]})

    def _say(self, status: int, data: dict[str, Any]) -> None:
        answer = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def plain(world: World, demand: Demand, request: pytest.FixtureRequest) -> Iterator[Plain]:
    """Under a name that no test used before: what it takes is remembered by name."""
    demand("enforce")
    with Plain() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        with scope(ALL):
            url = f"http://127.0.0.1:{server.server_port}/v1/"
            declare_provider("plain", name="Plain", base_url=url, api_key="sk-x", allow_private=True, by=SYSTEM)
            declare_model("plain", provider="plain", upstream=f"p-{server.server_port}", by=SYSTEM)
            declare_chain("plain-first", members=[Member("plain"), Member("mini")], by=SYSTEM)
        world.catch_up()
        yield server
        server.shutdown()


@pytest.mark.parametrize("status", [400, 422])
def test_one_that_refuses_the_schema_is_asked_without_it_and_no_more_with_it(
    plain: Plain, customer: Customer, world: World, status: int
) -> None:
    plain.status = status
    first, second = customer.post(body(model="plain")), customer.post(body(model="plain-first"))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["choices"][0]["message"]["content"] == QUOTE
    assert first.json()["grounding"]["claims"][0]["quotes"][0]["match"] == "exact"
    assert second.headers["x-aiops-grounding"] == "verified"
    assert plain.formats == [True, False, False]
    assert first.headers["x-aiops-fallback"] == f"plain/p-{plain.server_port}:{status}"
    assert [hop.reason for hop in world.record_of(first.headers["x-aiops-call-id"]).hops] == [str(status), ""]


def test_it_still_reads_in_words_of_what_shape_the_answer_is(plain: Plain, customer: Customer) -> None:
    customer.post(body(model="plain"))
    told = plain.asked[-1]["messages"]
    assert '"claims"' in told[0]["content"]
    assert SOURCES[0]["text"] in told[-1]["content"]


def test_a_request_that_is_wrong_otherwise_is_refused_as_it_was_and_nothing_is_learnt(
    plain: Plain, customer: Customer
) -> None:
    refused = customer.post(body(model="plain", temperature=3))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "too_hot")
    assert customer.post(body(model="plain")).status_code == 200
    assert plain.formats == [True, False, True, False]


def test_asking_without_it_is_an_attempt_like_any(plain: Plain, customer: Customer, world: World) -> None:
    with scope(ALL):
        declare_chain("one-try", members=[Member("plain")], max_hops=1, by=SYSTEM)
    world.catch_up()
    refused = customer.post(body(model="one-try"))
    assert (refused.status_code, plain.formats) == (400, [True])


def test_other_models_of_the_chain_keep_their_schema(plain: Plain, customer: Customer, world: World) -> None:
    customer.post(body(model="plain"))
    assert customer.post(body(model="mini")).headers["x-aiops-grounding"] == "verified"


def test_after_an_hour_it_is_tried_again() -> None:
    at = [0.0]
    formats = Formats(lambda: at[0])
    formats.has_none("plain/p")
    at[0] = 3599.0
    assert (formats.takes_schema("plain/p"), formats.takes_schema("other/p")) == (False, True)
    at[0] = 3600.0
    assert formats.takes_schema("plain/p")
