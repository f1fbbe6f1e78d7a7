"""A version that was rolled back before, where it is to go live again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from evals.services import planning
from prompts import services
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.factories import actor_of
from tests.prompts.factories import AT
from tests.prompts.pages.asking import HOSTILE, is_safe, of, said
from tests.prompts.pages.factories import prompt, release

V2 = of("release/?version=v2&environment=production")
WHY = "Answers invent services that we do not have"
BEFORE = "v2 was taken back here before"


@pytest.fixture
def back(live: PromptVersion, head: PromptVersion, support: User) -> PromptVersion:
    """v2, which was live and was rolled back."""
    release(head)
    services.roll_back(prompt(), environment="production", note=WHY, by=actor_of(support), at=AT)
    return head


def test_the_release_page_says_who_took_it_back_and_why(page: Client, back: PromptVersion, acme: Tenant) -> None:
    assert f"{BEFORE}. support@operator.example rolled it back, 22 Nov 02:14:07 UTC : {WHY}" in said(page.get(V2))
    assert BEFORE in said(page.get(f"{V2}&tenant=acme"))


def test_whoever_approves_it_reads_the_same(page: Client, back: PromptVersion) -> None:
    at = datetime.now(UTC)
    at, why = datetime.now(UTC), "It is mended now"
    due_at = at + timedelta(hours=1)
    plan = planning.ask(back, environment="production", override=why, due_at=due_at, by=SYSTEM, at=at)
    assert f"rolled it back, 22 Nov 02:14:07 UTC : {WHY}" in said(page.get(f"/planned-releases/{plan.pk}/"))


def test_of_others_nothing_is_said(page: Client, back: PromptVersion, head: PromptVersion) -> None:
    assert "was taken back" not in said(page.get(of("release/?version=v1&environment=production")))
    assert "was taken back" not in said(page.get(of("release/?version=v2&environment=staging")))


def test_an_ended_canary_counts_too(page: Client, live: PromptVersion, head: PromptVersion, support: User) -> None:
    release(head, percent=10)
    services.roll_back(prompt(), environment="production", by=actor_of(support), at=AT)
    assert "support@operator.example ended its canary, 22 Nov 02:14:07 UTC . No note was left." in said(page.get(V2))


def test_what_was_ended_is_not_taken_back(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    services.end(prompt(), environment="production", by=SYSTEM, at=AT)
    services.roll_back(prompt(), environment="production", to=live, by=SYSTEM, at=AT)
    assert "was taken back" not in said(page.get(V2))


def test_what_they_wrote_is_text(page: Client, live: PromptVersion, head: PromptVersion, support: User) -> None:
    release(head)
    services.roll_back(prompt(), environment="production", note=HOSTILE, by=actor_of(support), at=AT)
    assert is_safe(page.get(V2))
