"""What goes out to a provider, and what of its answer comes back."""

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

import pytest

from costs.budgets import declare_budget
from costs.endusers import user_key
from costs.models import Budget
from costs.prices import declare_price
from costs.pricing import PriceList
from costs.records import Outcome
from gateway.models import Provider as ProviderRow
from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.world import PRICES, QUESTION, Customer, World

ANSWER = b'{"id":"x", "choices" : [{"message":{"content":"yes"},"finish_reason":"stop"}],"their_own":[1, 2.50]}'


class Provider(ThreadingHTTPServer):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.answer, self.kind = 200, ANSWER, "application/json"
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {}


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        self.server.headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(self.server.status)
        self.send_header("content-type", self.server.kind)
        self.send_header("content-length", str(len(self.server.answer)))
        self.send_header("location", "http://127.0.0.1:9/elsewhere")
        self.send_header("set-cookie", "theirs=1")
        self.end_headers()
        self.wfile.write(self.server.answer)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def provider(world: World) -> Iterator[Provider]:
    with Provider() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        with scope(ALL):
            url = f"http://127.0.0.1:{server.server_port}/v1/"
            declare_provider("odd", name="Odd", base_url=url, api_key="sk-very-secret", allow_private=True, by=SYSTEM)
            declare_model("odd", provider="odd", upstream="odd-1", by=SYSTEM)
        yield server
        server.shutdown()


def test_the_body_is_the_callers_but_for_the_models_name(provider: Provider, customer: Customer) -> None:
    body = {"model": "odd", "messages": QUESTION, "temperature": 0.1, "user": "u7", "theirs": {"deep": [None, "ä"]}}
    customer.post(body)
    assert provider.body == {**body, "model": "odd-1"}


def test_our_tags_are_taken_out_of_the_metadata(provider: Provider, customer: Customer) -> None:
    customer.post({"model": "odd", "messages": QUESTION, "metadata": {"user": "u7", "session": "s", "ticket": "42"}})
    assert provider.body["metadata"] == {"ticket": "42"}
    customer.post({"model": "odd", "messages": QUESTION, "metadata": {"user": "u7"}})
    assert "metadata" not in provider.body


def test_anthropic_hears_of_a_user_what_only_this_installation_can_tell(
    provider: Provider, customer: Customer, world: World
) -> None:
    with scope(ALL):
        url = f"http://127.0.0.1:{provider.server_port}/v1"
        values: dict[str, Any] = {"api": ProviderRow.Api.ANTHROPIC, "allow_private": True, "by": SYSTEM}
        declare_provider("odd", name="Odd", base_url=url, api_key="sk-very-secret", **values)
    world.catch_up()
    customer.post({"model": "odd", "messages": QUESTION, "user": "ann@customer.example"})
    assert provider.body["metadata"] == {"user_id": str(user_key(customer.tenant.pk, "ann@customer.example"))}


def test_usage_is_asked_for_whatever_the_caller_wants_of_a_stream(provider: Provider, customer: Customer) -> None:
    options = {"include_usage": False, "include_obfuscation": False}
    customer.post({"model": "odd", "messages": QUESTION, "stream": True, "stream_options": options})
    assert provider.body["stream_options"] == {"include_usage": True, "include_obfuscation": False}


def test_none_of_the_callers_headers_goes_out(provider: Provider, customer: Customer) -> None:
    customer.post({"model": "odd", "messages": QUESTION}, **{"Cookie": "session=1", "X-Forwarded-For": "10.0.0.1"})
    assert provider.headers["authorization"] == "Bearer sk-very-secret"
    assert set(provider.headers) == {
        "accept-encoding", "authorization", "content-length", "content-type", "host", "user-agent"
    }  # fmt: skip


def test_the_answer_comes_back_byte_for_byte_and_none_of_its_headers(provider: Provider, customer: Customer) -> None:
    response = customer.post({"model": "odd", "messages": QUESTION})
    assert response.content == ANSWER
    assert "set-cookie" not in response.headers


@pytest.fixture
def limited(provider: Provider, customer: Customer, world: World) -> Customer:
    """Under a hard budget."""
    with scope(ALL):
        declare_price("odd", "odd-1", PriceList.parse(PRICES), by=SYSTEM, at=datetime.now(UTC))
        declare_budget(
            customer.tenant, amount_usd=Decimal("0.01"), kind=Budget.Kind.HARD, by=SYSTEM, at=datetime.now(UTC)
        )
    world.catch_up()
    return customer


def test_under_a_hard_budget_an_answer_without_a_bound_is_given_one(provider: Provider, limited: Customer) -> None:
    assert limited.post({"model": "odd", "messages": QUESTION}).is_success
    assert provider.body["max_completion_tokens"] == 4096


@pytest.mark.parametrize("bound", [{"max_tokens": 9}, {"max_completion_tokens": 9}])
def test_the_callers_own_bound_is_left_as_it_is(provider: Provider, limited: Customer, bound: dict[str, int]) -> None:
    body = {"model": "odd", "messages": QUESTION, **bound}
    assert limited.post(body).is_success
    assert provider.body == {**body, "model": "odd-1"}


def test_a_provider_that_heeds_no_bound_is_counted_by_what_it_took(provider: Provider, limited: Customer) -> None:
    provider.answer = ANSWER[:-1] + b',"usage":{"prompt_tokens":10,"completion_tokens":20000}}'
    answer = limited.post({"model": "odd", "messages": QUESTION, "max_tokens": 9})
    refused = limited.post({"model": "odd", "messages": QUESTION, "max_tokens": 9})
    assert answer.is_success
    assert refused.json()["error"]["spent_usd"] == answer.headers["x-aiops-cost-usd"] == "0.0120015"


def test_an_answer_without_usage_is_counted_by_us_and_marked(
    provider: Provider, customer: Customer, world: World
) -> None:
    response = customer.post({"model": "odd", "messages": QUESTION})
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert record.estimated
    assert record.usage.input_tokens > 0


UNSAID = [b"{}", b"null", b'{"total_tokens": 9}', b'{"prompt_tokens": null, "completion_tokens": "7"}']


@pytest.mark.parametrize("usage", UNSAID)
def test_usage_without_counts_is_counted_by_us_and_marked(
    provider: Provider, customer: Customer, world: World, usage: bytes
) -> None:
    provider.answer = ANSWER[:-1] + b',"usage":' + usage + b"}"
    record = world.record_of(customer.post({"model": "odd", "messages": QUESTION}).headers["x-aiops-call-id"])
    assert record.estimated
    assert min(record.usage.input_tokens, record.usage.output_tokens) > 0


@pytest.mark.parametrize("usage", UNSAID)
def test_a_streams_usage_without_counts_is_counted_by_us_and_marked(
    provider: Provider, customer: Customer, world: World, usage: bytes
) -> None:
    said = b'data: {"choices":[{"index":0,"delta":{"content":"The"},"finish_reason":"stop"}]}'
    counted = b'data: {"choices":[],"usage":' + usage + b"}"
    provider.kind, provider.answer = "text/event-stream", b"\n\n".join([said, counted, b"data: [DONE]", b""])
    response = customer.post({"model": "odd", "messages": QUESTION, "stream": True})
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.outcome, record.estimated) == (Outcome.OK, True)
    assert min(record.usage.input_tokens, record.usage.output_tokens) > 0


def test_redirects_are_not_followed(provider: Provider, customer: Customer) -> None:
    provider.status = 302
    assert customer.post({"model": "odd", "messages": QUESTION}).headers["x-aiops-fallback"] == "odd/odd-1:302"


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"detail": "odd"}', b'{"error": "no key sk-very-secret"}'])
def test_an_odd_error_still_comes_back_in_openais_shape(provider: Provider, customer: Customer, answer: bytes) -> None:
    provider.status, provider.answer = 401, answer
    response = customer.post({"model": "odd", "messages": QUESTION})
    error = response.json()["error"]
    assert response.status_code == 502
    assert isinstance(error["message"], str)
    assert error["provider"] == "odd"
    assert "sk-very-secret" not in response.text


@pytest.mark.parametrize("answer", [b'{"error": {"message": "no"}}', b"[]", b'"choices"', b""])
def test_an_odd_answer_is_none(provider: Provider, customer: Customer, answer: bytes) -> None:
    provider.answer = answer
    assert customer.post({"model": "odd", "messages": QUESTION}).status_code == 502


def test_an_answer_that_is_no_stream_is_none(provider: Provider, customer: Customer) -> None:
    response = customer.post({"model": "odd", "messages": QUESTION, "stream": True})
    assert response.headers["x-aiops-fallback"] == "odd/odd-1:no_stream"


def test_a_stream_that_begins_with_an_error_is_none(provider: Provider, customer: Customer) -> None:
    provider.kind, provider.answer = "text/event-stream", b'data: {"error": {"message": "overloaded"}}\n\n'
    response = customer.post({"model": "odd", "messages": QUESTION, "stream": True})
    assert response.headers["x-aiops-fallback"] == "odd/odd-1:error_event"


def test_an_error_in_mid_stream_is_passed_on_as_one(provider: Provider, customer: Customer, world: World) -> None:
    begun = b'data: {"choices":[{"index":0,"delta":{"content":"The"},"finish_reason":null}]}\n\n'
    provider.kind, provider.answer = "text/event-stream", begun + b'data: {"choices":[' + b"\n\n"
    provider.answer = begun + b": still here\n\n" + b'data: {"error": {"message": "overloaded"}}\n\n'
    response = customer.post({"model": "odd", "messages": QUESTION, "stream": True})
    # Both came at once, before anything was sent on: this attempt failed as a whole.
    assert response.status_code == 502


def test_a_real_models_answer_behind_a_simulated_one_is_a_real_one(
    provider: Provider, customer: Customer, world: World
) -> None:
    with scope(ALL):
        declare_chain("half-real", members=[Member("mini"), Member("odd")], by=SYSTEM)
    world.catch_up()
    world.fail("sim-mini", "500", count=1)
    response = customer.post({"model": "half-real", "messages": QUESTION})
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.provider, record.call.simulated) == ("odd", False)


def test_a_provider_that_hangs_up_on_a_new_connection_is_not_asked_twice(customer: Customer, world: World) -> None:
    """It has read the whole call, and may be at work on it."""
    with HangsUp() as server:
        with scope(ALL):
            declare_provider("curt", name="Curt", base_url=server.url, allow_private=True, by=SYSTEM)
            declare_model("curt", provider="curt", by=SYSTEM)
        world.catch_up()
        assert customer.post({"model": "curt", "messages": QUESTION}).headers["x-aiops-fallback"] == "curt/curt:drop"
        assert server.asked == 1


class HangsUp(socketserver.ThreadingTCPServer):
    """Reads a request and closes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reader)
        self.asked = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()

    @override
    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Reader(socketserver.BaseRequestHandler):
    server: HangsUp

    @override
    def handle(self) -> None:
        self.request.recv(65536)
        self.server.asked += 1


def test_a_provider_whose_key_is_not_set_is_not_asked_and_said(
    provider: Provider, customer: Customer, world: World
) -> None:
    with scope(ALL):
        url = f"http://127.0.0.1:{provider.server_port}/v1"
        declare_provider(
            "keyless", name="Keyless", base_url=url, api_key_env="KEYLESS_API_KEY", allow_private=True, by=SYSTEM
        )
        declare_model("keyless", provider="keyless", by=SYSTEM)
        declare_chain("keyless-first", members=[Member("keyless"), Member("odd")], by=SYSTEM)
    world.catch_up()
    alone = customer.post({"model": "keyless", "messages": QUESTION})
    assert (alone.status_code, alone.json()["error"]["code"]) == (502, "provider_without_key")
    assert "KEYLESS_API_KEY is not set" in alone.json()["error"]["message"]
    assert alone.headers["x-should-retry"] == "false"
    # Open to all, it names nothing; the log and staff pages do.
    assert any(
        "a part of the configuration is not in force" in fault for fault in world.gateway.get("/healthz")["faults"]
    )
    behind = customer.post({"model": "keyless-first", "messages": QUESTION})
    assert behind.headers["x-aiops-fallback"] == "keyless/keyless:no_key"
