"""Another share for a canary that is under way."""

import pytest
from django.test import Client

from prompts.models import PromptVersion, Release
from tenants.models import Tenant
from tests.prompts.pages.asking import of, said
from tests.prompts.pages.factories import judge, release
from tests.prompts.pages.test_release_audience import fields

V2 = of("release/?version=v2&environment=production")


@pytest.fixture
def trial(live: PromptVersion, head: PromptVersion) -> PromptVersion:
    """v2, which 10% of people get beside v1."""
    judge(head, live)
    release(head, percent=10)
    return head


def test_a_larger_share_says_from_where_and_for_whom(page: Client, trial: PromptVersion) -> None:
    shown = said(page.get(f"{V2}&percent=25"))
    assert "Raise the canary of support-answer v2 from 10% to 25% of people in production?" in shown
    assert "Gets v2 now 10% of people Will get v2 25% of people" in shown
    assert "Who changes 15% more go from v1 to v2; who gets v2 now keeps it" in shown
    assert "Raise v2 from 10% to 25% of people in production" in shown
    assert "takes the place" not in shown


def test_a_smaller_share_says_who_goes_back(page: Client, trial: PromptVersion) -> None:
    shown = said(page.get(f"{V2}&percent=4"))
    assert "Lower the canary of support-answer v2 from 10% to 4% of people in production?" in shown
    assert "Who changes 6% go back to v1; no one else changes" in shown
    assert "Lower v2 from 10% to 4% of people in production" in shown


def test_pressed_it_raises_the_share(page: Client, trial: PromptVersion) -> None:
    shown = page.get(f"{V2}&percent=25")
    assert page.post(V2, fields(shown, percent="25")).status_code == 302
    assert Release.objects.latest("number").percent == 25


def test_of_a_customer_it_is_about_its_own_people(page: Client, trial: PromptVersion, acme: Tenant) -> None:
    assert "Try support-answer v2 on 25% of Acme Robotics’s people" in said(page.get(f"{V2}&tenant=acme&percent=25"))
    release(trial, tenant=acme, percent=10)
    shown = said(page.get(f"{V2}&tenant=acme&percent=25"))
    assert "from 10% to 25% of Acme Robotics’s people in production?" in shown


def test_a_planned_one_says_the_same(page: Client, trial: PromptVersion) -> None:
    shown = page.get(f"{V2}&percent=25&at=23:59")
    answer = page.post(V2, fields(shown, percent="25", at="23:59"), follow=True)
    assert "Raise v2 from 10% to 25% of people in production?" in said(answer)
    assert "15% more go from v1 to v2" in said(answer)
