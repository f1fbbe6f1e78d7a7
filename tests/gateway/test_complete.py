"""Calls that succeed, through the real client."""

from decimal import Decimal
from typing import Any

import openai
import pytest

from costs.records import Outcome, PriceMatch
from tests.gateway.world import QUESTION, Customer, World, paid

ANSWER = "You can send a parcel back within 30 days of delivery."
STREAM: dict[str, Any] = {"messages": QUESTION, "stream": True}


def test_an_answer_comes_back_with_its_call_its_model_and_its_exact_cost(customer: Customer, world: World) -> None:
    with customer.openai() as client:
        raw = client.chat.completions.with_raw_response.create(model="mini", messages=QUESTION)
    completion: Any = raw.parse()
    assert completion.choices[0].message.content.startswith(ANSWER)
    usage = completion.usage
    exact = (Decimal("0.15") * usage.prompt_tokens + Decimal("0.60") * usage.completion_tokens) / 1_000_000
    assert Decimal(raw.headers["x-aiops-cost-usd"]) == exact
    assert raw.headers["x-aiops-model"] == "simulator/sim-mini"
    assert "x-aiops-fallback" not in raw.headers
    record = world.record_of(raw.headers["x-aiops-call-id"])
    assert (record.outcome, paid(record), record.call.user) == (Outcome.OK, exact, "ann@customer.example")
    assert (record.call.tenant, record.call.model_asked, record.call.simulated) == (customer.tenant.pk, "mini", True)
    assert (record.usage.input_tokens, record.usage.output_tokens) == (usage.prompt_tokens, usage.completion_tokens)


def test_a_streamed_answer_is_whole_and_its_cost_comes_before_its_end(customer: Customer, world: World) -> None:
    response = customer.post({"model": "mini", **STREAM})
    *_, comment, done = response.text.strip().split("\n\n")
    facts = dict(part.partition("=")[::2] for part in comment.removeprefix(": ").split())
    assert done == "data: [DONE]"
    assert facts["x-aiops-call-id"] == response.headers["x-aiops-call-id"]
    assert facts["x-aiops-model"] == response.headers["x-aiops-model"] == "simulator/sim-mini"
    record = world.record_of(facts["x-aiops-call-id"])
    assert (record.outcome, record.finish_reason, record.estimated) == (Outcome.OK, "stop", False)
    assert Decimal(facts["x-aiops-cost-usd"]) == paid(record) > 0
    assert record.call.streamed
    assert record.first_chunk_ms is not None


def test_the_client_reads_the_stream_and_its_usage(customer: Customer) -> None:
    with customer.openai() as client:
        asked = {**STREAM, "stream_options": {"include_usage": True}}
        chunks: list[Any] = list(client.chat.completions.create(model="mini", **asked))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text.startswith(ANSWER)
    assert chunks[-1].usage.completion_tokens > 0


def test_usage_that_was_not_asked_for_does_not_reach_the_caller(customer: Customer) -> None:
    with customer.openai() as client:
        chunks = list(client.chat.completions.create(model="mini", **STREAM))
    assert [chunk for chunk in chunks if not chunk.choices or chunk.usage] == []


def test_an_unpriced_answer_has_no_cost_rather_than_none_of_it(customer: Customer, world: World) -> None:
    response = customer.post({"model": "free", "messages": QUESTION})
    assert response.is_success
    assert "x-aiops-cost-usd" not in response.headers
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.cost, record.price_match) == (None, PriceMatch.UNPRICED)


def test_unknown_fields_pass_both_ways(customer: Customer) -> None:
    body = {"model": "mini", "messages": QUESTION, "x_simulate": {"fault": "drifted_model"}}
    answered = customer.post(body).json()
    assert answered["model"] == "sim-mini-drifted"
    assert answered["system_fingerprint"] == "fp_simulator"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"metadata": {"feature": "answers", "user": "u7", "session": "s9"}}, {}),
        ({"metadata": {"feature": "answers"}, "user": "u7"}, {"X-AIOps-Session": "s9"}),
        ({"safety_identifier": "u7", "user": "somebody"}, {"X-AIOps-Feature": "answers", "X-AIOps-Session": "s9"}),
    ],
)
def test_tags_come_by_header_or_body(
    customer: Customer, world: World, body: dict[str, Any], headers: dict[str, str]
) -> None:
    untagged = {"X-AIOps-Feature": "", "X-AIOps-User": ""}
    response = customer.post({"model": "mini", "messages": QUESTION, **body}, **{**untagged, **headers})
    call = world.record_of(response.headers["x-aiops-call-id"]).call
    assert (call.feature, call.user, call.session) == (world.answers.pk, "u7", "s9")


def test_a_key_of_one_feature_needs_no_feature_tag(world: World) -> None:
    customer = world.customer(feature=world.drafts)
    response = customer.post({"model": "mini", "messages": QUESTION}, **{"X-AIOps-Feature": ""})
    assert world.record_of(response.headers["x-aiops-call-id"]).call.feature == world.drafts.pk


def test_a_key_lists_what_its_tenant_may_use(world: World) -> None:
    with world.customer(allowed_models=["mini", "default", "gone"]).openai() as client:
        assert {model.id: model.owned_by for model in client.models.list()} == {
            "mini": "simulator",
            "default": "chain",
            "aiops-default": "chain",
        }


def test_a_client_asks_of_one_model(world: World) -> None:
    with world.customer(allowed_models=["mini", "default"]).openai() as client:
        assert (client.models.retrieve("mini").owned_by, client.models.retrieve("aiops-default").owned_by) == (
            "simulator",
            "chain",
        )
        with pytest.raises(openai.NotFoundError, match="This key may use: default, mini"):
            client.models.retrieve("large")
