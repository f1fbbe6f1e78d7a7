"""What tenants keep of their own is told wherever everybody's lane is changed."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from evals.services import planning
from prompts import services
from prompts.models import PromptVersion
from prompts.services import PRODUCTION
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant
from tests.factories import actor_of, make_tenant, make_user
from tests.prompts.factories import AT
from tests.prompts.pages.asking import HOSTILE, given, is_safe, of, said, text
from tests.prompts.pages.factories import make_version, prompt, release

BACK = of("rollback/?environment=production")
RELEASE = of("release/?environment=production")
CANARY = of("canary/?environment=production")
LIST = f'<a href="{of("?own=production#own-production")}">See it</a>'
KEEPS = "Acme Robotics keeps v2 of its own. See it"


@pytest.fixture
def acmes(live: PromptVersion, head: PromptVersion, acme: Tenant) -> PromptVersion:
    """v2, which everybody gets and Acme has of its own besides."""
    release(head)
    release(head, tenant=acme)
    return head


def press(page: Client, address: str) -> object:
    return page.post(address, {"expected": given(page.get(address), "expected")}, follow=True)


def test_going_back_says_who_does_not_go_back_before_and_after(page: Client, acmes: PromptVersion) -> None:
    shown = page.get(BACK)
    assert f"within 1.5 s {KEEPS}" in said(shown)
    assert LIST in text(shown)
    answer = press(page, f"{BACK}&to=v1")
    assert "production serves v1 again." in said(answer)
    assert KEEPS in said(answer)
    assert LIST in text(answer)
    again = said(page.get(f"{BACK}&to=v1"))
    assert "everybody else gets it" in again
    assert f"by you. {KEEPS}" in again


def test_a_release_says_who_does_not_get_it_before_and_after(page: Client, acmes: PromptVersion) -> None:
    third = make_version("Third.")
    shown = page.get(f"{RELEASE}&version={third.hash}")
    assert KEEPS in said(shown)
    assert KEEPS in said(page.get(f"{RELEASE}&version={third.hash}&percent=10"))
    release(third, at=datetime.now(UTC))
    assert f"production serves v3. No gateway is running; each serves it from its start on. {KEEPS}" in said(
        page.get(of("?now=production"))
    )


def test_of_one_tenants_lane_nothing_is_said_of_others(page: Client, acmes: PromptVersion, globex: Tenant) -> None:
    release(acmes, tenant=globex)
    assert "keeps v" not in said(page.get(f"{BACK}&tenant=acme"))
    assert "keeps v" not in said(page.get(f"{RELEASE}&version=v1&tenant=acme"))


def test_nor_where_nobody_has_its_own(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    assert "keeps v" not in said(page.get(BACK))
    assert "keeps v" not in said(press(page, f"{BACK}&to=v1"))


def test_the_end_of_a_canary_is_for_everybody_else(page: Client, acmes: PromptVersion) -> None:
    release(make_version("Third."), percent=10)
    shown = said(page.get(BACK))
    assert "End the canary: everybody else gets v2" in shown
    assert KEEPS in shown
    assert "has ended: everybody else gets v2." in said(press(page, f"{BACK}&end=canary"))
    over = said(page.get(CANARY))
    assert f"Everybody else gets v2 now. {KEEPS} What follows is of its time." in over


def test_an_end_says_so_after(page: Client, acmes: PromptVersion) -> None:
    services.end(prompt(), environment=PRODUCTION, by=SYSTEM, at=datetime.now(UTC))
    assert KEEPS in said(page.get(of("?now=production")))


def test_a_second_person_reads_it_too(page: Client, acmes: PromptVersion, operator: Tenant) -> None:
    third, at = make_version("Third."), datetime.now(UTC)
    ada = actor_of(make_user("ada@operator.example", Role.ENGINEER, operator))
    services.protect(PRODUCTION, role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    plan = planning.ask(third, environment=PRODUCTION, override="Nothing to judge", by=ada, at=at)
    assert KEEPS in said(page.get(f"/planned-releases/{plan.pk}/"))


def test_a_tenants_canary_is_kept_by_its_people(page: Client, acmes: PromptVersion, globex: Tenant) -> None:
    release(make_version("Third."), tenant=globex, percent=5)
    told = "Acme Robotics keeps v2 of its own; 5% of Globex Shipping’s people keep v3."
    assert told in said(page.get(BACK))


def test_of_many_their_number_and_versions_are_told(page: Client, acmes: PromptVersion) -> None:
    first = prompt().versions.get(number=1)
    assert all(release(first, tenant=make_tenant(f"shop-{number}")) for number in range(3))
    assert "4 tenants keep versions of their own: v1, v2." in said(page.get(BACK))


def test_their_names_are_text(page: Client, acmes: PromptVersion, acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(name=HOSTILE)
    assert is_safe(page.get(BACK))
    assert is_safe(page.get(f"{RELEASE}&version=v1"))
    release(make_version("Third."), at=datetime.now(UTC))
    assert is_safe(page.get(of("?now=production")))
