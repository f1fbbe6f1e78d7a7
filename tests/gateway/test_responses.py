"""`/v1/responses` through the running gateway and OpenAI's client: of providers that have it, and of those that do
not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openai
import pytest
from openai import OpenAI

from costs.records import Outcome
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.responding import ANSWER, BOTH, QUESTION, declare_native, post
from tests.gateway.world import Customer, World, paid

WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": False,
}


@pytest.fixture(scope="module", autouse=True)
def native(declared: World) -> None:
    declare_native(declared)


@pytest.fixture
def client(customer: Customer) -> Iterator[OpenAI]:
    with customer.openai() as client:
        yield client


@contextmanager
def stopped(world: World, customer: Customer, mode: Mode) -> Iterator[Stop]:
    with scope(ALL):
        order = switches.Order(target=Target.of(customer.tenant), reason=Stop.Reason.ANSWERS, mode=mode)
        made = switches.stop(order, by=SYSTEM, at=datetime.now(UTC)).stop
    world.catch_up()
    yield made
    world.lift(made)


@BOTH
def test_an_answer_comes_back_with_its_call_its_model_and_its_exact_cost(
    client: OpenAI, world: World, model: str
) -> None:
    raw = client.responses.with_raw_response.create(model=model, input=QUESTION, instructions="Be kind.")
    response = raw.parse()
    assert response.output_text.startswith(ANSWER)
    assert (response.status, response.instructions, response.model) == ("completed", "Be kind.", "sim-mini")
    usage = response.usage
    assert usage is not None
    exact = (Decimal("0.15") * usage.input_tokens + Decimal("0.60") * usage.output_tokens) / 1_000_000
    assert Decimal(raw.headers["x-aiops-cost-usd"]) == exact > 0
    record = world.record_of(raw.headers["x-aiops-call-id"])
    assert (record.outcome, record.finish_reason, paid(record)) == (Outcome.OK, "stop", exact)
    assert (record.usage.output_tokens, record.estimated) == (usage.output_tokens, False)


def test_both_roads_say_the_same(client: OpenAI) -> None:
    lowered, native = (client.responses.create(model=model, input=QUESTION) for model in ("mini", "native"))
    assert lowered.output_text == native.output_text
    assert lowered.usage == native.usage
    # Only the provider that was asked natively keeps it.
    assert (lowered.to_dict()["store"], native.to_dict()["store"]) == (False, True)


@BOTH
def test_openais_client_reads_the_stream(client: OpenAI, model: str) -> None:
    with client.responses.stream(model=model, input=QUESTION) as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert final.output_text.startswith(ANSWER)
    assert final.usage is not None
    assert final.usage.output_tokens > 0


@BOTH
def test_the_cost_of_a_stream_comes_before_its_last_event(customer: Customer, world: World, model: str) -> None:
    response = post(customer, model=model, stream=True)
    events = response.text.strip().split("\n\n")
    (comment,) = [event for event in events if event.startswith(": ")]
    facts = dict(part.partition("=")[::2] for part in comment.removeprefix(": ").split())
    assert events[-1].startswith("event: response.completed\n")
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert Decimal(facts["x-aiops-cost-usd"]) == paid(record) > 0
    assert (record.outcome, record.finish_reason, record.estimated) == (Outcome.OK, "stop", False)


@BOTH
@pytest.mark.parametrize("is_streamed", [False, True])
def test_tools_are_called_and_answered(client: OpenAI, model: str, is_streamed: bool) -> None:
    asked: Any = [{"role": "user", "content": "Get weather in Paris"}]
    with client.responses.stream(model=model, input=asked, tools=[WEATHER]) as stream:
        streamed = stream.get_final_response().output
    whole = client.responses.create(model=model, input=asked, tools=[WEATHER]).output
    (call,) = streamed if is_streamed else whole
    assert call.type == "function_call"
    assert (call.name, call.arguments) == ("get_weather", '{"city":"Get weather in Paris"}')
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    items: Any = [*asked, call.to_dict(), output]
    again = client.responses.create(model=model, input=items, tools=[WEATHER])
    assert again.output_text


@BOTH
def test_the_calls_of_a_tool_are_on_record(customer: Customer, world: World, model: str) -> None:
    response = post(customer, model=model, tools=[WEATHER], tool_choice="required")
    assert response.json()["output"][0]["type"] == "function_call"
    assert world.record_of(response.headers["x-aiops-call-id"]).finish_reason == "tool_calls"


@pytest.mark.parametrize("is_streamed", [False, True])
def test_where_the_native_one_fails_another_answers_as_a_chat_completion(
    customer: Customer, world: World, is_streamed: bool
) -> None:
    world.fail("sim-tired", "500")
    response = post(customer, model="native-first", stream=is_streamed)
    assert response.headers["x-aiops-model"] == "simulator/sim-large"
    assert response.headers["x-aiops-fallback"] == "native/sim-tired:500"
    assert "30 days" in response.text


def test_what_only_a_native_one_can_goes_to_it(customer: Customer) -> None:
    response = post(customer, model="native-last", previous_response_id="resp_1")
    assert response.headers["x-aiops-model"] == "native/sim-mini"
    assert response.headers["x-aiops-fallback"] == "simulator/sim-mini:unsupported"
    assert response.json()["previous_response_id"] == "resp_1"


def test_what_nobody_can_is_refused(customer: Customer, world: World) -> None:
    before = world.asked()
    response = post(customer, previous_response_id="resp_1")
    assert response.is_error
    assert world.asked() == before


@BOTH
def test_a_provider_that_drops_in_the_middle_makes_the_client_raise(client: OpenAI, world: World, model: str) -> None:
    stream = client.responses.create(
        model=model, input=QUESTION, stream=True, extra_body={"x_simulate": {"fault": "drop"}}
    )
    with pytest.raises(openai.APIError, match="broke off"):
        list(stream)


@BOTH
def test_an_error_is_openais(client: OpenAI, model: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model=model, input=QUESTION, extra_body={"x_simulate": {"fault": "400"}})
    assert caught.value.code == "bad_request"


def test_a_stopped_call_is_refused(client: OpenAI, customer: Customer, world: World) -> None:
    with stopped(world, customer, Mode.REFUSE), pytest.raises(openai.InternalServerError) as caught:
        client.responses.create(model="native", input=QUESTION)
    assert caught.value.type == "kill_switch"


@BOTH
def test_a_stopped_call_may_have_a_canned_answer(client: OpenAI, customer: Customer, world: World, model: str) -> None:
    with stopped(world, customer, Mode.CANNED) as stop:
        response = client.responses.create(model=model, input=QUESTION)
        with client.responses.stream(model=model, input=QUESTION) as stream:
            final = stream.get_final_response()
    assert response.model == final.model == "aiops/canned"
    assert response.output_text == final.output_text != ""
    marks = [(each.model_extra or {})["aiops"]["stop_id"] for each in (response, final)]
    assert marks == [str(stop.pk)] * 2


def test_a_stopped_call_that_wants_json_has_none(customer: Customer, world: World) -> None:
    wanted = {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}}
    with stopped(world, customer, Mode.CANNED):
        response = post(customer, text=wanted)
    assert (response.status_code, response.json()["error"]["mode"]) == (503, "canned")
