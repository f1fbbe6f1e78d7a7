"""A customer is to keep what everybody gets."""

import pytest
from django.test import Client

from prompts import services
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant, User
from tests.factories import actor_of
from tests.prompts.factories import AT
from tests.prompts.pages.asking import of, said
from tests.prompts.pages.factories import make_version, prompt, release
from tests.prompts.pages.test_release_audience import fields

KEEP = of("release/?version=v2&environment=production&tenant=acme")


@pytest.fixture
def mine(live: PromptVersion, engineer: User) -> PromptVersion:
    """v2, which everybody gets, and which the reader pushed; no suite ran it against itself."""
    version = make_version("Mine.", by=actor_of(engineer))
    release(version)
    return version


def test_it_takes_no_verdict_and_no_second_person_as_its_callers_get_it_already(
    page: Client, mine: PromptVersion, acme: Tenant
) -> None:
    shown = page.get(KEEP)
    assert "Acme Robotics gets v2 already, as everybody does, so it needs no verdict." in said(shown)
    assert "Not judged" not in said(shown)
    assert "Keep Acme Robotics on v2 in production" in said(shown)
    assert page.post(KEEP, fields(shown, percent="100")).status_code == 302
    own = services.live(prompt(), "production", acme)
    assert own is not None
    assert (own.version, own.override_reason) == (mine, "")


def test_it_says_who_leaves_everybodys_canary(page: Client, mine: PromptVersion, acme: Tenant) -> None:
    release(make_version("Third."), percent=10)
    assert "Those of its people who are in the canary of v3 get v2 again." in said(page.get(KEEP))


def test_another_version_takes_a_verdict_as_ever(page: Client, mine: PromptVersion, acme: Tenant) -> None:
    shown = page.get(of("release/?version=v1&environment=production&tenant=acme"))
    assert "Not judged" in said(shown)
    assert "so it needs no verdict" not in said(shown)


def test_what_the_environment_takes_it_takes_all_the_same(page: Client, mine: PromptVersion, acme: Tenant) -> None:
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    assert page.post(KEEP, fields(page.get(KEEP), percent="100")).status_code == 302
    assert PlannedRelease.objects.get().state == "waiting"


def test_once_everybody_gets_another_it_takes_a_verdict_and_is_looked_at_again(
    page: Client, mine: PromptVersion, acme: Tenant
) -> None:
    shown = page.get(KEEP)
    release(make_version("Third."))
    answer = page.post(KEEP, fields(shown, percent="100"))
    assert answer.status_code in (409, 422)
    assert services.live(prompt(), "production", acme) is None
