"""Providers that fail: another model answers, or the caller is told; nothing is spliced, unbilled or left open."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from costs.records import Outcome
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tenants.services import declare_feature
from tests.gateway import faulty
from tests.gateway.faulty import SAID, Faulty
from tests.gateway.processes import a_gateway, until
from tests.gateway.responding import post as post_response
from tests.gateway.world import QUESTION, Customer, World


@pytest.fixture(scope="module")
def provider(declared: World) -> Iterator[Faulty]:
    made = Faulty()
    faulty.declare(made)
    declared.catch_up()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _nothing_is_left_open(provider: Faulty) -> Iterator[None]:
    yield
    until(lambda: provider.busy == 0)


type Asked = Callable[..., httpx.Response]


def post_chat(customer: Customer, **body: Any) -> httpx.Response:
    return customer.post({"messages": QUESTION, **body})


def ask(customer: Customer, model: str, *, stream: bool = False) -> tuple[int, str, str]:
    """Status, body and the call's id."""
    response = customer.post({"model": model, "messages": QUESTION, "stream": stream})
    return response.status_code, response.text, response.headers["x-aiops-call-id"]


# By fault: the word on record of why it was left, and whether it may be on a bill.
LEFT = {
    "429": ("429", False),
    "429-later": ("429", False),
    "500": ("500", False),
    "529": ("529", False),
    "broke": ("402", False),
    "no-content": ("204", False),
    "redirect": ("302", False),
    "reset": ("drop", True),
    "half-open": ("timeout", True),
    "black-hole": ("timeout", True),
    "late": ("timeout", True),
    "cut": ("drop", True),
    "not-json": ("invalid_json", True),
    "no-answer": ("invalid_answer", True),
    "list": ("invalid_answer", True),
    "page": ("invalid_json", True),
    "not-http": ("connection", False),
    "bad-gzip": ("drop", True),
    "bad-utf8": ("invalid_json", True),
    "empty": ("invalid_json", True),
    "deep": ("invalid_json", True),
    "two-lengths": ("connection", False),
}


@pytest.mark.parametrize("fault", LEFT)
def test_before_its_answer_another_model_takes_over(
    customer: Customer, world: World, provider: Faulty, fault: str
) -> None:
    status, text, call = ask(customer, f"from/{fault}")
    assert (status, SAID in text) == (200, False)
    record = world.record_of(call)
    assert (record.model, record.outcome, record.fallback) == ("sim-mini", Outcome.OK, True)
    assert ([hop.reason for hop in record.hops], record.estimated) == ([LEFT[fault][0], ""], LEFT[fault][1])


LEFT_IN_A_STREAM = {
    "page-stream": "no_stream",
    "json-stream": "no_stream",
    "silent-stream": "timeout",
    "pings-stream": "timeout",
    "chatter-stream": "too_large",
    "huge-event-stream": "invalid_json",
    "bad-event-stream": "invalid_json",
    "error-stream": "error_event",
    "empty-stream": "drop",
    "done-at-once-stream": "invalid_answer",
    "500": "500",
    "reset": "drop",
    "black-hole": "timeout",
}


@pytest.mark.parametrize("fault", LEFT_IN_A_STREAM)
def test_before_the_first_word_of_a_stream_another_model_takes_over(
    customer: Customer, world: World, fault: str
) -> None:
    status, text, call = ask(customer, f"from/{fault}", stream=True)
    assert (status, text.endswith("data: [DONE]\n\n"), "word " in text) == (200, True, False)
    record = world.record_of(call)
    assert (record.model, [hop.reason for hop in record.hops]) == ("sim-mini", [LEFT_IN_A_STREAM[fault], ""])


# What the caller is told, and what the hop says.
BROKEN_OFF = {
    "cut-stream": ("provider_dropped", "drop"),
    "reset-stream": ("provider_dropped", "drop"),
    "stuck-stream": ("timeout", "timeout"),
    "late-error-stream": ("provider_error", "error_event"),
    "late-half-error-stream": ("provider_error", "error_event"),
    "late-bad-stream": ("invalid_json", "invalid_json"),
    "late-cut-stream": ("invalid_json", "invalid_json"),
    "late-bad-utf8-stream": ("invalid_json", "invalid_json"),
    "late-huge-stream": ("invalid_json", "invalid_json"),
}


@pytest.mark.parametrize("fault", BROKEN_OFF)
def test_after_it_nothing_is_spliced_on_and_what_came_is_billed(customer: Customer, world: World, fault: str) -> None:
    before, (code, reason) = world.asked(), BROKEN_OFF[fault]
    _, text, call = ask(customer, f"from/{fault}", stream=True)
    assert (text.count("word "), "[DONE]" in text, world.asked()) == (5, False, before)
    assert (f'"code":"{code}"' in text, "Error" in text) == (True, False)
    record = world.record_of(call)
    assert [hop.reason for hop in record.hops] == [reason]
    assert (record.outcome, record.error_code) == (Outcome.PROVIDER_ERROR, code)
    assert record.estimated
    assert 4 <= record.usage.output_tokens <= 10


@pytest.mark.parametrize(
    ("fault", "estimated", "counts"),
    [("gzip", False, (10, 5)), ("no-usage", True, None), ("odd-usage", True, None), ("half-usage", True, (10, 5))],
)
def test_an_odd_answer_is_an_answer_and_is_billed(
    customer: Customer, world: World, fault: str, estimated: bool, counts: tuple[int, int] | None
) -> None:
    status, text, call = ask(customer, f"from/{fault}")
    assert (status, SAID in text) == (200, True)
    record = world.record_of(call)
    assert (record.provider, record.estimated) == ("faulty", estimated)
    assert counts in (None, (record.usage.input_tokens, record.usage.output_tokens))
    assert record.usage.output_tokens > 0


def test_an_answer_without_a_word_is_an_answer(customer: Customer, world: World) -> None:
    status, _, call = ask(customer, "from/says-nothing")
    record = world.record_of(call)
    assert (status, record.provider, record.estimated, len(record.hops)) == (200, "faulty", False, 1)


@pytest.mark.parametrize(
    ("fault", "estimated"),
    [("good-stream", False), ("counted-with-words-stream", False), ("uncounted-stream", True)],
)
def test_a_stream_is_billed_however_its_usage_comes(
    customer: Customer, world: World, fault: str, estimated: bool
) -> None:
    _, text, call = ask(customer, f"from/{fault}", stream=True)
    assert text.endswith("data: [DONE]\n\n")
    record = world.record_of(call)
    assert (record.outcome, record.estimated, record.provider) == (Outcome.OK, estimated, "faulty")
    assert record.usage.output_tokens >= 5


@pytest.mark.parametrize(("fault", "outcome"), [("early", Outcome.OK), ("early-cut", Outcome.PROVIDER_ERROR)])
def test_words_after_the_providers_count_are_billed_too(
    customer: Customer, world: World, fault: str, outcome: Outcome
) -> None:
    record = world.record_of(ask(customer, f"from/counted-{fault}-stream", stream=True)[2])
    assert (record.outcome, record.estimated, record.usage[:4]) == (outcome, True, (10, 0, 0, 251))


def test_what_was_written_before_a_fault_is_billed_though_another_model_answers(
    customer: Customer, world: World
) -> None:
    record = world.record_of(ask(customer, "from/words-and-bad-stream", stream=True)[2])
    lost = record.hops[0].bill
    assert lost is not None
    assert (record.model, lost.output_tokens, lost.is_estimated) == ("sim-mini", 375, True)


def test_what_a_provider_says_it_used_as_it_fails_is_billed(customer: Customer, world: World) -> None:
    response = post_response(customer, model="from/native-failed", stream=True)
    record = world.record_of(response.headers["x-aiops-call-id"])
    lost = record.hops[0].bill
    assert lost is not None
    assert (lost.input_tokens, lost.output_tokens, lost.is_estimated) == (1_000, 5_000, False)
    assert (record.model, record.estimated) == ("sim-mini", False)


def test_what_comes_before_a_fault_is_passed_on(customer: Customer, world: World) -> None:
    _, text, call = ask(customer, "from/late-good-and-bad-stream", stream=True)
    assert (text.count("word "), text.count("good "), "[DONE]" in text) == (5, 3, False)
    assert world.record_of(call).usage.output_tokens == 10


@pytest.mark.parametrize("asked", [post_chat, post_response])
def test_half_a_sign_in_a_whole_answer_is_passed_on(customer: Customer, world: World, asked: Asked) -> None:
    response = asked(customer, model="from/half-sign")
    assert "Faulty but " in response.text
    assert world.record_of(response.headers["x-aiops-call-id"]).provider == "faulty"


def test_a_sign_that_was_cut_in_two_is_one_again(customer: Customer, world: World) -> None:
    response = post_response(customer, model="from/half-signs-stream", stream=True)
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert ('"delta":"\U0001f600"' in response.text, record.provider, record.estimated) == (True, "faulty", False)


def test_half_a_sign_in_a_reason_leaves_the_record_whole(customer: Customer, world: World) -> None:
    record = world.record_of(ask(customer, "from/half-reason-stream", stream=True)[2])
    assert ([hop.status for hop in record.hops], record.finish_reason) == ([200], "st\ufffd")


@pytest.mark.parametrize("stream", [False, True])
def test_a_balance_that_is_spent_is_the_operators_and_not_told_as_the_callers(
    customer: Customer, provider: Faulty, stream: bool
) -> None:
    response = customer.post({"model": "from/broke-only", "messages": QUESTION, "stream": stream})
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["code"]) == (502, "provider_error", "provider_out_of_credit")
    assert "whoever runs the gateway has to pay" in error["message"]
    assert (response.headers["x-should-retry"], response.headers["x-aiops-cost-usd"]) == ("false", "0")


def test_two_that_are_down_are_passed(customer: Customer, world: World) -> None:
    status, _, call = ask(customer, "from/two")
    assert status == 200
    assert [hop.reason for hop in world.record_of(call).hops] == ["500", "drop", ""]


def test_when_all_are_down_the_caller_gets_what_its_users_may_read(world: World) -> None:
    with scope(ALL):
        safe = "Please call us on 555 0100."
        feature = declare_feature("told", name="Told", safe_answer=safe, by=SYSTEM).row
    customer = world.customer(feature=feature)
    answer = customer.post({"model": "from/all", "messages": QUESTION}, **{"X-AIOps-Feature": ""})
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (502, "provider_error", "no_model_answered")
    assert error["safe_answer"] == "Please call us on 555 0100."
    assert answer.headers["x-should-retry"] == "true"


def test_a_redirect_is_not_followed(customer: Customer, world: World) -> None:
    _, _, call = ask(customer, "from/redirect")
    assert world.record_of(call).model == "sim-mini"


def test_a_stream_without_end_is_ended(customer: Customer, world: World) -> None:
    with a_gateway("impatient", AIOPS_GATEWAY_STREAM_SECONDS="1") as gateway:
        world.catch_up(gateway)
        _, text, call = ask(customer.at(gateway), "from/never-ending-stream", stream=True)
    assert '"code":"too_long"' in text
    record = world.record_of(call)
    assert (record.outcome, [hop.reason for hop in record.hops]) == (Outcome.PROVIDER_ERROR, ["too_long"])


def test_a_stream_without_end_ends_when_its_caller_leaves(customer: Customer, world: World, provider: Faulty) -> None:
    with customer.stream({"model": "from/never-ending-stream", "messages": QUESTION}) as pieces:
        call = next(pieces)
        next(pieces)
    record = world.record_of(call)
    assert (record.outcome, record.estimated) == (Outcome.CANCELLED, True)
