"""Where a call's time and money went."""

from decimal import Decimal

import pytest
from django.test import Client

from costs.grounding import Quote
from costs.hops import Bill, Hop
from costs.records import Outcome, PriceMatch
from costs.usage import Usage
from costs.views.calls.waterfall import Timing, waterfall
from tests.costs.calls.asking import text
from tests.costs.calls.conftest import Make
from tests.costs.factories import GROUNDING, costing

LOST = Hop("small", "openai", 0, 300, "timeout", 20, Bill(250, 0, Decimal("0.0005"), True))
GIVEN = Hop("large", "openai", 200, 500, "", 400, Bill(1000, 100, Decimal("0.0025"), False))


def shown(page: Client, key: object) -> str:
    answer = page.get(f"/calls/{key}/")
    assert answer.status_code == 200
    return text(answer)


def test_attempts_stand_where_they_began_with_what_lay_between() -> None:
    found = waterfall((LOST, GIVEN), Timing(latency_ms=1000, first_chunk_ms=None, is_grounded=True))
    assert [(row.told, row.began_ms, row.ms) for row in found.rows] == [
        ("read, checked, reserved", 0, 20),
        ("took too long", 20, 300),
        ("wait before the next attempt", 320, 80),
        ("answered", 400, 500),
        ("quotes checked, answer sent", 900, 100),
    ]
    assert [round(row.x) for row in found.bars] == [20, 400]
    assert not found.is_approximate
    assert [row.is_last for row in found.rows] == [False, False, False, True, False]


def test_what_was_passed_over_is_told_apart_from_what_failed() -> None:
    passed = (Hop("small", "openai", 0, 0, "unsupported", 20), Hop("mid", "openai", 0, 0, "429-cooldown", 20))
    found = waterfall((*passed, LOST, GIVEN), Timing(latency_ms=1000, first_chunk_ms=None))
    assert [row.is_asked for row in found.bars] == [False, False, True, True]


def test_an_answer_that_is_passed_on_lasts_to_the_end() -> None:
    found = waterfall((LOST, GIVEN), Timing(latency_ms=2000, first_chunk_ms=900, is_relayed=True))
    assert (found.rows[-1].told, found.rows[-1].began_ms, found.rows[-1].ms) == ("answered", 400, 1600)
    assert found.first_x == 450


def test_the_bills_of_the_attempts_add_up_to_the_cost(page: Client, make: Make) -> None:
    call = make(hops=(LOST, GIVEN), fallback=True, latency_ms=950, cost=costing("0.0030"), estimated=True).call
    answer = page.get(f"/calls/{call.id}/")
    found = answer.context["waterfall"]
    assert found.cost == answer.context["call"].cost_usd == Decimal("0.0030")
    assert found.tokens == (1250, 100)
    assert "our count" in text(answer)
    assert "may be on the provider’s bill all the same" in text(answer)


def test_the_only_attempt_bears_the_cost_of_the_call(page: Client, make: Make) -> None:
    call = make(hops=(Hop("gpt-test", "openai", 200, 790, "", 7),)).call
    found = page.get(f"/calls/{call.id}/").context["waterfall"]
    assert [(row.began_ms, row.ms) for row in found.rows] == [(0, 7), (7, 790), (797, 3)]
    assert (found.cost, found.tokens) == (Decimal("0.0025"), (1000, 100))


def test_calls_of_an_older_gateway_are_drawn_one_after_another_and_say_so(page: Client, make: Make) -> None:
    hops = (Hop("small", "openai", 429, 100, "429"), Hop("large", "openai", 200, 700, ""))
    answer = shown(page, make(hops=hops).call.id)
    assert "they are drawn one after another" in answer
    assert "What each attempt cost was not recorded for this call; all of them together cost 0.0025." in answer


def test_an_attempt_that_was_cut_answered_nothing(page: Client, make: Make) -> None:
    hops = (Hop("gpt-test", "openai", 0, 700, "cut", 5),)
    assert "✕ cut before it answered" in shown(page, make(hops=hops, outcome=Outcome.CANCELLED).call.id)


@pytest.mark.parametrize("hops", [(), (Hop("gpt-test", "openai", 200, 90, "", 5),)])
def test_a_call_that_was_cut_is_not_said_to_be_answered(page: Client, make: Make, hops: tuple[Hop, ...]) -> None:
    answer = shown(page, make(hops=hops, outcome=Outcome.CANCELLED).call.id)
    assert "answered" not in answer.replace("before it answered", "")


def test_an_attempt_of_unknown_price_is_no_zero(page: Client, make: Make) -> None:
    hops = (LOST._replace(bill=Bill(9, 0, None, True)), GIVEN)
    call = make(hops=hops, cost=None, price_match=PriceMatch.UNPRICED).call
    assert page.get(f"/calls/{call.id}/").context["waterfall"].cost is None


def test_what_it_would_have_cost_without_the_cache_is_told(page: Client, make: Make) -> None:
    answer = shown(page, make().call.id)
    assert "20.0% of the input came from the provider’s cache." in answer
    assert "Without it the call would have cost 0.0028 $" in answer


def test_a_call_without_cache_says_nothing_of_it(page: Client, make: Make) -> None:
    assert "provider’s cache" not in shown(page, make(usage=Usage(10, 0, 0, 1)).call.id)


def test_each_quote_is_shown_with_where_it_stands(page: Client, make: Make) -> None:
    quotes = (
        Quote(1, "refunds", 1200, 1242, "exact"),
        Quote(1, "refunds", 5, 9, "near"),
        Quote(2, "nowhere", None, None, "fabricated", "too_short"),
    )
    answer = shown(page, make(grounding=GROUNDING._replace(quotes=quotes)).call.id)
    assert "1,200–1,242" in answer
    assert "too short to show anything" in answer
    assert "not one of those given" in answer
    assert "kept nowhere" in answer


def test_quotes_without_room_are_counted_all_the_same(page: Client, make: Make) -> None:
    grounding = GROUNDING._replace(exact=200, quotes=(Quote(1, "refunds", 0, 9, "exact"),))
    assert "The record had room for 1 of 202 quotes" in shown(page, make(grounding=grounding).call.id)


def test_calls_of_an_older_gateway_say_that_their_quotes_were_not_kept(page: Client, make: Make) -> None:
    assert "Where each quote stands was not recorded" in shown(page, make(grounding=GROUNDING).call.id)


BROKEN = {"outcome": Outcome.PROVIDER_ERROR, "streamed": True, "latency_ms": 2400, "first_chunk_ms": 37}


@pytest.mark.parametrize(
    ("reason", "code", "told"),
    [
        ("", "provider_dropped", "broke off"),
        ("drop", "provider_dropped", "broke off"),
        ("", "provider_error", "reported a failure in its stream"),
        ("too_long", "too_long", "had not come to an end when its time was over"),
        ("error_event", "provider_error", "reported a failure in its stream"),
    ],
)
def test_an_answer_that_broke_off_says_when(page: Client, make: Make, reason: str, code: str, told: str) -> None:
    made = make(hops=(Hop("gpt-test", "openai", 200, 30, reason, 7),), error_code=code, **BROKEN)
    answer = page.get(f"/calls/{made.call.id}/")
    said, (row,) = text(answer), answer.context["waterfall"].bars
    assert "The answer broke off after 2.4 s: its caller had begun to read it, 37 ms after it had asked." in said
    assert "No model gave an answer" not in said
    assert f"✕ {told}" in said
    assert "where the answer broke off" in said
    assert (row.is_broken, row.is_good, round(row.x + row.width)) == (True, False, 1000)


def test_what_broke_off_when_its_caller_had_left_lasts_to_the_end_as_well() -> None:
    hops = (Hop("gpt-test", "openai", 200, 93, "drop", 7),)
    found = waterfall(hops, Timing(latency_ms=4995, first_chunk_ms=100, is_relayed=True))
    assert [(row.told, row.ms, row.is_broken) for row in found.rows] == [
        ("read, checked, reserved", 7, False),
        ("broke off", 4988, True),
    ]


def test_what_took_the_whole_answer_is_told_apart_from_its_first_words(page: Client, make: Make) -> None:
    hops = (Hop("gpt-test", "openai", 200, 30, "", 7),)
    answer = page.get(f"/calls/{make(hops=hops, streamed=True, latency_ms=2407, first_chunk_ms=37).call.id}/")
    (row,) = answer.context["waterfall"].bars
    assert (row.ms, row.first_words_ms) == (2400, 30)
    assert '2.4 s<div class="xs mut">first words after 30 ms</div>' in text(answer)
