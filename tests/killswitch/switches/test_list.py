from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.budgets import declare_budget
from costs.models import Budget, EndUser
from costs.records import Outcome
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant, User
from tests.costs.factories import costing, make_finished, make_opened, make_stopped, record
from tests.evals.factories import make_suite
from tests.factories import actor_of, make_feature, make_tenant
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.switches.asking import text

LIST = "/switches/"


def spend(tenant: Tenant, *, usd: str, budget: str, at: datetime, feature: Feature | None = None) -> None:
    """So much of a budget of so much, this month."""
    of = feature or make_feature("anything")
    record(make_finished(make_opened(at=at, tenant=tenant.pk, feature=of.pk), cost=costing(usd)))
    declare_budget(tenant, feature=feature, amount_usd=Decimal(budget), by=SYSTEM, at=at)


def test_the_list_says_what_is_off_and_since_when(
    page: Client, acme: Tenant, globex: Tenant, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.COST)
    shown = text(page.get(LIST))
    assert "1 off" in shown
    assert "1 on" in shown
    assert shown.index("Needs a look") < shown.index("Acme Robotics") < shown.index("Running normally · 1")
    assert f"{colleague} · cost" in shown


def test_a_tenant_with_one_feature_off_is_partly_on(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now, feature=drafts)
    shown = text(page.get(LIST))
    assert "Partly on" in shown
    assert "Draft replies off · 1 of 2 features on" in shown


@pytest.mark.parametrize("words", ["robot", "ACME", "acme.example", "somebody@acme.example", "jane@mail.example"])
def test_a_tenant_is_found_by_name_id_domain_and_a_persons_email(page: Client, globex: Tenant, words: str) -> None:
    acme = make_tenant("acme", name="Acme Robotics", domain="acme.example")
    EndUser.objects.create(tenant=acme, key=uuid4(), label="jane@mail.example", seen_at=datetime.now(UTC))
    shown = text(page.get(LIST, {"q": words}))
    assert "Acme Robotics" in shown
    assert "Globex Shipping" not in shown


def test_what_is_not_found_says_where_was_looked(page: Client, acme: Tenant) -> None:
    assert "No tenant found for “nobody”" in text(page.get(LIST, {"q": "nobody"}))


def test_a_search_while_typing_gets_the_list_alone(page: Client, acme: Tenant) -> None:
    answer = page.get(LIST, {"q": "acme"}, headers={"HX-Request": "true"})
    assert "Acme Robotics" in text(answer)
    assert "<html" not in text(answer)
    assert 'href="?q=acme&amp;only=off"' in text(answer)
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(("only", "found"), [("", True), ("off", False), ("today", False), ("nonsense", True)])
def test_chips_choose_who_is_shown(page: Client, acme: Tenant, only: str, found: bool) -> None:
    assert ("Acme Robotics" in text(page.get(LIST, {"only": only}))) is found


def test_a_tenant_over_its_own_budget_needs_a_look(page: Client, acme: Tenant, globex: Tenant, now: datetime) -> None:
    spend(acme, usd="10.90", budget="10", at=now)
    spend(globex, usd="9.99", budget="10", at=now)
    shown = text(page.get(LIST))
    assert shown.index("Needs a look") < shown.index("over budget, 109%") < shown.index("Running normally · 1")
    assert "Over budget <b>1</b>" in shown
    assert "Globex Shipping" not in text(page.get(LIST, {"only": "budget"}))


def test_a_budget_that_is_just_used_up_is_over(page: Client, acme: Tenant, now: datetime) -> None:
    spend(acme, usd="10", budget="10", at=now)
    assert "over budget, 100%" in text(page.get(LIST, {"only": "budget"}))


def test_a_feature_over_its_budget_is_named(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    spend(acme, usd="3", budget="2", at=now, feature=answers)
    assert "Answer assistant over budget, 150%" in text(page.get(LIST))


def test_the_operators_budget_is_no_tenants(page: Client, operator: Tenant, acme: Tenant, now: datetime) -> None:
    declare_budget(operator, amount_usd=Decimal(1), by=SYSTEM, at=now)
    spend(acme, usd="3", budget="9", at=now)
    assert "over budget," not in text(page.get(LIST))


def test_what_is_off_comes_before_what_is_over_its_budget(
    page: Client, acme: Tenant, globex: Tenant, colleague: User, now: datetime
) -> None:
    spend(acme, usd="3", budget="2", at=now)
    make_stop(globex, by=actor_of(colleague), at=now)
    shown = text(page.get(LIST))
    assert shown.index("Globex Shipping") < shown.index("Acme Robotics")


def test_fifty_are_shown_and_the_rest_on_asking(page: Client, acme: Tenant) -> None:
    Tenant.objects.bulk_create([Tenant(slug=f"t{number:02}", name=f"Tenant {number:02}") for number in range(59)])
    assert "50 of 60" in text(page.get(LIST))
    assert "Tenant 58" in text(page.get(LIST, {"limit": "100"}))


def test_it_takes_as_many_queries_for_fifty_tenants_as_for_one(
    page: Client, acme: Tenant, django_assert_max_num_queries: Any
) -> None:
    many = Tenant.objects.bulk_create(
        [Tenant(slug=f"t{number:02}", name=f"Tenant {number:02}") for number in range(60)]
    )
    Budget.objects.bulk_create([Budget(tenant=tenant, amount_usd=1) for tenant in many])
    with django_assert_max_num_queries(44):
        assert page.get(LIST).status_code == 200


def test_a_tenants_own_people_see_their_tenant_alone(client: Client, acme: Tenant, stranger: User) -> None:
    client.force_login(stranger)
    shown = text(client.get(LIST))
    assert "Globex Shipping" in shown
    assert "Acme Robotics" not in shown


def test_who_may_not_change_is_offered_no_switch(client: Client, acme: Tenant, viewer: User) -> None:
    client.force_login(viewer)
    assert "Turn off" not in text(client.get(LIST))


def test_features_of_eval_runs_are_no_customers(page: Client, acme: Tenant, answers: Feature) -> None:
    make_suite("welcome")
    assert "Evals: welcome" not in text(page.get("/switches/acme/"))
    assert "Evals: welcome" not in text(page.get("/switches/acme/off/?choose"))


def test_one_that_is_stopped_all_the_same_can_be_lifted_and_counts_nowhere(
    page: Client, acme: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    make_suite("welcome")
    make_stop(acme, by=actor_of(colleague), at=now, feature=Feature.objects.get(slug="eval-welcome"))
    assert "1 of 1 features on" in text(page.get(LIST))
    assert "Evals: welcome" in text(page.get("/switches/acme/"))


def refuse(tenant: Tenant, feature: Feature, *, at: datetime, number: int = 1) -> None:
    for _ in range(number):
        opened = make_opened(at=at, tenant=tenant.pk, feature=feature.pk)
        record(make_stopped(opened, outcome=Outcome.OVER_BUDGET), at=at)


def test_a_tenant_whose_calls_a_budget_refused_needs_a_look(
    page: Client, acme: Tenant, globex: Tenant, operator: Tenant, answers: Feature, now: datetime
) -> None:
    refuse(acme, answers, at=now, number=2)
    refuse(operator, answers, at=now)
    refuse(globex, answers, at=now - timedelta(hours=25))
    shown = text(page.get(LIST))
    assert shown.index("Needs a look") < shown.index("2 refused by budget") < shown.index("Running normally · 1")
    assert "Over budget <b>1</b>" in shown
    assert "Globex Shipping" not in text(page.get(LIST, {"only": "budget"}))


def test_its_page_leads_to_the_calls_and_the_budgets(
    page: Client, acme: Tenant, globex: Tenant, answers: Feature, now: datetime
) -> None:
    refuse(acme, answers, at=now)
    shown = text(page.get("/switches/acme/"))
    assert "1 call was refused by a hard budget" in shown
    assert 'href="/calls/?tenant=acme&amp;outcome=over_budget"' in shown
    assert 'href="/budgets/?q=acme"' in shown
    assert "refused by a hard budget" not in text(page.get("/switches/globex/"))


@pytest.fixture
def jane(acme: Tenant) -> EndUser:
    return EndUser.objects.create(
        tenant=acme, key=uuid4(), label="jane@mail.example", seen_at=datetime.now(UTC)
    )  # fmt: skip


def test_somebody_who_is_off_is_found_as_off_and_can_be_turned_on(
    page: Client, acme: Tenant, jane: EndUser, colleague: User, now: datetime
) -> None:
    home = f'href="/switches/acme/~user/{jane.key}'
    assert f'{home}/off/">Turn off this person' in text(page.get(LIST, {"q": jane.label}))
    stop_at(Target.user(acme, jane.key), by=actor_of(colleague), at=now)
    shown = text(page.get(LIST, {"q": jane.label}))
    assert f'{home}/on/">Turn on this person' in shown
    assert "Turn off this person" not in shown
    assert "</svg>Off</span>" in shown


def test_the_consoles_own_calls_are_nobodys_who_loses_ai(
    page: Client, acme: Tenant, operator: Tenant, answers: Feature
) -> None:
    before = datetime.now(UTC) - timedelta(minutes=2)
    for tenant in (acme, operator):
        record(*(make_finished(make_opened(at=before, tenant=tenant.pk, feature=answers.pk)) for _ in range(5)))
    assert "1 tenant, 1 calls a minute." in text(page.get(LIST))
