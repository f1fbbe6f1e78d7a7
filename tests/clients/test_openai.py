"""OpenAI's own clients, with nothing changed but address and key."""

from typing import Any

import pytest

from costs.records import Outcome
from tests.clients.conftest import RunOf
from tests.clients.runs import Run, Script
from tests.gateway.world import paid

ANSWER = (
    "You can send a parcel back within 30 days of delivery. Drop the parcel at any Larkfield point or post office; "
    "the label is free."
)
# The version that the console has, the one that all the other clients can do with, and Node's.
CLIENTS = (Script("own", "openai_chat.py"), Script("python", "openai_chat.py"), Script("node", "openai_chat.mjs"))


@pytest.fixture(scope="module", params=CLIENTS, ids=["-".join(client) for client in CLIENTS])
def run(request: pytest.FixtureRequest, run_of: RunOf) -> Run:
    return run_of(request.param)


def test_a_whole_answer_comes_with_its_call_and_cost(run: Run) -> None:
    record = run.record("ann")
    assert run["snippet"]["answer"] == ANSWER
    assert (run["snippet"]["call_id"], run["snippet"]["cost"]) == (str(record.call.id), f"{paid(record).normalize():f}")
    assert (record.outcome, record.call.session, record.model) == (Outcome.OK, "chat-17", "sim-mini")
    assert paid(record) > 0


def test_tags_may_be_in_the_metadata(run: Run) -> None:
    record = run.record("metadata")
    assert (record.outcome, record.call.session) == (Outcome.OK, "chat-18")


def test_models_and_chains_are_listed(run: Run) -> None:
    assert {"default", "mini", "busy"} <= set(run["models"])


def test_a_stream_says_the_same_and_its_usage_only_when_asked(run: Run) -> None:
    assert run["stream"] == {"text": ANSWER, "usage": [], "end": "stop"}
    assert run["usage"] == {"text": ANSWER, "usage": [run["whole_usage"]], "end": "stop"}
    assert paid(run.record("stream")) == paid(run.record("stream.usage")) == paid(run.record("whole.usage"))


def test_a_tool_is_called_and_its_result_taken(run: Run) -> None:
    called = {"name": "track_parcel", "arguments": {"number": 4711, "day": "today"}}
    assert run["tools"] == {**called, "final": "It is in Leeds."}
    assert run["stream_tools"] == called
    first, second = run.records("tools", 2)
    assert (first.finish_reason, second.finish_reason) == ("tool_calls", "stop")


def test_a_structured_answer_is_parsed(run: Run) -> None:
    assert run["parsed"] == {"topic": ANSWER, "days": 0}


def test_an_idempotency_key_makes_a_call_once(run: Run) -> None:
    first, again = run["repeated"]
    assert (first[1], again[1]) == (None, "true")
    assert first[0] == again[0] == str(run.record("once").call.id)


def test_a_stream_that_is_cancelled_is_paid_for(run: Run) -> None:
    record = run.record("cancelled")
    assert ANSWER.startswith(run["cancelled"].strip())
    assert (record.outcome, paid(record) > 0) == (Outcome.CANCELLED, True)


def test_a_missing_tag_is_named_by_its_header(run: Run) -> None:
    raised = run["untagged"]
    assert (raised["type"], raised["status"]) == ("BadRequestError", 400)
    assert "X-AIOps-Feature" in raised["text"]


def test_an_unknown_model_is_not_retried(run: Run) -> None:
    assert (run["unknown"]["type"], run["unknown"]["status"]) == ("NotFoundError", 404)
    assert run.record("unknown").outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("scenario", "kind", "text", "outcome"),
    [
        ("stopped", "InternalServerError", "AI is switched off here", Outcome.STOPPED),
        ("poor", "RateLimitError", "Nothing was sent to a model", Outcome.OVER_BUDGET),
    ],
)
def test_a_refusal_says_why_and_is_asked_once(run: Run, scenario: str, kind: str, text: str, outcome: Outcome) -> None:
    raised: dict[str, Any] = run[scenario]
    assert raised["type"] == kind
    assert text in raised["text"]
    assert [(record.outcome, paid(record)) for record in run.records(scenario)] == [(outcome, 0)]


def test_a_limited_provider_is_asked_again_when_it_said(run: Run) -> None:
    assert run["busy_once"]["came"] == ANSWER
    assert run["busy_once"]["seconds"] >= 1
    assert [record.outcome for record in run.records("busy.once", 2)] == [Outcome.PROVIDER_ERROR, Outcome.OK]


def test_a_provider_that_stays_limited_is_given_up(run: Run) -> None:
    assert run["busy"]["type"] == "RateLimitError"
    assert "sim-busy:429" in run["busy"]["text"]
    assert len(run.records("busy", 3)) == 3


def test_a_stream_that_breaks_off_raises(run: Run) -> None:
    assert run["broken"]["type"] == "APIError"
    assert "broke off in the middle" in run["broken"]["text"]
    assert run.record("broken").error_code == "provider_dropped"
