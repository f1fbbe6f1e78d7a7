"""OpenAI's own clients on `/v1/responses` and `/v1/embeddings`, whether or not the provider has the former."""

import pytest

from costs.records import Outcome
from tests.clients.conftest import RunOf
from tests.clients.runs import Run, Script
from tests.clients.test_openai import ANSWER
from tests.gateway.world import paid

CLIENTS = (Script("own", "openai_responses.py"), Script("node", "openai_responses.mjs"))
BOTH_ROADS = pytest.mark.parametrize("road", ["lowered", "native"])


@pytest.fixture(scope="module", params=CLIENTS, ids=["-".join(client) for client in CLIENTS])
def run(request: pytest.FixtureRequest, run_of: RunOf) -> Run:
    return run_of(request.param)


def test_a_response_comes_with_its_call_and_cost(run: Run) -> None:
    record = run.record("ann")
    assert run["snippet"]["answer"] == ANSWER
    assert (run["snippet"]["call_id"], run["snippet"]["cost"]) == (str(record.call.id), f"{paid(record).normalize():f}")
    assert (record.outcome, paid(record) > 0) == (Outcome.OK, True)


@BOTH_ROADS
def test_a_stream_says_the_same_and_is_paid_for(run: Run, road: str) -> None:
    usage = run.record(f"{road}.stream").usage
    total = usage.input_tokens + usage.output_tokens
    assert run[road]["stream"] == {"text": ANSWER, "final": ANSWER, "usage": total}


@BOTH_ROADS
def test_a_tool_is_called_and_its_result_taken(run: Run, road: str) -> None:
    arguments = {"number": 4711, "day": "today"}
    assert run[road]["tools"] == {"name": "track_parcel", "arguments": arguments, "final": "It is in Leeds."}
    assert [record.outcome for record in run.records(f"{road}.tools", 2)] == [Outcome.OK, Outcome.OK]


@BOTH_ROADS
def test_a_structured_answer_is_parsed(run: Run, road: str) -> None:
    assert run[road]["parsed"] == {"topic": ANSWER, "days": 0}


def test_a_missing_tag_is_named_by_its_header(run: Run) -> None:
    assert run["untagged"]["type"] == "BadRequestError"
    assert "X-AIOps-Feature" in run["untagged"]["text"]


def test_refusals_say_why_and_are_asked_once(run: Run) -> None:
    assert (run["stopped"]["type"], run["poor"]["type"]) == ("InternalServerError", "RateLimitError")
    assert "AI is switched off here" in run["stopped"]["text"]
    assert "Nothing was sent to a model" in run["poor"]["text"]
    assert (run.record("stopped").outcome, run.record("poor").outcome) == (Outcome.STOPPED, Outcome.OVER_BUDGET)


def test_a_limited_provider_is_asked_again_when_it_said(run: Run) -> None:
    assert run["busy_once"]["came"] == ANSWER
    assert run["busy_once"]["seconds"] >= 1


def test_a_stream_that_breaks_off_raises(run: Run) -> None:
    assert run["broken"]["type"] == "APIError"
    assert "broke off in the middle" in run["broken"]["text"]
    assert run.record("broken").error_code == "provider_dropped"


def test_texts_are_embedded_and_paid_for(run: Run) -> None:
    record = run.record("embedded")
    assert run["embedded"] == [1536, 1536]
    assert (record.outcome, record.model, paid(record) > 0) == (Outcome.OK, "sim-embedder", True)


def test_a_stopped_tenant_embeds_nothing(run: Run) -> None:
    assert "AI is switched off here" in run["embedding_of_a_stopped"]["text"]
    assert run.record("halted").outcome is Outcome.STOPPED
