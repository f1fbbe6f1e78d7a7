"""Answers from sources, through the real gateway and the real client."""

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from costs.grounding import Source
from costs.records import Outcome
from tests.gateway.grounding.conftest import SOURCES, Demand, body
from tests.gateway.processes import until
from tests.gateway.world import Customer, World, paid

KEPT = "You can send a parcel back within 30 days of delivery."


@pytest.mark.parametrize(("mode", "word"), [("enforce", "verified"), ("annotate", "annotated")])
def test_an_answer_comes_as_plain_text_with_the_quotes_that_it_stands_on(
    customer: Customer, world: World, demand: Demand, mode: str, word: str
) -> None:
    demand(mode)
    asked = body()
    with customer.openai() as client:
        raw = client.chat.completions.with_raw_response.create(
            model="mini", messages=asked["messages"], extra_body={"sources": SOURCES}
        )
    completion: Any = raw.parse()
    assert completion.choices[0].message.content.replace("  ", " ").startswith(KEPT)
    assert completion.choices[0].message.refusal is None
    assert raw.headers["x-aiops-grounding"] == word
    told = completion.grounding
    assert (told["mode"], told["refused"], told["reason"], told["missing"]) == (mode, False, None, "")
    quote = told["claims"][0]["quotes"][0]
    assert (quote["source_id"], quote["match"]) == ("kb-7", "exact")
    assert (
        SOURCES[0]["text"][quote["start"] : quote["end"]] == "You can send a parcel  back within 30 days of delivery."
    )
    assert told["counts"]["exact"] == len(told["claims"]) == 2
    record = world.record_of(raw.headers["x-aiops-call-id"])
    assert record.grounding is not None
    assert record.grounding[1:7] == (2, 0, 0, 0, 2, 1)
    assert record.grounding.confidence == Decimal(str(told["confidence"]))
    assert record.grounding.sources == (Source("kb-7", 22, True), Source("kb-9", 15, False))
    assert (record.grounding.retrieved_tokens, record.grounding.uncited_tokens) == (37, 15)
    kept = [(quote.claim, quote.source, quote.start, quote.end, quote.match) for quote in record.grounding.quotes or ()]
    assert kept == [
        (number, quote["source_id"], quote["start"], quote["end"], quote["match"])
        for number, claim in enumerate(told["claims"], 1)
        for quote in claim["quotes"]
    ]
    assert len(kept) == 2
    assert (record.outcome, record.grounding.refusal) == (Outcome.OK, "")


def test_what_the_sources_do_not_answer_is_refused_by_type_and_in_words(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("enforce")
    response = customer.post(body("Who won the world cup of 1974?"))
    answer = response.json()
    message = answer["choices"][0]["message"]
    assert response.status_code == 200
    assert response.headers["x-aiops-grounding"] == "refused"
    assert message["content"] == message["refusal"] == "The sources do not answer this."
    told = answer["grounding"]
    assert (told["refused"], told["reason"], told["claims"]) == (True, "model_refused", [])
    assert "world cup" in told["missing"]
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert record.grounding is not None
    assert (record.outcome, record.grounding.refusal) == (Outcome.OK, "model_refused")


def test_an_answer_that_is_not_sure_enough_is_refused(customer: Customer, world: World, demand: Demand) -> None:
    demand("enforce", "0.5")
    world.fail("sim-mini", "low_confidence")
    before = world.asked()
    told = customer.post(body()).json()["grounding"]
    assert (told["refused"], told["reason"], told["confidence"]) == (True, "low_confidence", 0.2)
    assert world.asked() == before + 1


def test_annotating_tells_what_enforcing_would_refuse_and_refuses_nothing(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("annotate", "0.5")
    world.fail("sim-mini", "low_confidence")
    answer = customer.post(body()).json()
    told = answer["grounding"]
    assert (told["refused"], told["reason"], answer["choices"][0]["message"]["refusal"]) == (
        False, "low_confidence", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "hop"),
    [("fabricated_quote", "unverified"), ("wrong_source", "unverified"), ("unreadable_answer", "invalid_answer")],
)
def test_a_reply_that_fails_is_repaired_once_and_both_are_paid_for(
    customer: Customer, world: World, demand: Demand, fault: str, hop: str
) -> None:
    demand("enforce")
    world.fail("sim-mini", fault, count=1)
    response = customer.post(body())
    answer = response.json()
    assert answer["grounding"]["counts"]["exact"] == 2
    assert response.headers["x-aiops-grounding"] == "verified"
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert [(each.status, each.reason) for each in record.hops] == [(200, hop), (200, "")]
    usage = answer["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (
        record.usage.input_tokens, record.usage.output_tokens,
    )  # fmt: skip
    exact = (Decimal("0.15") * usage["prompt_tokens"] + Decimal("0.60") * usage["completion_tokens"]) / 1_000_000
    assert paid(record) == exact == Decimal(response.headers["x-aiops-cost-usd"])
    plain = customer.post(body()).json()["usage"]
    assert usage["prompt_tokens"] > 2 * plain["prompt_tokens"]
    assert not record.estimated


@pytest.mark.parametrize(
    ("fault", "reason", "field"),
    [
        ("fabricated_quote", "unverified", "fabricated"),
        ("wrong_source", "unverified", "wrong_source"),
        ("unreadable_answer", "invalid_answer", "exact"),
    ],
)
def test_what_fails_again_is_refused_when_enforced(
    customer: Customer, world: World, demand: Demand, fault: str, reason: str, field: str
) -> None:
    demand("enforce")
    world.fail("sim-mini", fault)
    before = world.asked()
    response = customer.post(body())
    told = response.json()["grounding"]
    assert (told["refused"], told["reason"], told["claims"]) == (True, reason, [])
    assert world.asked() == before + 2
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert record.grounding is not None
    assert record.grounding.refusal == reason
    assert told["counts"][field] == getattr(record.grounding, field) == (0 if field == "exact" else 2)
    assert record.grounding.uncited_tokens == record.grounding.retrieved_tokens == 37


@pytest.mark.parametrize(("fault", "match"), [("fabricated_quote", "fabricated"), ("wrong_source", "wrong_source")])
def test_what_fails_again_passes_marked_when_annotated(
    customer: Customer, world: World, demand: Demand, fault: str, match: str
) -> None:
    demand("annotate")
    world.fail("sim-mini", fault)
    answer = customer.post(body()).json()
    assert answer["choices"][0]["message"]["content"].replace("  ", " ").startswith(KEPT)
    quotes = [quote for claim in answer["grounding"]["claims"] for quote in claim["quotes"]]
    assert {(quote["match"], quote["start"]) for quote in quotes} == {(match, None)}
    assert answer["grounding"]["reason"] == "unverified"


def test_a_repair_that_no_model_answers_leaves_the_first_reply_and_its_price(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("annotate")
    world.fail("sim-mini", "fabricated_quote", count=1)
    world.fail("*", "503")
    response = customer.post(body())
    assert (response.status_code, response.json()["grounding"]["reason"]) == (200, "unverified")
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert [(each.status, each.reason) for each in record.hops] == [(200, "unverified"), (503, "503")]
    usage = response.json()["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (
        record.usage.input_tokens,
        record.usage.output_tokens,
    )
    assert record.fallback is False


def test_of_two_replies_the_better_one_is_given_and_both_are_paid_for(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("annotate")
    world.fail("sim-mini", "fabricated_quote", count=1)
    world.fail("*", "unreadable_answer")
    response = customer.post(body())
    answer = response.json()
    assert (answer["grounding"]["reason"], answer["grounding"]["counts"]["fabricated"]) == ("unverified", 2)
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert answer["usage"]["prompt_tokens"] == record.usage.input_tokens
    exact = Decimal("0.15") * record.usage.input_tokens + Decimal("0.60") * record.usage.output_tokens
    assert paid(record) == exact / 1_000_000
    assert [each.reason for each in record.hops] == ["unverified", ""]


def test_a_stream_is_held_until_it_is_checked_and_then_is_one(customer: Customer, world: World, demand: Demand) -> None:
    demand("enforce")
    asked = body()
    with customer.openai() as client:
        chunks: list[Any] = list(
            client.chat.completions.create(
                model="mini",
                messages=asked["messages"],
                extra_body={"sources": SOURCES},
                stream=True,
                stream_options={"include_usage": True},
            )
        )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text.replace("  ", " ").startswith(KEPT)
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices] == [None, "stop"]
    assert chunks[1].grounding["counts"]["exact"] == 2
    assert chunks[-1].usage.completion_tokens > 0


def test_a_stream_ends_with_its_cost_and_its_record_says_that_it_was_one(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("enforce")
    world.fail("sim-mini", "fabricated_quote")
    response = customer.post(body(stream=True))
    assert response.headers["content-type"].startswith("text/event-stream")
    said, last, comment, done = response.text.strip().split("\n\n")
    assert done == "data: [DONE]"
    delta = json.loads(said.removeprefix("data: "))["choices"][0]["delta"]
    assert delta["content"] == delta["refusal"] == "No answer could be confirmed in the sources."
    assert json.loads(last.removeprefix("data: "))["grounding"]["reason"] == "unverified"
    facts = dict(part.partition("=")[::2] for part in comment.removeprefix(": ").split())
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert record.call.streamed
    assert record.first_chunk_ms is not None
    assert Decimal(facts["x-aiops-cost-usd"]) == paid(record)
    assert facts["x-aiops-grounding"] == response.headers["x-aiops-grounding"] == "refused"


def test_an_idempotency_key_replays_the_answer_with_its_grounding(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("enforce")
    first = customer.post(body(), **{"X-AIOps-Idempotency-Key": "k-1"})
    again = customer.post(body(), **{"X-AIOps-Idempotency-Key": "k-1"})
    assert again.headers["x-aiops-replayed"] == "true"
    assert (again.content, again.headers["x-aiops-grounding"]) == (first.content, "verified")


def test_a_fallback_answers_grounded_as_the_first_would(customer: Customer, world: World, demand: Demand) -> None:
    demand("enforce")
    world.fail("sim-mini", "503")
    response = customer.post(body(model="default"))
    assert response.headers["x-aiops-model"] == "simulator/sim-large"
    assert response.json()["grounding"]["counts"]["exact"] == 2


def test_a_stopped_feature_is_refused_before_its_sources_are_looked_at(
    customer: Customer, world: World, demand: Demand
) -> None:
    demand("enforce")
    stop = world.stop(customer.tenant)
    world.catch_up()
    assert customer.post(body(sources="nonsense")).status_code == 503
    world.lift(stop)
    world.catch_up()


def test_a_stop_cuts_a_repair_and_what_was_used_is_on_record(customer: Customer, world: World, demand: Demand) -> None:
    demand("enforce")
    world.fail("sim-mini", "fabricated_quote", count=1)
    world.fail("*", "timeout")
    with ThreadPoolExecutor(1) as pool:
        before = world.asked()
        calling = pool.submit(customer.post, body())
        until(lambda: world.asked() == before + 2)
        stop = world.stop(customer.tenant)
        response = calling.result()
    assert (response.status_code, response.json()["error"]["type"]) == (503, "kill_switch")
    assert "x-aiops-grounding" not in response.headers
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert record.outcome == Outcome.STOPPED
    assert record.usage.output_tokens > 0
    assert paid(record) > 0
    assert record.grounding is not None
    assert (record.grounding.sources_given, record.grounding.exact, record.grounding.refusal) == (2, 0, "")
    world.lift(stop)
    world.catch_up()
