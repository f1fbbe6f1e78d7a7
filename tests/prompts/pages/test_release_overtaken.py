"""Somebody changed what is served while the page was open: who, what, and what the button comes to now."""

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion, Release
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.factories import actor_of
from tests.prompts.factories import AT
from tests.prompts.pages.asking import of, said, text
from tests.prompts.pages.factories import judge, make_version, prompt, release
from tests.prompts.pages.test_release_audience import fields

V2 = of("release/?version=v2&environment=production")
ANEW = 'name="look" value="anew"'


@pytest.fixture
def trial(live: PromptVersion, head: PromptVersion) -> PromptVersion:
    """v2, which 10% of people get beside v1."""
    judge(head, live)
    release(head, percent=10)
    return head


def test_what_would_now_do_something_else_is_looked_at_first(page: Client, trial: PromptVersion, support: User) -> None:
    shown = page.get(f"{V2}&percent=5")
    services.roll_back(prompt(), environment="production", note="It is bad", by=actor_of(support), at=AT)
    answer = page.post(V2, fields(shown, percent="5", note="typed"))
    assert answer.status_code == 409
    assert "support@operator.example ended the canary of v2 in production" in said(answer)
    assert "It is bad" in said(answer)
    assert "would do something else now: Try v2 on 5% of people in production" in said(answer)
    assert 'type="submit">Try' not in text(answer)
    assert ANEW in text(answer)
    assert page.post(V2, fields(answer, percent="5")).status_code == 422
    assert services.canary(prompt(), "production") is None


def test_looked_at_it_does_what_it_says(page: Client, trial: PromptVersion) -> None:
    shown = page.get(f"{V2}&percent=5")
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=AT)
    answer = page.post(V2, fields(shown, percent="5", note="typed"))
    looked = page.post(V2, fields(answer, percent="5", look="anew"))
    assert ANEW not in text(looked)
    assert page.post(V2, fields(looked, percent="5")).status_code == 302
    assert Release.objects.latest("number").note == "typed"


def test_what_still_does_the_same_goes_on(page: Client, trial: PromptVersion, support: User) -> None:
    shown = page.get(f"{V2}&percent=50")
    release(trial, percent=25, by=actor_of(support))
    answer = page.post(V2, fields(shown, percent="50"))
    assert "raised the canary of v2 from 10% to 25% of people in production" in said(answer)
    assert "The button below does this: Raise v2 from 25% to 50% of people in production" in said(answer)
    assert page.post(V2, fields(answer, percent="50")).status_code == 302


def test_whoever_went_back_meanwhile_is_not_overruled_unseen(
    page: Client, live: PromptVersion, head: PromptVersion, support: User
) -> None:
    judge(head, live)
    shown = page.get(V2)
    release(head)
    services.roll_back(prompt(), environment="production", note="Invents refunds", by=actor_of(support), at=AT)
    answer = page.post(V2, fields(shown))
    assert "support@operator.example rolled production back to v1" in said(answer)
    assert ANEW in text(answer)


def test_a_customers_own_going_back_concerns_no_other(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    judge(head, live)
    release(head, tenant=acme)
    shown = page.get(V2)
    services.roll_back(prompt(), environment="production", tenant=acme, by=SYSTEM, at=AT)
    answer = page.post(V2, fields(shown))
    assert answer.status_code == 409
    assert ANEW not in text(answer)


def test_a_release_to_all_is_told_and_not_the_canary_that_it_ended(
    page: Client, trial: PromptVersion, support: User
) -> None:
    shown = page.get(f"{V2}&percent=25")
    release(make_version("Third."), by=actor_of(support))
    answer = page.post(V2, fields(shown, percent="25"))
    assert "support@operator.example released v3 to production" in said(answer)
    assert ANEW in text(answer)
