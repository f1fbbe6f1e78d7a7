"""What callers get of a stopped call, as OpenAI's client and programs see it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import openai
import pytest

from killswitch import services as switches
from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.targets import Target
from prompts import services as prompts
from prompts.bundle import Bundle
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tenants.services import declare_feature
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
SAFE = "We cannot answer just now."
type StopIt = Callable[[Mode], Stop]


@pytest.fixture
def safe(world: World) -> Iterator[None]:
    """The feature has a safe answer of its own."""
    with scope(ALL):
        declare_feature("answers", name="Answers", safe_answer=SAFE, by=SYSTEM)
    world.catch_up()
    yield
    with scope(ALL):
        declare_feature("answers", name="Answers", by=SYSTEM)
    world.catch_up()


@pytest.fixture
def stop(world: World, customer: Customer) -> StopIt:
    def stop(mode: Mode) -> Stop:
        with scope(ALL):
            order = switches.Order(target=Target.of(customer.tenant), reason=Stop.Reason.ANSWERS, mode=mode)
            made = switches.stop(order, by=SYSTEM, at=datetime.now(UTC)).stop
        world.catch_up()
        return made

    return stop


def test_openais_client_reads_a_canned_answer(customer: Customer, stop: StopIt, safe: None) -> None:
    made = stop(Mode.CANNED)
    with customer.openai() as client:
        raw = client.chat.completions.with_raw_response.create(**CALL)
        answer = raw.parse()
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (SAFE, "stop")
    assert (answer.model, answer.usage and answer.usage.total_tokens) == ("aiops/canned", 0)
    assert answer.model_extra == {"aiops": {"stop_id": str(made.pk), "mode": "canned"}}
    assert (raw.headers["x-aiops-canned"], raw.headers["x-aiops-stop"]) == ("true", str(made.pk))


def test_openais_client_reads_one_that_is_streamed(customer: Customer, stop: StopIt, safe: None) -> None:
    stop(Mode.CANNED)
    with customer.openai() as client:
        options: Any = {"include_usage": True}
        chunks = list(client.chat.completions.create(**CALL, n=2, stream=True, stream_options=options))
    said = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert said == [SAFE, SAFE]
    assert [choice.finish_reason for choice in chunks[1].choices] == ["stop", "stop"]
    assert chunks[-1].usage is not None
    assert {chunk.model for chunk in chunks} == {"aiops/canned"}


def test_openais_client_raises_and_does_not_try_again_when_a_person_takes_over(
    customer: Customer, stop: StopIt
) -> None:
    stop(Mode.HANDOFF)
    with customer.openai() as client, pytest.raises(openai.InternalServerError) as caught:
        client.with_options(max_retries=2).chat.completions.create(**CALL)
    assert caught.value.body["handoff"] is True  # type: ignore[index]  # an object
    assert caught.value.response.headers["x-aiops-handoff"] == "true"


def test_without_a_safe_answer_users_read_what_the_stop_says(customer: Customer, stop: StopIt) -> None:
    made = stop(Mode.CANNED)
    assert customer.post(CALL).json()["choices"][0]["message"]["content"] == made.message


@pytest.mark.parametrize(
    "demand",
    [
        {"response_format": {"type": "json_object"}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}},
        {"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "required"},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"function_call": {"name": "f"}},
        {"modalities": ["text", "audio"]},
        {"sources": []},
    ],
)
@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_call_that_can_take_no_text_is_refused_and_told_the_mode(
    customer: Customer, stop: StopIt, demand: dict[str, Any], is_streamed: bool
) -> None:
    stop(Mode.CANNED)
    answer = customer.post({**CALL, **demand, "stream": is_streamed})
    assert (answer.status_code, answer.json()["error"]["mode"]) == (503, "canned")


@pytest.mark.parametrize("demand", [{"response_format": {"type": "text"}}, {"tools": [], "tool_choice": "auto"}])
def test_one_that_can_is_answered(customer: Customer, stop: StopIt, demand: dict[str, Any]) -> None:
    stop(Mode.CANNED)
    assert customer.post({**CALL, **demand}).headers["x-aiops-canned"] == "true"


@pytest.mark.parametrize(("output", "status"), [({}, 200), ({"schema": {"type": "object"}}, 503)])
def test_its_prompt_may_demand_json_too(
    customer: Customer, world: World, stop: StopIt, output: dict[str, Any], status: int
) -> None:
    name = f"p-{uuid4()}"
    with scope(ALL):
        bundle = Bundle.parse({"messages": [{"role": "system", "content": "Be brief."}], "output": output})
        pushed = prompts.push_version(name, bundle, by=SYSTEM, at=datetime.now(UTC))
        prompts.release(pushed.version, environment="production", by=SYSTEM, at=datetime.now(UTC))
    stop(Mode.CANNED)
    assert customer.post({**CALL, "prompt": name}).status_code == status


def test_a_prompt_that_is_not_there_does_not_hide_the_stop(customer: Customer, stop: StopIt) -> None:
    stop(Mode.CANNED)
    assert customer.post({**CALL, "prompt": "nowhere"}).headers["x-aiops-canned"] == "true"


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_canned_answer_says_that_it_cost_nothing(customer: Customer, stop: StopIt, is_streamed: bool) -> None:
    stop(Mode.CANNED)
    assert customer.post({**CALL, "stream": is_streamed}).headers["x-aiops-cost-usd"] == "0"


def test_a_canned_answer_is_not_kept(customer: Customer, world: World, stop: StopIt) -> None:
    key = {"X-AIOps-Idempotency-Key": str(uuid4())}
    made = stop(Mode.CANNED)
    assert customer.post(CALL, **key).headers["x-aiops-canned"] == "true"
    world.lift(made)
    world.catch_up()
    answer = customer.post(CALL, **key)
    assert (answer.headers["x-aiops-model"], answer.headers.get("x-aiops-replayed")) == ("simulator/sim-mini", None)


def test_of_two_stops_the_stricter_holds(customer: Customer, world: World, stop: StopIt) -> None:
    stop(Mode.CANNED)
    refusing = world.stop(customer.tenant, world.answers)
    world.catch_up()
    assert customer.post(CALL).json()["error"]["stop_id"] == str(refusing.pk)
