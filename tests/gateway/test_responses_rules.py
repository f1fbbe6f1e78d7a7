"""What holds for every call holds for `/v1/responses`: budgets, sources, prompts, kept answers, tags."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from openai import OpenAI

from gateway.grounding.policy import Mode as Grounding
from gateway.services import declare_caching, declare_grounding
from prompts import services as prompts
from prompts.bundle import Bundle
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.factories import make_feature
from tests.gateway.responding import ANSWER, BOTH, QUESTION, declare_native, limit, post
from tests.gateway.world import Customer, World

SOURCES = [{"id": "kb-7", "text": "You can send a parcel back within 30 days of delivery."}]


@pytest.fixture(scope="module", autouse=True)
def native(declared: World) -> None:
    declare_native(declared)


@pytest.fixture
def client(customer: Customer) -> Iterator[OpenAI]:
    with customer.openai() as client:
        yield client


@BOTH
def test_a_hard_budget_bounds_the_answer(customer: Customer, world: World, model: str) -> None:
    limit(world, customer)
    assert post(customer, model=model, max_output_tokens=50).is_success
    assert post(customer, model=model).is_success
    odd = post(customer, model=model, max_output_tokens="many")
    assert (odd.status_code, odd.json()["error"]["code"]) == (400, "invalid_body")
    assert "max_output_tokens" in odd.json()["error"]["message"]


def test_a_native_call_under_a_hard_budget_is_sent_with_a_bound(customer: Customer, world: World) -> None:
    limit(world, customer)
    # The simulator repeats what it was sent.
    assert post(customer, model="native").json()["max_output_tokens"] > 0


@BOTH
def test_what_would_be_answered_later_is_refused_in_the_same_words_everywhere(
    customer: Customer, world: World, model: str
) -> None:
    before, freely = world.asked(), post(customer, model=model, background=True)
    limit(world, customer)
    bound = post(customer, model=model, background=True)
    assert {(each.status_code, each.json()["error"]["code"]) for each in (freely, bound)} == {(400, "invalid_body")}
    assert freely.json()["error"]["message"] == bound.json()["error"]["message"]
    assert "answered later does not pass through this gateway" in freely.json()["error"]["message"]
    assert world.asked() == before


@pytest.mark.parametrize(
    "body",
    [{"previous_response_id": "resp_1"}, {"tools": [{"type": "web_search"}]}, {"prompt": {"id": "pmpt_1"}}],
)
def test_what_costs_nobody_knows_what_is_not_asked_under_a_hard_budget(
    customer: Customer, world: World, body: dict[str, Any]
) -> None:
    limit(world, customer)
    before = world.asked()
    refused = post(customer, model="native", **body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_body")
    assert "only the provider knows" in refused.json()["error"]["message"]
    assert world.asked() == before


@BOTH
def test_an_answer_that_is_kept_names_nobody_else(world: World, model: str) -> None:
    with scope(ALL):
        feature = make_feature(f"kept-{model}")
        declare_caching(feature, seconds=600, by=SYSTEM)
    world.catch_up()
    customer = world.customer()
    asked = {"model": model, "feature": feature.slug}
    answers = [post(customer, user=user, **asked) for user in ("ann", "ben", "ann")]
    assert [each.headers["x-aiops-cache"] for each in answers] == ["miss", "miss", "hit"]
    assert [each.json()["user"] for each in answers] == ["ann", "ben", "ann"]


@BOTH
@pytest.mark.parametrize("is_streamed", [False, True])
def test_an_answer_may_have_to_stand_on_sources(client: OpenAI, world: World, model: str, is_streamed: bool) -> None:
    with scope(ALL):
        declare_grounding(world.drafts, mode=Grounding.ENFORCE, by=SYSTEM)
    world.catch_up()
    drafts = client.with_options(default_headers={"X-AIOps-Feature": "drafts"})
    asked: Any = {"model": model, "input": QUESTION, "extra_body": {"sources": SOURCES}}
    with drafts.responses.stream(**asked) as stream:
        streamed = stream.get_final_response()
    response = streamed if is_streamed else drafts.responses.create(**asked)
    assert response.output_text == ANSWER
    told = (response.model_extra or {})["grounding"]
    assert (told["mode"], told["counts"]["exact"]) == ("enforce", 1)


@BOTH
def test_a_prompt_of_ours_is_rendered(client: OpenAI, customer: Customer, world: World, model: str) -> None:
    name = f"signed-{model}"
    with scope(ALL):
        text = 'Close with "{{ words }}".'
        bundle = Bundle.parse(
            {"messages": [{"role": "system", "content": text}], "variables": {"words": {"type": "string"}}}
        )
        pushed = prompts.push_version(name, bundle, by=SYSTEM, at=datetime.now(UTC))
        prompts.release(pushed.version, environment="production", by=SYSTEM, at=datetime.now(UTC))
    world.catch_up()
    prompt = {"name": name, "variables": {"words": "Yours, Larkfield"}}
    response = client.responses.create(model=model, input=QUESTION, extra_body={"prompt": prompt})
    assert response.output_text.endswith("Yours, Larkfield")


def test_a_prompt_that_openai_keeps_is_for_a_native_one(customer: Customer) -> None:
    assert post(customer, model="native-last", prompt={"id": "pmpt_1"}).headers["x-aiops-model"] == "native/sim-mini"


@BOTH
def test_tags_are_not_sent_on(customer: Customer, model: str) -> None:
    body = {"metadata": {"user": "ann", "feature": "answers", "order": "17"}}
    assert post(customer, model=model, **body).json()["metadata"].get("order") == "17"
