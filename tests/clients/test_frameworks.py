"""Frameworks that bring a client of OpenAI's along, with nothing changed but address, key and headers."""

import pytest

from costs.records import Outcome
from tests.clients.conftest import RunOf
from tests.clients.runs import Run, Script
from tests.clients.test_openai import ANSWER
from tests.gateway.world import paid

QUESTION = "How do I send a parcel back?"
LANGCHAIN = Script("python", "langchain_chat.py")
LLAMAINDEX = Script("python", "llamaindex_chat.py")
PYDANTIC_AI = Script("python", "pydantic_ai_chat.py")
INSTRUCTOR = Script("python", "instructor_chat.py")
VERCEL = Script("node", "vercel_chat.mjs")
# It asks for the arguments of a tool, which here are the question.
SAYS = {INSTRUCTOR: QUESTION}
# They ask again, whatever the answer says of it.
ATTEMPTS = {LLAMAINDEX: 3, VERCEL: 3}

each = pytest.mark.parametrize(
    "client", [LANGCHAIN, LLAMAINDEX, PYDANTIC_AI, INSTRUCTOR, VERCEL], ids=lambda client: client.name
)
each_with_agents = pytest.mark.parametrize(
    "client", [LANGCHAIN, LLAMAINDEX, PYDANTIC_AI, VERCEL], ids=lambda client: client.name
)
each_of_python = pytest.mark.parametrize(
    "client", [LANGCHAIN, LLAMAINDEX, PYDANTIC_AI, INSTRUCTOR], ids=lambda client: client.name
)


@pytest.fixture
def run(client: Script, run_of: RunOf) -> Run:
    return run_of(client)


@each
def test_an_answer_comes_and_its_call_is_tagged_and_paid(run: Run, client: Script) -> None:
    record = run.record("ann")
    assert run["snippet"]["answer"] == SAYS.get(client, ANSWER)
    assert (record.outcome, record.model) == (Outcome.OK, "sim-mini")
    assert paid(record) > 0


@each
def test_a_stream_says_the_same(run: Run, client: Script) -> None:
    assert run["stream"]["text"] == SAYS.get(client, ANSWER)
    assert paid(run.record("stream")) > 0


@each
def test_a_structured_answer_is_read(run: Run) -> None:
    assert run["schema"] == {"topic": ANSWER, "days": 0}
    assert run.record("schema").outcome is Outcome.OK


@each
def test_a_missing_tag_is_named_by_its_header(run: Run) -> None:
    assert "Send the header X-AIOps-Feature" in run["untagged"]["text"]


@each
def test_a_stopped_tenant_is_told_so(run: Run, client: Script) -> None:
    records = run.records("stopped", ATTEMPTS.get(client, 1))
    assert "AI is switched off here" in run["stopped"]["text"]
    assert {(record.outcome, paid(record)) for record in records} == {(Outcome.STOPPED, 0)}
    assert len(records) == ATTEMPTS.get(client, 1)


@each
def test_who_is_over_budget_is_told_so(run: Run) -> None:
    assert "Nothing was sent to a model" in run["poor"]["text"]
    assert {record.outcome for record in run.records("poor")} == {Outcome.OVER_BUDGET}


@each
def test_a_limited_provider_is_asked_again_when_it_said(run: Run) -> None:
    assert run["busy_once"]["type"] is None
    assert run["busy_once"]["seconds"] >= 1
    assert [record.outcome for record in run.records("busy.once", 2)] == [Outcome.PROVIDER_ERROR, Outcome.OK]


@each
def test_a_provider_that_stays_limited_is_named(run: Run) -> None:
    assert "No model answered: simulator/sim-busy:429" in run["busy"]["text"]


@each
def test_a_stream_that_breaks_off_raises(run: Run) -> None:
    assert "broke off in the middle" in run["broken"]["text"]
    assert run.record("broken").error_code == "provider_dropped"


@each_with_agents
def test_an_agent_calls_a_tool_and_answers_with_its_result(run: Run) -> None:
    assert run["agent"] == "Parcel 4711 is in Leeds."
    assert [record.finish_reason for record in run.records("tools", 2)] == ["tool_calls", "stop"]


@each_with_agents
def test_a_stream_tells_its_usage(run: Run) -> None:
    usage = run.record("stream").usage
    assert run["stream"]["usage"] == [usage.input_tokens + usage.output_tokens]


@each_of_python
def test_a_structured_answer_may_be_the_arguments_of_a_tool(run: Run) -> None:
    assert run["schema_by_tool"] == {"topic": QUESTION, "days": 0}
    assert run.record("schema.tool").finish_reason == "tool_calls"


@pytest.mark.parametrize("client", [LANGCHAIN, LLAMAINDEX, VERCEL], ids=lambda client: client.name)
def test_texts_are_embedded_and_paid_for(run: Run) -> None:
    assert run["embedded"] == [1536, 1536]
    assert {(record.outcome, paid(record) > 0) for record in run.records("embedded")} == {(Outcome.OK, True)}


@pytest.mark.parametrize("client", [LANGCHAIN, PYDANTIC_AI, VERCEL], ids=lambda client: client.name)
def test_responses_do_the_same(run: Run) -> None:
    told = run["responses"]
    assert (told["stream"], told["agent"]) == (run["stream"], run["agent"])
    assert told["schema"] == {"topic": ANSWER, "days": 0}
    assert "Standard delivery takes 2 to 4 working days." in told["turns"]
    assert run.record("responses.stream").outcome is Outcome.OK


@pytest.mark.parametrize("client", [PYDANTIC_AI], ids=lambda client: client.name)
def test_an_agent_may_have_to_end_with_a_structured_answer(run: Run) -> None:
    assert run["agent_with_schema"]["days"] == 4711


@pytest.mark.parametrize("client", [LANGCHAIN, INSTRUCTOR, VERCEL], ids=lambda client: client.name)
def test_the_call_and_its_cost_can_be_read(run: Run) -> None:
    record = run.record("ann")
    assert (run["snippet"]["call_id"], run["snippet"]["cost"]) == (str(record.call.id), f"{paid(record).normalize():f}")


@pytest.mark.parametrize("client", [LANGCHAIN, LLAMAINDEX, PYDANTIC_AI], ids=lambda client: client.name)
def test_tags_may_be_in_the_metadata(run: Run) -> None:
    assert run.record("metadata").call.session == "chat-18"


@pytest.mark.parametrize("client", [VERCEL], ids=lambda client: client.name)
class TestVercel:
    def test_openais_own_provider_does_the_same(self, run: Run) -> None:
        assert run["stream_openai"] == run["stream"]
        assert run["stream_agent"] == run["agent"]
        assert run["schema_openai"] == run["schema"]
        assert "broke off in the middle" in run["broken_openai"]["text"]

    def test_its_default_does_so_with_a_provider_that_has_responses(self, run: Run) -> None:
        assert run["responses"]["text"] == ANSWER
        assert (run["responses"]["native"], run["responses"]["native_agent"]) == (run["stream"], run["agent"])
        assert run.record("responses.native").provider == "native"

    def test_a_broken_stream_has_the_reason_error(self, run: Run) -> None:
        assert run["broken_end"]["reason"] == "error"

    def test_a_stream_that_is_cancelled_is_paid_for(self, run: Run) -> None:
        record = run.record("cancelled")
        assert (record.outcome, paid(record) > 0) == (Outcome.CANCELLED, True)
