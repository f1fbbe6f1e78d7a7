"""What is reserved for a call: never less than it can cost."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from costs.budgeting.entries import Entry
from costs.budgeting.limits import Counter, HardBudget
from costs.budgeting.money import usd
from costs.pricing import PriceList
from gateway.call import Call
from gateway.config import Api, Config, Member, Price, Route
from gateway.errors import NoPriceToHold
from gateway.steps.budgeting import entry_of
from tests.gateway.factories import admit, make_call, make_config, make_model

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
COUNTERS: list[Counter] = [HardBudget(UUID(int=4), None, None, "day", 10**9, "Everything", NOW).counter(NOW)]
BOUND = 1000


def priced(slug: str, **prices: Any) -> Any:
    return make_model(slug, prices=(Price(UUID(int=7), 0, PriceList.parse(prices)),))


CHEAP, DEAR = priced("cheap", input="1", output="2"), priced("dear", input="10", output="20")
TIERED = priced("tiered", input={"base": "1", "tiers": [[2000, "4"]]}, output="0")


def call_of(*members: Member, **body: Any) -> Call:
    config: Config = make_config(*(member.model for member in members))
    routes = {**config.routes, "chain": Route("chain", members, "chain")}
    sent = {"model": "chain", "messages": [{"role": "user", "content": "Hello"}], **body}
    call = make_call(sent, config=replace(config, routes=routes), x_aiops_feature="answers", x_aiops_user="u")
    return admit(call)


def reserved(*members: Member, **body: Any) -> Decimal:
    return usd(entry(*members, **body).amount)


def entry(*members: Member, **body: Any) -> Entry:
    return entry_of(call_of(*members, **body), COUNTERS, output_tokens=BOUND)


def test_it_is_the_question_and_the_longest_answer() -> None:
    found = reserved(Member(CHEAP))
    assert Decimal("0.002") < found < Decimal("0.003")
    longer = reserved(Member(CHEAP), max_tokens=2 * BOUND)
    assert Decimal("0.0019") < longer - found < Decimal("0.0021")


def test_the_dearest_of_the_chain_is_held() -> None:
    """Whoever falls back onto it pays it."""
    assert reserved(Member(CHEAP), Member(DEAR)) > reserved(Member(DEAR)) > 5 * reserved(Member(CHEAP))


def test_every_attempt_may_be_on_a_bill() -> None:
    once, thrice = entry(Member(CHEAP)), entry(Member(CHEAP, attempts=3))
    assert thrice.amount == once.amount + 2 * once.floor


def test_one_who_tells_what_it_read_may_have_read_more_than_we_estimate() -> None:
    told = make_model("claude", prices=CHEAP.prices, api=Api.ANTHROPIC)
    once, twice = entry(Member(told)), entry(Member(told, attempts=2))
    assert twice.amount - once.amount > 100 * once.floor


def test_if_its_gateway_dies_it_counts_for_its_question_at_the_first() -> None:
    call = call_of(Member(CHEAP), Member(DEAR))
    assert usd(entry_of(call, COUNTERS, output_tokens=BOUND).floor) == Decimal(-(-call.size // 4)) / 1_000_000


def test_a_long_question_reaches_the_dearer_tier() -> None:
    long = [{"role": "user", "content": "x" * 3000}]
    assert reserved(Member(TIERED), messages=long) > 4 * Decimal("0.003")


def test_a_picture_counts_for_more_than_its_address() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
    content = [{"type": "text", "text": "What is it?"}, picture]
    assert reserved(Member(CHEAP), messages=[{"role": "user", "content": content}]) > Decimal("0.05")
    sent = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 300_000}}
    found = reserved(Member(CHEAP), messages=[{"role": "user", "content": [sent]}])
    assert found < Decimal("0.06") + Decimal(300_000) / 4 / 1_000_000


def test_several_answers_are_several_times_the_longest() -> None:
    assert reserved(Member(CHEAP), n=5) > 5 * Decimal("0.002")


def test_one_model_without_a_price_is_one_too_many() -> None:
    with pytest.raises(NoPriceToHold, match="model free has no price"):
        entry(Member(CHEAP), Member(make_model("free", prices=())))


def test_a_call_without_a_bound_is_given_one() -> None:
    call = call_of(Member(CHEAP))
    entry_of(call, COUNTERS, output_tokens=BOUND)
    assert call.body["max_completion_tokens"] == BOUND


@pytest.mark.parametrize("messages", [None, "text", [1], [{"content": [2, {"type": []}]}], [{}]])
def test_strange_messages_are_counted_all_the_same(messages: Any) -> None:
    assert reserved(Member(CHEAP), messages=messages) > 0
