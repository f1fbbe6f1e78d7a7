"""Items 7 to 10."""

from datetime import timedelta
from decimal import Decimal

import pytest

from costs.budgets import declare_budget
from costs.models import Budget, BudgetAlert, PriceVersion
from costs.usage import Usage
from readiness.evidence import State
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.conftest import NOW
from tests.readiness.factories import ask, make_call

COLD = Usage(input_tokens=1000, cached_tokens=10, output_tokens=100)


@pytest.fixture
def price(operator: Tenant) -> PriceVersion:
    """Of the model that calls name, with a price for what is cached."""
    return PriceVersion.objects.create(
        provider="openai", model="gpt-test", prices={"input": "2", "cached": "0.5", "output": "8"},
        valid_from=NOW - timedelta(days=99), source="declared", content_hash=b"1" * 32, created_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("number", [7, 10])
def test_without_calls_nothing_is_measured(answers: Feature, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MEASURED


def test_recorded_calls_carry_their_tags(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    found = ask(7, answers)
    assert found.state is State.MET
    assert found.sentence.startswith("100% of 1 call in 30 days name feature, tenant and user")
    assert found.proofs[0].url == "/calls/?feature=answers"


def test_calls_of_weeks_ago_are_stale(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers, ago=timedelta(days=20))
    assert ask(7, answers).state is State.STALE


def test_the_consoles_own_calls_are_nobodys(operator: Tenant, answers: Feature) -> None:
    make_call(operator, answers)
    assert ask(7, answers).state is State.NOT_MEASURED


def test_a_soft_budget_is_no_ceiling_and_a_hard_one_is(operator: Tenant, answers: Feature) -> None:
    assert ask(8, answers).state is State.NOT_MET
    declare_budget(operator, feature=answers, amount_usd=Decimal(5), by=SYSTEM, at=NOW)
    assert ask(8, answers).state is State.NOT_MET
    declare_budget(operator, amount_usd=Decimal(50), kind=Budget.Kind.HARD, by=SYSTEM, at=NOW)
    found = ask(8, answers)
    assert found.state is State.MET
    assert found.sentence.startswith("What would pass $50 a month is refused before a provider is asked")


def test_a_feature_that_no_budget_covers_has_no_alert(acme: Tenant, answers: Feature) -> None:
    declare_budget(acme, amount_usd=Decimal(5), by=SYSTEM, at=NOW)
    assert ask(9, answers).state is State.NOT_MET


def test_a_budget_without_an_alert_that_was_seen_is_no_pass(operator: Tenant, answers: Feature) -> None:
    declare_budget(operator, amount_usd=Decimal(5), by=SYSTEM, at=NOW)
    declare_budget(operator, feature=answers, amount_usd=Decimal(5), by=SYSTEM, at=NOW)
    found = ask(9, answers)
    assert found.state is State.NOT_MEASURED
    assert found.sentence == "2 budgets cover the feature, and no alert was ever sent."


def test_an_alert_of_a_budget_over_it_is_proof_for_a_while(operator: Tenant, answers: Feature) -> None:
    budget = declare_budget(operator, amount_usd=Decimal(5), by=SYSTEM, at=NOW).row
    BudgetAlert.objects.create(
        tenant=operator, budget=budget, period_start=NOW, threshold=80, spent_usd=4, amount_usd=5, at=NOW
    )
    found = ask(9, answers)
    assert found.state is State.MET
    assert found.sentence.endswith("the last alert said that 80% of $5 a month was used up.")
    assert ask(9, answers, at=NOW + timedelta(days=91)).state is State.STALE


def test_input_that_comes_from_a_cache_is_counted(acme: Tenant, answers: Feature, price: PriceVersion) -> None:
    make_call(acme, answers)
    found = ask(10, answers)
    assert (found.state, found.sentence) == (State.MET, "20.0% of 1,000 input tokens in 30 days came from a cache.")


def test_a_cache_that_is_hardly_hit_is_not_used(acme: Tenant, answers: Feature, price: PriceVersion) -> None:
    make_call(acme, answers, usage=COLD)
    found = ask(10, answers)
    assert found.state is State.NOT_MET
    assert "1.0% of 1,000" in found.sentence


def test_a_model_that_cannot_cache_is_not_measured(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    assert ask(10, answers).state is State.NOT_MEASURED
