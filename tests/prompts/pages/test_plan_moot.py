"""A release that waits and will not go live is told so wherever it is listed, and not offered to be approved."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from evals.services import planning
from prompts import services
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.factories import AT
from tests.prompts.pages.asking import of, said
from tests.prompts.pages.factories import make_version, release

LIST = "/planned-releases/"
OFFERED = "Approve… v3 of support-answer"


@pytest.fixture
def ada(operator: Tenant) -> Actor:
    return actor_of(make_user("ada@operator.example", Role.ENGINEER, operator))


@pytest.fixture
def plan(live: PromptVersion, head: PromptVersion, ada: Actor) -> PlannedRelease:
    """v3 for production, asked for by Ada while v2 is served; a second person is waited for."""
    release(head)
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    return ask(make_version("Within 21 days."), ada)


@pytest.fixture(params=[LIST, of()])
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(version: PromptVersion, by: Actor, **values: Any) -> PlannedRelease:
    at = datetime.now(UTC)
    return planning.ask(version, environment="production", override="Nothing to judge", by=by, at=at, **values)


def go_back(**values: Any) -> None:
    services.roll_back(services.find_prompt("support-answer"), environment="production", by=SYSTEM, at=AT, **values)


def test_while_it_may_go_live_it_is_offered(page: Client, plan: PlannedRelease, where: str) -> None:
    shown = said(page.get(where))
    assert "Waiting for a second person" in shown
    assert OFFERED in shown
    assert "Will not go live" not in shown


def test_one_that_was_overruled_says_so_and_is_not_offered(page: Client, plan: PlannedRelease, where: str) -> None:
    go_back()
    shown = said(page.get(where))
    assert "Will not go live Since it was asked for, the console itself rolled support-answer back there" in shown
    assert "Ask for it anew. This one has to be cancelled first." in shown
    assert OFFERED not in shown
    assert "Cancel… v3 of support-answer" in shown


def test_so_is_one_of_a_tenant_whom_everybodys_way_back_concerns(
    page: Client, plan: PlannedRelease, acme: Tenant, ada: Actor
) -> None:
    planning.ask(
        plan.version,
        environment="production",
        tenant=acme,
        override="It is for them alone",
        by=ada,
        at=datetime.now(UTC),
    )
    go_back()
    assert said(page.get(LIST)).count("Will not go live") == 2


def test_what_is_done_for_another_tenant_overrules_nothing(
    page: Client, plan: PlannedRelease, head: PromptVersion, acme: Tenant
) -> None:
    release(head, tenant=acme)
    go_back(tenant=acme)
    assert OFFERED in said(page.get(LIST))


def test_what_another_environment_does_overrules_nothing(
    page: Client, plan: PlannedRelease, live: PromptVersion, head: PromptVersion
) -> None:
    release(live, "staging")
    release(head, "staging")
    services.roll_back(live.prompt, environment="staging", by=SYSTEM, at=AT)
    assert OFFERED in said(page.get(LIST))


def test_one_that_somebody_released_already_says_so(page: Client, plan: PlannedRelease, where: str) -> None:
    release(plan.version)
    shown = said(page.get(where))
    assert "Live already v3 is live already, released by the console itself. Nothing is left to do but" in shown
    assert OFFERED not in shown


def test_whoever_may_not_release_reads_it_and_is_told_to_do_nothing(reader: Client, plan: PlannedRelease) -> None:
    go_back()
    shown = said(reader.get(LIST))
    assert "Will not go live" in shown
    assert "has to be cancelled" not in shown


def test_many_are_told_by_as_many_queries_as_one(
    page: Client, plan: PlannedRelease, ada: Actor, engineer: User, django_assert_num_queries: Any
) -> None:
    others = [make_version(name=f"prompt-{number}") for number in range(5)]
    plans = [
        planning.ask(each, environment="production", override="Nothing to judge", by=ada, at=datetime.now(UTC))
        for each in others
    ]
    go_back()
    with django_assert_num_queries(2):
        found = planning.moot_of([plan, *plans])
    assert list(found) == [plan.pk]
