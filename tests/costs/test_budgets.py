from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from costs.budgets import declare_budget
from costs.models import Budget
from costs.records import Outcome
from costs.reports import budgets, limited
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Tenant
from tenants.refusals import Invalid
from tenants.scope import scope
from tests.costs.factories import NOW, costing, make_finished, make_opened, make_stopped, make_unpriced, record


def test_a_budget_is_declared_once_and_then_changed(acme: Tenant, answers: Feature) -> None:
    amounts = ["100", "100.00", "250"]
    outcomes = [declare_budget(acme, amount_usd=Decimal(each), by=SYSTEM, at=NOW).outcome for each in amounts]
    assert outcomes == ["created", "unchanged", "changed"]
    assert declare_budget(acme, feature=answers, amount_usd=Decimal(5), by=SYSTEM, at=NOW).outcome == "created"
    assert sorted(Budget.objects.values_list("amount_usd", flat=True)) == [5, 250]


def test_every_change_of_a_budget_is_in_the_operators_chain(operator: Tenant, acme: Tenant, answers: Feature) -> None:
    declare_budget(acme, feature=answers, amount_usd=Decimal(100), by=SYSTEM, at=NOW)
    declare_budget(acme, feature=answers, amount_usd=Decimal(50), by=SYSTEM, at=NOW)
    entries = AuditEntry.objects.of(operator).filter(object="acme/answers").order_by("seq")
    assert [entry.action for entry in entries] == ["budget.created", "budget.changed"]
    assert '"before":{"amount_usd":"100"}' in (entries[1].payload or "")


@pytest.mark.parametrize("amount", ["0", "-1", "9000000", "NaN", "Infinity"])
def test_a_budget_that_cannot_be_says_what_is_allowed(acme: Tenant, amount: str) -> None:
    with pytest.raises(Invalid, match="more than 0 and less than 9,000,000"):
        declare_budget(acme, amount_usd=Decimal(amount), by=SYSTEM, at=NOW)
    assert not Budget.objects.exists()


@pytest.mark.parametrize(("amount", "rule"), [("0", "nano_dollars"), ("9000000", "nano_dollars")])
def test_the_database_refuses_it_too(acme: Tenant, amount: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Budget.objects.create(tenant=acme, amount_usd=Decimal(amount))


def test_two_budgets_of_one_scope_are_refused(acme: Tenant) -> None:
    declare_budget(acme, amount_usd=Decimal(1), by=SYSTEM, at=NOW)
    with pytest.raises(IntegrityError, match="one_budget_a_scope_and_period"), transaction.atomic():
        Budget.objects.create(tenant=acme, amount_usd=Decimal(2))


def test_a_budget_stands_at_what_its_calls_cost_this_month(
    operator: Tenant, acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature
) -> None:
    calls = [(acme, answers, "1.5"), (acme, drafts, "0.25"), (globex, answers, "4")]
    record(
        *(
            make_finished(make_opened(at=NOW, tenant=tenant.pk, feature=feature.pk), cost=costing(cost))
            for tenant, feature, cost in calls
        ),
        make_finished(make_opened(at=NOW.replace(month=10), tenant=acme.pk, feature=answers.pk), cost=costing("7")),
        make_unpriced(make_opened(at=NOW, tenant=acme.pk, feature=answers.pk)),
    )
    declare_budget(operator, amount_usd=Decimal(100), by=SYSTEM, at=NOW)
    declare_budget(acme, amount_usd=Decimal(7), by=SYSTEM, at=NOW)
    declare_budget(acme, feature=answers, amount_usd=Decimal(3), by=SYSTEM, at=NOW)
    standings = budgets(NOW)
    assert [(str(each.budget.tenant.slug), each.spent, each.unpriced_calls) for each in standings] == [
        ("_operator", Decimal("5.75"), 1),
        ("acme", Decimal("1.5"), 1),
        ("acme", Decimal("1.75"), 1),
    ]
    assert standings[2].used == Decimal("0.25")


def test_it_takes_as_many_queries_for_many_budgets_as_for_one_of_a_kind(
    operator: Tenant, acme: Tenant, globex: Tenant, answers: Feature, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for tenant in (operator, acme, globex):
        declare_budget(tenant, amount_usd=Decimal(1), by=SYSTEM, at=NOW)
        declare_budget(tenant, feature=answers, amount_usd=Decimal(1), by=SYSTEM, at=NOW)
    # The budgets, the scope, the customers' spend, everybody's.
    with django_assert_num_queries(4):
        assert len(budgets(NOW)) == 6


@pytest.mark.parametrize(("period", "refused"), [("day", 1), ("month", 2), ("total", 2)])
def test_refused_calls_are_counted_of_the_last_31_days_at_most(
    acme: Tenant, answers: Feature, period: str, refused: int
) -> None:
    """Of a budget that never begins anew, every call that was ever refused would be read each time."""
    record(
        *(
            make_stopped(make_opened(at=at, tenant=acme.pk, feature=answers.pk), outcome=Outcome.OVER_BUDGET)
            for at in (NOW, NOW.replace(day=2), NOW.replace(month=10, day=20))
        )
    )
    budget = declare_budget(acme, amount_usd=Decimal(1), period=Budget.Period(period), by=SYSTEM, at=NOW).row
    [found] = limited(NOW, [budget])
    assert found.refused == refused


def test_a_tenant_sees_its_own_budget_only(acme: Tenant, globex: Tenant) -> None:
    declare_budget(acme, amount_usd=Decimal(1), by=SYSTEM, at=NOW)
    declare_budget(globex, amount_usd=Decimal(1), by=SYSTEM, at=NOW)
    with scope([globex.pk]):
        assert [each.budget.tenant for each in budgets(NOW)] == [globex]
