"""`/v1/embeddings` through the running gateway and OpenAI's client."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openai
import pytest
from openai import OpenAI

from costs.records import Outcome
from tests.gateway.processes import HTTP
from tests.gateway.world import Customer, World, paid


@pytest.fixture
def client(customer: Customer) -> Iterator[OpenAI]:
    with customer.openai() as client:
        yield client


def post(customer: Customer, **body: Any) -> Any:
    tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": "ann@customer.example"}
    headers = {"Authorization": f"Bearer {customer.key}", **tags}
    asked = {"model": "mini", "input": "one", **body}
    return HTTP.post(f"{customer.gateway.url}/v1/embeddings", headers=headers, json=asked)


def test_a_text_is_embedded_and_paid_for(client: OpenAI, world: World) -> None:
    raw = client.embeddings.with_raw_response.create(model="mini", input=["one", "two"], dimensions=8)
    made = raw.parse()
    assert [len(each.embedding) for each in made.data] == [8, 8]
    exact = Decimal("0.15") * made.usage.prompt_tokens / 1_000_000
    assert Decimal(raw.headers["x-aiops-cost-usd"]) == exact > 0
    record = world.record_of(raw.headers["x-aiops-call-id"])
    assert (record.outcome, paid(record), record.usage.output_tokens) == (Outcome.OK, exact, 0)
    assert record.usage.input_tokens == made.usage.prompt_tokens


def test_vectors_pass_packed_as_the_provider_sent_them(customer: Customer) -> None:
    packed = post(customer, encoding_format="base64").json()["data"][0]["embedding"]
    assert isinstance(packed, str)


def test_where_one_fails_another_embeds(customer: Customer, world: World) -> None:
    world.fail("sim-tired", "500")
    response = post(customer, model="tired-first")
    assert response.headers["x-aiops-fallback"] == "simulator/sim-tired:500"
    assert response.json()["model"] == "sim-large"


def test_what_cannot_be_embedded_is_said_by_the_provider(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="mini", input=[])


def test_there_is_no_stream_of_it(customer: Customer) -> None:
    response = post(customer, stream=True)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_body")


def test_it_takes_no_sources(customer: Customer, world: World) -> None:
    before = world.asked()
    response = post(customer, sources=[{"id": "a", "text": "b"}])
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_sources")
    assert "leave sources out" in response.json()["error"]["message"]
    assert world.asked() == before


def test_a_stopped_call_embeds_nothing(customer: Customer, world: World) -> None:
    stop = world.stop(customer.tenant)
    world.catch_up()
    before = world.asked()
    refused = post(customer)
    world.lift(stop)
    assert (refused.status_code, refused.json()["error"]["type"]) == (503, "kill_switch")
    assert world.asked() == before
