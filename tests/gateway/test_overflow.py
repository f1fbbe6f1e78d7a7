"""A question that does not fit a model, and the model that it fits."""

from typing import Any

import pytest

from costs.records import Outcome
from gateway.routing.overflow import is_overflow
from gateway.services import Member, declare_chain, declare_model
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.world import QUESTION, Customer, World, paid

# As the providers say it.
SAID = [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
    "the request exceeds the available context size. try increasing the context size or enable context shift",
    "request (9001 tokens) exceeds the available context size (8192 tokens), try increasing it",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000, decrease input length",
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    "Input is too long for requested model.",
    "The decoder prompt (length 9001) is longer than the maximum model length of 8192.",
    "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
]


@pytest.mark.parametrize("message", SAID)
@pytest.mark.parametrize("status", [400, 413])
def test_however_a_provider_puts_it_it_is_understood(status: int, message: str) -> None:
    assert is_overflow(status, "provider_400", "invalid_request_error", message)


@pytest.mark.parametrize(
    ("code", "kind"), [("context_length_exceeded", "invalid_request_error"), ("400", "exceed_context_size_error")]
)
def test_a_code_or_type_is_enough(code: str, kind: str) -> None:
    assert is_overflow(400, code, kind, "")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "max_tokens is too large: 100000. This model supports at most 16384 completion tokens."),
        (400, "Invalid value for 'temperature': the prompt is too long for nobody."),
        (413, "Request exceeds the maximum size"),
        (422, SAID[0]),
        (401, SAID[0]),
    ],
)
def test_other_faults_of_the_request_are_not_taken_for_it(status: int, message: str) -> None:
    assert not is_overflow(status, "invalid_request", "invalid_request_error", message)


@pytest.fixture
def windows(world: World) -> None:
    """Models by how long a question they take, in chains that ask the shortest first."""
    with scope(ALL):
        for name, window in (("short", 8), ("shorter", 4), ("long", 100), ("unknown", None)):
            declare_model(name, provider="simulator", upstream=f"sim-{name}", context_window=window, by=SYSTEM)
        for chain, names in CHAINS.items():
            declare_chain(chain, members=[Member(name, attempts=2) for name in names], by=SYSTEM)
        declare_chain(
            "strict", members=[Member("short"), Member("long")], triggers=["timeout", "rate_limited"], by=SYSTEM
        )
    world.catch_up()


CHAINS = {
    "grows": ("short", "shorter", "long"),
    "shrinks": ("short", "shorter"),
    "unsure": ("short", "shorter", "unknown"),
    "blind": ("unknown", "shorter"),
}
pytestmark = pytest.mark.usefixtures("windows")


def ask(customer: Customer, chain: str, **more: Any) -> Any:
    return customer.post({"model": chain, "messages": QUESTION, **more})


@pytest.mark.parametrize("stream", [False, True])
def test_the_next_model_that_takes_a_longer_question_answers(customer: Customer, world: World, stream: bool) -> None:
    world.fail("sim-short", "context_overflow", count=1)
    before = world.asked()
    response = ask(customer, "grows", stream=stream)
    assert response.headers["x-aiops-model"] == "simulator/sim-long"
    told = "simulator/sim-short:context_overflow, simulator/sim-shorter:smaller_window"
    assert response.headers["x-aiops-fallback"] == told
    assert world.asked() == before + 2
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert [(hop.status, hop.reason) for hop in record.hops] == [
        (400, "context_overflow"),
        (0, "smaller_window"),
        (200, ""),
    ]


def test_a_model_of_unknown_window_is_asked(customer: Customer, world: World) -> None:
    world.fail("sim-short", "context_overflow", count=1)
    assert ask(customer, "unsure").headers["x-aiops-model"] == "simulator/sim-unknown"


def test_after_one_of_unknown_window_any_is_asked(customer: Customer, world: World) -> None:
    world.fail("sim-unknown", "context_overflow", count=1)
    assert ask(customer, "blind").headers["x-aiops-model"] == "simulator/sim-shorter"


@pytest.mark.parametrize("chain", ["shrinks", "short"])
def test_where_no_model_takes_more_the_providers_own_error_goes_back(
    customer: Customer, world: World, chain: str
) -> None:
    world.fail("*", "context_overflow")
    before = world.asked()
    response = ask(customer, chain)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["model"]) == (400, "context_length_exceeded", "sim-short")
    assert "maximum context length" in error["message"]
    assert world.asked() == before + 1
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.outcome, paid(record)) == (Outcome.PROVIDER_ERROR, 0)


def test_where_all_find_it_too_long_the_last_ones_error_goes_back(customer: Customer, world: World) -> None:
    world.fail("*", "context_overflow")
    assert ask(customer, "grows").json()["error"]["model"] == "sim-long"


def test_where_the_larger_one_fails_the_call_ends_as_that_failure(customer: Customer, world: World) -> None:
    world.fail("sim-short", "context_overflow", count=1)
    world.fail("sim-long", "500")
    response = ask(customer, "grows")
    assert (response.status_code, response.json()["error"]["code"]) == (502, "no_model_answered")


def test_a_chain_without_the_trigger_gives_the_error_back(customer: Customer, world: World) -> None:
    world.fail("sim-short", "context_overflow", count=1)
    assert ask(customer, "strict").json()["error"]["code"] == "context_length_exceeded"
