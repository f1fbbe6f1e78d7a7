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
from tests.factories import make_tenant
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
    assert found.sentence.startswith("1 call in 30 days: the gateway refuses what lacks feature, tenant or user")
    assert found.proofs[0].url == "/calls/?feature=answers"


def test_calls_of_weeks_ago_are_stale(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers, ago=timedelta(days=20))
    assert ask(7, answers).state is State.STALE


def test_the_consoles_own_calls_are_nobodys(operator: Tenant, answers: Feature) -> None:
    make_call(operator, answers)
    assert ask(7, answers).state is State.NOT_MEASURED


def budget(tenant: Tenant, feature: Feature | None = None, kind: Budget.Kind = Budget.Kind.HARD) -> Budget:
    return declare_budget(tenant, feature=feature, amount_usd=Decimal(5), kind=kind, by=SYSTEM, at=NOW).row


def test_without_a_hard_budget_nothing_is_a_ceiling(operator: Tenant, answers: Feature) -> None:
    budget(operator, kind=Budget.Kind.SOFT)
    assert ask(8, answers).sentence.startswith("No hard budget is over it: nothing refuses")


@pytest.mark.parametrize("of_feature", [True, False])
def test_a_hard_budget_of_the_operator_leaves_sessions_without_a_ceiling(
    operator: Tenant, answers: Feature, of_feature: bool
) -> None:
    budget(operator, answers if of_feature else None)
    found = ask(8, answers)
    assert found.state is State.NOT_MET
    assert found.sentence == (
        "What would pass $5 a month is refused before a provider is asked. "
        "Missing: a ceiling of a session, which this version does not have."
    )


@pytest.mark.parametrize("of_feature", [True, False])
def test_a_tenants_own_budget_is_over_its_own_calls_alone(
    acme: Tenant, answers: Feature, drafts: Feature, of_feature: bool
) -> None:
    make_call(acme, answers)
    globex = make_tenant("globex")
    for _ in range(3):
        make_call(globex, answers)
    budget(acme, answers if of_feature else None)
    budget(acme, drafts)
    told = "udgets are over 1 of 2 tenants that called it in 30 days, with 25.0% of its calls"
    assert ask(8, answers).sentence.startswith(f"Hard b{told}: nothing refuses another tenant's")
    found = ask(9, answers)
    assert (found.state, found.sentence) == (State.NOT_MET, f"B{told}, and over no others.")


def test_a_feature_that_no_budget_covers_has_no_alert(operator: Tenant, answers: Feature, drafts: Feature) -> None:
    budget(operator, drafts)
    assert ask(9, answers).sentence == "No budget is over the feature."
    assert ask(9, answers).state is State.NOT_MET


def test_an_alert_that_is_only_shown_was_sent_to_nobody(operator: Tenant, answers: Feature) -> None:
    BudgetAlert.objects.create(
        tenant=operator, budget=budget(operator), period_start=NOW, threshold=80, spent_usd=4, amount_usd=5, at=NOW
    )
    found = ask(9, answers)
    assert found.state is State.NOT_MEASURED
    assert found.sentence.startswith("1 budget is over the feature. Alerts are shown on Budgets")
    assert found.proofs[0].url == "/budgets/"


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
