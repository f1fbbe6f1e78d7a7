from decimal import Decimal

from django.test import Client

from costs.records import Hop, Outcome, PriceMatch, PromptChoice
from costs.views.calls import sheet
from tenants.models import User
from tests.costs.calls.asking import CSV, rows
from tests.costs.calls.conftest import Make
from tests.costs.factories import GROUNDING, NOTHING, costing, make_unpriced


def test_every_call_that_fits_is_a_row_unrounded(page: Client, make: Make, monkeypatch: object) -> None:
    one = make(2, cost=costing("0.0000123"), grounding=GROUNDING)
    make(1, outcome=Outcome.REFUSED)
    [row] = rows(page.get(CSV, {"outcome": "ok"}))
    assert (row["id"], row["tenant"], row["feature"]) == (str(one.call.id), "acme", "answers")
    assert (row["cost_usd"], row["fallback"], row["user"]) == ("0.0000123", "false", "ada@example.com")
    assert (row["quotes_fabricated"], Decimal(row["confidence"])) == ("1", Decimal("0.85"))
    assert row["created_at"].endswith("+00:00")


def test_it_tells_a_kept_answer_and_every_attempt(page: Client, make: Make) -> None:
    first = Hop("first", "acme-ai", 429, 12, "429")
    make(2, hops=(first, Hop("second", "acme-ai", 200, 30, "")), fallback=True)
    nothing = {"cost": NOTHING, "price_match": PriceMatch.NOTHING_ASKED}
    make(1, hops=(Hop("second", "acme-ai", 0, 0, "cached"),), **nothing)
    make(3)
    kept, made, plain = rows(page.get(CSV))
    assert (plain["kept"], plain["attempts"]) == ("false", "openai/gpt-test:answered")
    assert (made["kept"], made["attempts"]) == ("false", "acme-ai/first:429; acme-ai/second:answered")
    assert (kept["kept"], kept["attempts"]) == ("true", "acme-ai/second:cached")


def test_who_chose_the_prompts_version_comes_last(page: Client, make: Make) -> None:
    make(1, prompt_version="3f2a", prompt_choice=PromptChoice.PINNED)
    [row] = rows(page.get(CSV))
    assert list(row.items())[-1] == ("prompt_choice", "pinned")


def test_it_is_read_in_lots_to_the_end(page: Client, make: Make, monkeypatch: object) -> None:
    made = [str(make(minutes).call.id) for minutes in range(1, 8)]
    monkeypatch.setattr(sheet, "LOT", 3)  # type: ignore[attr-defined]
    assert [row["id"] for row in rows(page.get(CSV))] == made


def test_what_is_not_known_is_empty(page: Client, make: Make) -> None:
    finished = make_unpriced()
    make(1, cost=finished.cost, price_match=finished.price_match, latency_ms=None)
    [row] = rows(page.get(CSV))
    assert (row["cost_usd"], row["latency_ms"], row["stop_id"], row["confidence"]) == ("", "", "", "")


def test_what_cannot_be_asked_is_no_table(page: Client) -> None:
    answer = page.get(CSV, {"outcome": "fine"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain")


def test_no_tenant_takes_anothers_away(client: Client, make: Make, stranger: User) -> None:
    make()
    client.force_login(stranger)
    assert rows(client.get(CSV)) == []
