from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.budgets import declare_budget
from costs.models import Budget
from costs.records import Hop, Outcome, PriceMatch
from costs.usage import Usage
from killswitch.models import Stop
from prompts.models import Prompt, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import Tenant, User
from tests.costs.calls.asking import text
from tests.costs.calls.conftest import Make
from tests.costs.factories import GROUNDING, NOTHING, make_unpriced
from tests.killswitch.factories import make_stop


def opened(page: Client, key: Any) -> str:
    answer = page.get(f"/calls/{key}/")
    assert answer.status_code == 200
    return text(answer)


def test_the_parts_of_the_cost_add_up_to_the_last_digit(page: Client, make: Make) -> None:
    made = make()
    answer = page.get(f"/calls/{made.call.id}/")
    parts = answer.context["parts"]
    assert [(part.label, part.tokens) for part in parts] == [
        ("Input", 800),
        ("Input from the cache", 200),
        ("Output", 100),
    ]
    assert sum((Decimal(part.exact) for part in parts), Decimal()) == Decimal(answer.context["total"])
    assert "$0.0025" in text(answer)


def test_attempts_stand_one_after_another_with_why_they_failed(page: Client, make: Make) -> None:
    hops = (Hop("small", "openai", 429, 100, "429"), Hop("large", "openai", 200, 700, ""))
    made = make(hops=hops, fallback=True, model="large", latency_ms=820, first_chunk_ms=400)
    answer = page.get(f"/calls/{made.call.id}/")
    first, second = answer.context["waterfall"].bars
    assert first.x + first.width <= second.x + 0.01
    assert round(second.x + second.width) == 1000
    assert "✕ limited" in text(answer)
    assert "✓ answered" in text(answer)
    assert "first words after 0.4 s" in text(answer)


def test_an_attempt_that_streams_goes_on_from_its_first_words_to_the_end(page: Client, make: Make) -> None:
    hops = (Hop("small", "openai", 503, 300, "503"), Hop("large", "openai", 200, 100, ""))
    made = make(hops=hops, fallback=True, model="large", latency_ms=1000, first_chunk_ms=400)
    found = page.get(f"/calls/{made.call.id}/").context["waterfall"]
    assert [(round(bar.x), round(bar.width)) for bar in found.bars] == [(0, 300), (300, 700)]
    assert found.first_x == 400


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"outcome": Outcome.REFUSED, "error_code": "unknown_feature"}, "Declare it with `aiops apply`."),
        ({"outcome": Outcome.REFUSED, "error_code": "journal_full"}, "See that the recorder runs"),
        ({"outcome": Outcome.PROVIDER_ERROR, "error_code": "provider_418"}, "found fault with the request itself"),
        ({"outcome": Outcome.OVER_BUDGET}, "See the budgets"),
        ({"outcome": Outcome.CANCELLED, "error_code": "caller_gone"}, "The caller hung up"),
        ({"estimated": True}, "Tokens are our own count"),
    ],
)
def test_how_it_ended_is_said_with_what_to_do(page: Client, make: Make, values: dict[str, Any], told: str) -> None:
    assert told in opened(page, make(**values).call.id)


def test_a_stopped_call_leads_to_the_switch(
    page: Client, make: Make, acme: Tenant, by_support: Actor, now: Any
) -> None:
    stop: Stop = make_stop(acme, by=by_support, at=now)
    made = make(outcome=Outcome.STOPPED, stop_id=stop.pk, cost=NOTHING, price_match=PriceMatch.NOTHING_ASKED)
    answer = opened(page, made.call.id)
    assert 'href="/switches/acme/"' in answer
    assert f"?stop={stop.pk}" in answer
    assert "No model was asked." not in answer or made.model


def test_an_unknown_price_is_no_zero(page: Client, make: Make) -> None:
    unpriced = make_unpriced()
    made = make(cost=unpriced.cost, price_match=unpriced.price_match)
    assert "There is no price for openai/gpt-test" in opened(page, made.call.id)


def test_sources_and_quotes_are_shown(page: Client, make: Make) -> None:
    answer = opened(page, make(grounding=GROUNDING._replace(refusal="low_confidence")).call.id)
    assert "made up" in answer.lower()
    assert "1 of 3 sources cited; 450 of 600 retrieved tokens" in answer
    assert "confidence of 85.0%" in answer
    assert "The answer was withheld: not sure enough." in answer


def test_a_call_without_sources_says_nothing_of_quotes(page: Client, make: Make) -> None:
    assert "Sources and quotes" not in opened(page, make().call.id)


def test_neighbours_of_its_session_are_beside_it(page: Client, make: Make, globex: Tenant) -> None:
    before, this, after = make(3), make(2), make(1)
    make(2, tenant=globex), make(2, session="another")
    answer = page.get(f"/calls/{this.call.id}/")
    assert [each.call.id for each in answer.context["neighbours"]] == [each.call.id for each in (before, this, after)]
    assert [each.is_this for each in answer.context["neighbours"]] == [False, True, False]


def test_its_prompt_version_is_named_and_linked(page: Client, make: Make, now: Any) -> None:
    prompt = Prompt.objects.create(name="welcome")
    PromptVersion.objects.create(prompt=prompt, hash="3f" * 32, number=17, content="{}", pushed_at=now, pushed_by="x")
    answer = opened(page, make(prompt_version="3f" * 32).call.id)
    assert 'href="/prompts/welcome/v17/">welcome@v17' in answer


def test_another_tenants_call_is_as_one_that_is_not_there(client: Client, make: Make, stranger: User) -> None:
    made = make()
    client.force_login(stranger)
    theirs, none = client.get(f"/calls/{made.call.id}/"), client.get(f"/calls/{uuid4()}/")
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content


def test_a_call_is_only_read_here(page: Client, make: Make) -> None:
    assert page.post(f"/calls/{make().call.id}/").status_code == 405


def test_the_search_finds_a_call_by_its_id(page: Client, make: Make, client: Client, stranger: User) -> None:
    key = make().call.id
    assert f'href="/calls/{key}/"' in text(page.get("/find/", {"q": str(key)}))
    client.force_login(stranger)
    assert "Nothing found." in text(client.get("/find/", {"q": str(key)}))


BAD = GROUNDING._replace(fabricated=2, wrong_source=1)


def test_made_up_quotes_are_no_good_answer(page: Client, make: Make) -> None:
    made = make(
        grounding=BAD, hops=(Hop("gpt-test", "openai", 200, 9, "unverified"), Hop("gpt-test", "openai", 200, 9, ""))
    )
    answer = opened(page, made.call.id)
    assert "A model answered to the end, with 2 made-up quotes, 1 of another source." in answer
    assert '<section class="note warn"' in answer
    assert "✓ answered" not in answer
    assert "✕ quoted what its sources do not say" in answer


def test_a_withheld_answer_with_made_up_quotes_says_that_nobody_got_it(page: Client, make: Make) -> None:
    answer = opened(page, make(grounding=BAD._replace(refusal="unverified")).call.id)
    assert "the answer was withheld" in answer


def test_models_that_failed_were_asked_all_the_same(page: Client, make: Make) -> None:
    hops = (Hop("small", "openai", 503, 300, "503"),)
    values = {"outcome": Outcome.PROVIDER_ERROR, "cost": NOTHING, "price_match": PriceMatch.NOTHING_ASKED}
    answer = opened(page, make(hops=hops, usage=Usage(), **values).call.id)
    assert "It cost nothing: no model that was asked charges for it." in answer


def test_a_call_over_budget_names_the_hard_budgets_that_cover_it(
    page: Client, make: Make, acme: Tenant, globex: Tenant, now: Any
) -> None:
    for tenant, kind in ((acme, Budget.Kind.HARD), (globex, Budget.Kind.HARD)):
        declare_budget(tenant, amount_usd=Decimal(2), kind=kind, period=Budget.Period.DAY, by=SYSTEM, at=now)
    declare_budget(acme, amount_usd=Decimal(7), by=SYSTEM, at=now)
    values = {"cost": NOTHING, "price_match": PriceMatch.NOTHING_ASKED, "model": "", "provider": ""}
    answer = opened(page, make(outcome=Outcome.OVER_BUDGET, usage=Usage(), **values).call.id)
    assert "The hard budget that covers it, now:</b> Acme Robotics, $2.00 a day: 0.0% used; it" in answer
    assert "Globex" not in answer
    assert "$7.00" not in answer
    assert "It cost nothing: no model was asked." in answer


def test_when_it_was_is_told_with_its_day_and_year(page: Client, make: Make, now: Any) -> None:
    assert 'data-form="full"' in opened(page, make().call.id)


def test_a_kept_answer_says_that_nobody_was_asked(page: Client, make: Make) -> None:
    hops = (Hop("gpt-test", "openai", 0, 0, "cached", 3),)
    made = make(hops=hops, usage=Usage(), cost=NOTHING, price_match=PriceMatch.NOTHING_ASKED, latency_ms=9)
    answer = page.get(f"/calls/{made.call.id}/")
    said = text(answer)
    assert "Kept answer" in said
    assert "no model was asked, as the answer was kept" in said
    assert "✕" not in said
    assert 'class="lost"' not in said
    assert "Sources and quotes" not in said
    assert [row.told for row in answer.context["waterfall"].rows] == [
        "read, checked, reserved", "not asked: it had answered the same question before", "answer sent",
    ]  # fmt: skip


def test_a_withheld_answer_says_why(page: Client, make: Make) -> None:
    said = opened(page, make(grounding=GROUNDING._replace(refusal="low_confidence", fabricated=0)).call.id)
    assert "less surely than its feature asks for" in said
    assert "▲ answered, withheld" in said
    assert "Its caller read instead: “The sources do not answer this surely enough.”" in said
    assert "✓ answered" not in said


def test_an_attempt_that_nobody_can_read_is_drawn_as_lost(page: Client, make: Make) -> None:
    hops = (Hop("a", "openai", 200, 100, "invalid_answer", 3), Hop("a", "openai", 200, 100, "", 103))
    made = make(hops=hops, grounding=GROUNDING._replace(refusal="invalid_answer", fabricated=0), latency_ms=203)
    answer = page.get(f"/calls/{made.call.id}/")
    assert text(answer).count("✕ answered in a form that nobody can use") == 2
    assert [row.is_good for row in answer.context["waterfall"].bars] == [False, False]


def test_without_sources_it_is_said_once_and_nobody_was_asked(page: Client, make: Make) -> None:
    nothing = {"cost": NOTHING, "price_match": PriceMatch.NOTHING_ASKED, "usage": Usage(), "hops": ()}
    grounding = GROUNDING._replace(refusal="no_sources", sources_given=0, sources_cited=0, sources=(), confidence=None)
    made = make(outcome=Outcome.REFUSED, error_code="no_sources", grounding=grounding, **nothing)
    said = opened(page, made.call.id)
    assert "Its caller sent no source, so no model was asked." in said
    assert "Its caller read instead: “There is no source that could answer this.”" in said
    assert "Refused by us" not in said
    assert "no_sources" not in said


def test_a_model_that_found_no_answer_is_not_said_to_be_withheld(page: Client, make: Make) -> None:
    said = opened(page, make(grounding=GROUNDING._replace(refusal="model_refused", fabricated=0)).call.id)
    assert "Not in its sources" in said
    assert "withheld" not in said
