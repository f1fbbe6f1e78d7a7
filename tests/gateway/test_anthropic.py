"""A chain across vendors: OpenAI's API first, Anthropic's behind it, through the real client."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openai
import orjson
import pytest

from costs.prices import declare_price
from costs.pricing import PriceList, cost_of
from costs.records import Outcome
from gateway.grounding.policy import Mode, Unverified
from gateway.models import Provider
from gateway.services import Member, declare_chain, declare_grounding, declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.test_complete import ANSWER
from tests.gateway.world import QUESTION, Customer, World, paid

PRICES = {"input": "3", "cached": "0.30", "cache_write": "3.75", "output": "15"}
WEATHER: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
LONG: list[Any] = [{"role": "system", "content": "Be brief. " * 600}, *QUESTION]


@pytest.fixture(autouse=True)
def claude(world: World) -> None:
    """`across`: one of OpenAI's API, then one of Anthropic's; `claude` alone."""
    with scope(ALL):
        declare_provider(
            "anthropic", name="Anthropic", base_url=f"{world.simulator.url}/v1", api_key="sk-ant", simulated=True,
            api=Provider.Api.ANTHROPIC, allow_private=True, by=SYSTEM,
        )  # fmt: skip
        declare_model("claude", provider="anthropic", upstream="claude-sonnet-4-6", by=SYSTEM)
        declare_model("never-forced", provider="anthropic", upstream="claude-sonnet-5-5", by=SYSTEM)
        declare_chain("across", members=[Member("mini"), Member("claude")], by=SYSTEM)
        declare_chain("and-back", members=[Member("claude"), Member("mini")], by=SYSTEM)
        declare_price("anthropic", "claude-sonnet-4-6", PriceList.parse(PRICES), by=SYSTEM, at=datetime.now(UTC))
    world.catch_up()


def text_of(chunks: list[Any]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def check_paid(world: World, call_id: str) -> Any:
    """That the call was counted by the provider's own figures and costs what they cost; its record."""
    record = world.record_of(call_id)
    assert (record.outcome, record.model, record.estimated) == (Outcome.OK, "claude-sonnet-4-6", False)
    assert paid(record) == cost_of(record.usage, PriceList.parse(PRICES)).total > 0
    return record


def test_the_other_vendor_answers_when_the_first_is_limited(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "429", count=1, retry_after=0)
    with customer.openai() as client:
        raw = client.chat.completions.with_raw_response.create(model="across", messages=QUESTION, temperature=0.2)
    completion: Any = raw.parse()
    assert raw.headers["x-aiops-model"] == "anthropic/claude-sonnet-4-6"
    assert raw.headers["x-aiops-fallback"] == "simulator/sim-mini:429"
    assert completion.choices[0].message.content.startswith(ANSWER)
    record = check_paid(world, raw.headers["x-aiops-call-id"])
    usage = completion.usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (record.usage.input_tokens, record.usage.output_tokens)


def test_its_stream_is_one_of_chat_completions(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "429", count=1, retry_after=0)
    asked: Any = {"messages": QUESTION, "stream": True, "stream_options": {"include_usage": True}}
    with customer.openai() as client:
        raw = client.chat.completions.with_raw_response.create(model="across", **asked)
        chunks: list[Any] = list(raw.parse())
    assert text_of(chunks).startswith(ANSWER)
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    record = check_paid(world, raw.headers["x-aiops-call-id"])
    assert (chunks[-1].usage.prompt_tokens, record.finish_reason) == (record.usage.input_tokens, "stop")


def test_its_stream_ends_as_all_do(customer: Customer) -> None:
    events = customer.post({"model": "claude", "messages": QUESTION, "stream": True}).text.strip().split("\n\n")
    assert events[-1] == "data: [DONE]"
    assert "x-aiops-cost-usd=" in events[-2]
    assert [event for event in events if event.startswith("event:")] == []


@pytest.mark.parametrize("stream", [False, True])
def test_tools_go_there_and_back(customer: Customer, world: World, stream: bool) -> None:
    world.fail("sim-mini", "500", count=2)
    asked: Any = {"model": "across", "messages": QUESTION, "tools": [WEATHER], "tool_choice": "required"}
    with customer.openai() as client:
        if_streamed = client.chat.completions.stream(**asked) if stream else None
        called = _final(if_streamed) if if_streamed else client.chat.completions.create(**asked).choices[0]
        call = called.message.tool_calls[0]
        assert (called.finish_reason, call.function.name) == ("tool_calls", "weather")
        said = called.message.model_dump(exclude_none=True, exclude={"parsed"})
        result: Any = {"role": "tool", "tool_call_id": call.id, "content": "Rain"}
        messages: Any = [*QUESTION, said, result]
        answer = client.chat.completions.create(model="across", messages=messages, tools=[WEATHER])
    assert orjson.loads(call.function.arguments).keys() == {"city"}
    assert answer.model == "claude-sonnet-4-6"
    assert answer.choices[0].message.content


def _final(manager: Any) -> Any:
    with manager as stream:
        return stream.get_final_completion().choices[0]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("cached", "read"), [(0.0, False), (1.0, True)])
def test_what_is_cached_costs_what_the_cache_costs(
    customer: Customer, world: World, cached: float, read: bool, stream: bool
) -> None:
    body = {"model": "claude", "messages": LONG, "stream": stream, "x_simulate": {"cached": cached}}
    record = check_paid(world, customer.post(body).headers["x-aiops-call-id"])
    assert (record.usage.cached_tokens > 1_000, record.usage.cache_write_tokens > 1_000) == (read, not read)
    assert record.usage.input_tokens > record.usage.cached_tokens + record.usage.cache_write_tokens


@pytest.mark.parametrize("fault", ["429", "500", "529", "invalid_json"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_first_vendor_answers_when_the_other_fails(
    customer: Customer, world: World, fault: str, stream: bool
) -> None:
    world.fail("claude-sonnet-4-6", fault, count=1, retry_after=0)
    response = customer.post({"model": "and-back", "messages": QUESTION, "stream": stream})
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
    assert response.headers["x-aiops-fallback"] == f"anthropic/claude-sonnet-4-6:{fault}"


@pytest.mark.parametrize("fault", ["drop", "error_event"])
def test_a_stream_that_fails_on_its_way_ends_in_an_error(customer: Customer, world: World, fault: str) -> None:
    # So slowly that its first words are out before it fails: until then, the next model would answer.
    world.fail("claude-sonnet-4-6", fault, count=1, chunks=20, chunk_delay_ms=20)
    with customer.openai() as client, pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="and-back", messages=QUESTION, stream=True))


@pytest.mark.parametrize(
    ("model", "fault", "pace"),
    [("claude", "drop", {"chunks": 20, "chunk_delay_ms": 20}), ("and-back", "error_event", {"chunks": 1})],
)
def test_what_it_says_it_read_is_paid_for_though_its_stream_breaks_off(
    customer: Customer, world: World, model: str, fault: str, pace: dict[str, int]
) -> None:
    """Also when nothing of it goes out, and another model answers."""
    asked = {"messages": LONG, "stream": True}
    whole = world.record_of(customer.post({**asked, "model": "claude"}).headers["x-aiops-call-id"])
    world.fail("claude-sonnet-4-6", fault, count=1, **pace)
    broken = world.record_of(customer.post({**asked, "model": model}).headers["x-aiops-call-id"])
    first = broken.hops[0].bill
    read = first.input_tokens if first else broken.usage.input_tokens
    assert broken.estimated
    assert read == whole.usage.input_tokens > whole.usage.cache_write_tokens > 1_000
    assert paid(broken) > cost_of(whole.usage._replace(output_tokens=0), PriceList.parse(PRICES)).total


def test_one_that_fails_before_its_first_words_are_out_is_made_good(customer: Customer, world: World) -> None:
    world.fail("claude-sonnet-4-6", "error_event", count=1, chunks=1)
    response = customer.post({"model": "and-back", "messages": QUESTION, "stream": True})
    assert response.headers["x-aiops-fallback"] == "anthropic/claude-sonnet-4-6:error_event"


def test_what_it_cannot_do_another_does(customer: Customer) -> None:
    response = customer.post({"model": "and-back", "messages": QUESTION, "logprobs": True})
    assert response.headers["x-aiops-fallback"] == "anthropic/claude-sonnet-4-6:unsupported"
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"


@pytest.mark.parametrize(
    ("messages", "why"),
    [([*QUESTION, 5], "messages[1] that is number"), ([{"role": "user", "content": {}}], "messages[0]: content that")],
)
def test_messages_that_are_none_are_refused_unasked(
    customer: Customer, world: World, messages: list[Any], why: str
) -> None:
    before = world.asked()
    response = customer.post({"model": "claude", "messages": messages})
    assert (response.status_code, world.asked()) == (400, before)
    assert why in response.json()["error"]["message"]
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (paid(record), record.usage.input_tokens) == (Decimal(0), 0)


def test_a_wrong_key_is_the_operators(customer: Customer, world: World) -> None:
    world.fail("claude-sonnet-4-6", "401", count=1)
    with customer.openai() as client, pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model="claude", messages=QUESTION)
    error: Any = caught.value.body
    assert (error["code"], error["type"]) == ("provider_key_refused", "provider_error")


def test_an_answer_of_a_shape_comes_as_text(customer: Customer) -> None:
    schema = {"type": "object", "properties": {"answer": {"type": "string"}, "sure": {"type": "number"}}}
    shape = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    response = customer.post({"model": "claude", "messages": QUESTION, "response_format": shape})
    said = response.json()["choices"][0]["message"]["content"]
    assert orjson.loads(said).keys() == {"answer", "sure"}


def test_grounded_answers_come_from_there_as_well(customer: Customer, world: World) -> None:
    with scope(ALL):
        declare_grounding(
            world.answers, mode=Mode.ENFORCE, min_confidence=Decimal(0), unverified=Unverified.DROP, by=SYSTEM
        )
    world.catch_up()
    text = "You can send a parcel back within 30 days of delivery."
    response = customer.post({"model": "claude", "messages": QUESTION, "sources": [{"id": "kb-7", "text": text}]})
    with scope(ALL):
        declare_grounding(
            world.answers, mode=Mode.OFF, min_confidence=Decimal(0), unverified=Unverified.DROP, by=SYSTEM
        )
    world.catch_up()
    assert response.headers["x-aiops-grounding"] == "verified"
    assert response.json()["grounding"]["claims"][0]["quotes"][0]["source_id"] == "kb-7"
    check_paid(world, response.headers["x-aiops-call-id"])


def test_a_field_that_holds_another_thing_goes_to_who_takes_it(customer: Customer) -> None:
    tool = {"type": "function", "function": {"name": "find", "strict": True, "parameters": {"type": {}}}}
    response = customer.post({"model": "and-back", "messages": QUESTION, "tools": [tool]})
    assert response.headers["x-aiops-fallback"] == "anthropic/claude-sonnet-4-6:unsupported"
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
