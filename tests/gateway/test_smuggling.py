"""Requests that are not quite HTTP: none of them makes a call that its sender did not make openly."""

import socket

import orjson
import pytest

from tests.gateway.world import QUESTION, Customer, World

BODY = orjson.dumps({"model": "mini", "messages": QUESTION})


def exchange(customer: Customer, request: bytes) -> bytes:
    """All that comes back until the gateway hangs up, or says nothing for a second."""
    host, port = customer.gateway.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=1) as ends:
        ends.sendall(request)
        return b"".join(_parts(ends))


def _parts(ends: socket.socket) -> list[bytes]:
    parts: list[bytes] = []
    try:
        while part := ends.recv(65536):
            parts.append(part)
    except (TimeoutError, ConnectionResetError):
        pass
    return parts


def request(customer: Customer, *lines: bytes, body: bytes = b"", path: bytes = b"/v1/chat/completions") -> bytes:
    key = f"Authorization: Bearer {customer.key}".encode()
    tags = [b"X-AIOps-Feature: answers", b"X-AIOps-User: ann"]
    return b"\r\n".join([b"POST %b HTTP/1.1" % path, b"Host: gateway", key, *tags, *lines, b"", b""]) + body


@pytest.mark.parametrize(
    "lines",
    [
        [b"Content-Length: %d" % len(BODY), b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(BODY)],
        [b"Content-Length: 5", b"Content-Length: %d" % len(BODY)],
        [b"Content-Length: +%d" % len(BODY)],
        [b"Content-Length: -1"],
        [b"Content-Length: 0x10"],
        [b"Transfer-Encoding: chunked, identity"],
        [b"Transfer-Encoding : chunked"],
        [b"Transfer-Encoding: xchunked"],
        [b"X-AIOps-User: a\rb: c"],
        [b"X-Null: a\x00b"],
    ],
)
def test_a_request_that_can_be_read_in_two_ways_makes_no_call(
    customer: Customer, world: World, lines: list[bytes]
) -> None:
    before = world.asked()
    answer = exchange(customer, request(customer, *lines, body=BODY))
    assert not answer.startswith(b"HTTP/1.1 200")
    assert world.asked() == before


def test_what_hides_in_a_body_is_not_a_second_call(customer: Customer, world: World) -> None:
    hidden = request(customer, b"Content-Length: %d" % len(BODY), body=BODY)
    before = world.asked()
    answer = exchange(customer, request(customer, b"Content-Length: %d" % len(hidden), body=hidden))
    assert (answer.count(b"HTTP/1.1 "), b"invalid_body" in answer) == (1, True)
    assert world.asked() == before


def test_two_calls_on_one_connection_are_two_calls(customer: Customer, world: World) -> None:
    one = request(customer, b"Content-Length: %d" % len(BODY), body=BODY)
    before = world.asked()
    assert exchange(customer, one * 2).count(b"HTTP/1.1 200") == 2
    assert world.asked() == before + 2


@pytest.mark.parametrize("path", [b"/v1/chat/completions/../../healthz", b"//v1/chat/completions", b"/v1/%2e%2e/x"])
def test_a_path_is_taken_as_it_is_written(customer: Customer, world: World, path: bytes) -> None:
    before = world.asked()
    answer = exchange(customer, request(customer, b"Content-Length: %d" % len(BODY), body=BODY, path=path))
    assert b"no_such_path" in answer
    assert world.asked() == before


@pytest.mark.parametrize("tag", ["X-AIOps-User", "X-AIOps-Session", "X-AIOps-Prompt", "X-AIOps-Idempotency-Key"])
def test_bytes_that_are_no_text_break_nothing(customer: Customer, tag: str) -> None:
    line = tag.encode() + b": \xff\xfe\xc3("
    answer = exchange(customer, request(customer, line, b"Content-Length: %d" % len(BODY), body=BODY))
    assert answer.split(b" ", 2)[1] in (b"200", b"400", b"404")


def test_a_body_of_bad_utf8_is_refused_in_clear_words(customer: Customer, world: World) -> None:
    before = world.asked()
    answer = customer.post(b'{"model": "mini", "messages": [{"role": "user", "content": "\xff\xfe"}]}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_body")
    assert world.asked() == before


def test_a_lone_surrogate_breaks_nothing(customer: Customer) -> None:
    answer = customer.post(b'{"model": "mini", "messages": [{"role": "user", "content": "\\ud800"}]}')
    assert answer.status_code in (200, 400)


def test_a_question_as_large_as_may_be_is_answered(customer: Customer) -> None:
    text = "How do I send a parcel back? " + "x" * (10 * (1 << 20) - 400)
    answer = customer.post({"model": "mini", "messages": [{"role": "user", "content": text}]})
    assert answer.status_code == 200


@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 300_000, b"\r\n".join([b"X-Many: " + b"a" * 4_000] * 40)])
def test_a_head_that_is_too_long_is_refused_before_anything_is_kept_of_it(
    customer: Customer, world: World, line: bytes
) -> None:
    before = world.asked()
    answer = exchange(customer, request(customer, line, b"Content-Length: %d" % len(BODY), body=BODY))
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""
    assert world.asked() == before


def test_a_head_without_an_end_is_refused_while_it_comes(customer: Customer) -> None:
    host, port = customer.gateway.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as ends:
        ends.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nX: ")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            ends.sendall(b"a" * 100_000_000)


@pytest.mark.parametrize("header", [b"X-AIOps-User: ben", b"X-AIOps-Feature: drafts"])
def test_two_tags_of_a_kind_are_refused(customer: Customer, world: World, header: bytes) -> None:
    before = world.asked()
    answer = exchange(customer, request(customer, header, b"Content-Length: %d" % len(BODY), body=BODY))
    assert b"invalid_tag" in answer
    assert world.asked() == before


@pytest.mark.parametrize("path", [b"/v1/chat/completions", b"/v1/embeddings"])
def test_of_two_keys_neither_is_taken(customer: Customer, world: World, path: bytes) -> None:
    another = f"Authorization: Bearer {world.customer().key}".encode()
    before = world.asked()
    answer = exchange(customer, request(customer, another, b"Content-Length: %d" % len(BODY), body=BODY, path=path))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"The header authorization is there twice" in answer
    assert world.asked() == before


def test_a_list_may_come_in_several_headers(customer: Customer) -> None:
    lines = [b"Cache-Control: no-cache", b"Cache-Control: no-store", b"Content-Length: %d" % len(BODY)]
    assert exchange(customer, request(customer, *lines, body=BODY)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("depth", [230, 1_000, 100_000])
def test_a_body_that_is_nested_too_deep_is_refused_and_costs_nothing(
    customer: Customer, world: World, depth: int
) -> None:
    before = world.asked()
    answer = customer.post(b'{"model": "mini", "messages": [], "x": %b%b}' % (b"[" * depth, b"]" * depth))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_body")
    assert world.asked() == before


def test_a_body_that_is_deep_enough_for_anybody_passes(customer: Customer) -> None:
    assert customer.post({"model": "mini", "messages": QUESTION * 300}).status_code == 200
