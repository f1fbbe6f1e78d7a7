"""A release that was sent after the session had ended says in words what it does."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from prompts.models import PromptVersion
from tenants.models import Tenant, User
from tests.prompts.pages.asking import of, said
from tests.prompts.pages.factories import judge, served

RESUME = "/account/resume/"
V2 = of("release/?version=v2&environment=production")


@pytest.fixture(autouse=True)
def unthrottled(db: None) -> None:
    cache.clear()


def form(version: PromptVersion, **more: str) -> dict[str, Any]:
    return {"expected": "1", "version": version.hash, "environment": "production", "to": "everybody", **more}


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"note": "As agreed"}, "support-answer: Release v2 to production? "),
        ({"to": "tenant", "tenant": "acme"}, "support-answer: Release v2 to Acme Robotics alone? "),
        ({"to": "share", "percent": "5"}, "support-answer: Try v2 on 5% of people in production? "),
        ({"when": "later", "at": "23:59"}, "support-answer: Release v2 to production, at a time? "),
    ],
)
def test_it_says_what_it_does_and_is_sent_by_one_press(
    client: Client, engineer: User, live: PromptVersion, head: PromptVersion, acme: Tenant, more: Any, shown: str
) -> None:
    judge(head, live)
    assert client.post(V2, form(head, **more)).status_code == 302
    client.force_login(engineer)
    answer = said(client.get(RESUME))
    assert shown in answer
    assert "everybody:100" not in answer
    assert served() == "v1"
    assert client.post(V2, form(head, **more)).status_code == 302


def test_it_tells_nothing_to_whoever_may_not_release(
    client: Client, support: User, live: PromptVersion, head: PromptVersion
) -> None:
    client.post(V2, form(head))
    client.force_login(support)
    assert "Release v2" not in said(client.get(RESUME))
