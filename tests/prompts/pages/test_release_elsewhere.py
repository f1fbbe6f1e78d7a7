"""Another version or environment is looked at, and what was typed goes along."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from prompts.models import PlannedRelease, PromptVersion
from tenants.models import Tenant
from tests.prompts.pages.asking import HOSTILE, given, is_safe, of, said, text
from tests.prompts.pages.factories import judge, make_version, release, served
from tests.prompts.pages.test_release_audience import fields

REASON = "The provider is down, and this only fixes a typo."
V2 = of("release/?version=v2&environment=production")


def action(response: Any) -> str:
    """Where the form of the page is sent."""
    found = re.search(r'<form method="post" id="release" action="([^"]*)"', response.content.decode())
    assert found is not None
    return html.unescape(found[1])


def chosen(response: Any) -> str:
    found = re.search(r'<option value="[^"]*" selected>(v\d+)', response.content.decode())
    return found[1] if found else ""


def test_all_that_was_typed_goes_along(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(live, "staging")
    shown = page.get(f"{V2}&at=23:59")
    typed = {"override": REASON, "note": "typed", "at": "23:59"}
    shown = page.post(V2, fields(shown, look="place", environment="staging", version=head.hash, **typed))
    assert "Release support-answer v2 to staging?" in said(shown)
    assert "Plan v2 for " in said(shown)
    assert (given(shown, "override"), given(shown, "note"), given(shown, "when")) == (REASON, "typed", "later")
    assert page.post(action(shown), fields(shown, **typed)).status_code == 302
    plan = PlannedRelease.objects.get()
    assert (plan.environment, plan.note, served("staging")) == ("staging", "typed", "v1")


def test_another_version_is_looked_at_with_the_same_customer(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    third = make_version("Third.")
    shown = page.get(f"{V2}&tenant=acme&percent=25")
    shown = page.post(V2, fields(shown, look="place", version=third.hash, percent="25", override=REASON))
    assert "Try support-answer v3 on 25% of Acme Robotics’s people in production?" in said(shown)
    assert page.post(action(shown), fields(shown, percent="25", override=REASON)).status_code == 302


def test_what_is_known_is_one_press_away_and_loses_nothing(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    slip = of("release/?version=v2&environment=prodution")
    shown = page.get(slip)
    assert 'name="look" value="environment:production"' in text(shown)
    shown = page.post(slip, fields(shown, look="environment:production", override=REASON, note="typed"))
    assert "Release support-answer v2 to production?" in said(shown)
    assert (given(shown, "override"), given(shown, "note")) == (REASON, "typed")
    assert page.post(action(shown), fields(shown, override=REASON)).status_code == 302
    assert (served(), served("prodution")) == ("v2", "nothing")


def test_a_name_that_cannot_be_is_told_beside_the_field(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    shown = page.post(V2, fields(page.get(V2), look="place", environment="Not one", note="typed"))
    assert shown.status_code == 200
    assert "A name has small letters, digits and hyphens" in said(shown)
    assert 'value="Not one"' in text(shown)
    assert given(shown, "note") == "typed"
    assert is_safe(page.post(V2, fields(page.get(V2), look="place", environment=HOSTILE)))


def test_chosen_and_not_looked_at_it_is_not_released(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    third = make_version("Third.")
    answer = page.post(V2, fields(page.get(V2), version=third.hash))
    assert answer.status_code == 422
    assert "You chose something else since the button was drawn." in said(answer)
    assert served() == "v1"
    assert page.post(V2, {"expected": "1", "version": third.hash, "override": REASON}).status_code == 422
    assert served() == "v1"


def test_the_version_looked_at_stays_chosen_among_very_many(
    page: Client, live: PromptVersion, head: PromptVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prompts.views.release_page._CHOICES", 1)
    shown = page.get(of("release/?version=v1&environment=staging"))
    assert chosen(shown) == "v1"


@pytest.mark.parametrize(
    ("look", "focused"),
    [
        ("to:share", 'value="to:share" formnovalidate autofocus'),
        ("when:later", 'value="when:later" formnovalidate autofocus'),
        ("tenant:acme", 'value="tenant:" formnovalidate autofocus'),
        ("place", 'value="place" formnovalidate autofocus'),
        ("environment:production", '<h1 tabindex="-1" autofocus>'),
    ],
)
def test_the_focus_stays_where_it_was_pressed(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, look: str, focused: str
) -> None:
    form = fields(page.get(V2)) | ({"to": "tenant"} if look.startswith("tenant") else {})
    shown = text(page.post(V2, form | {"look": look}))
    assert focused in shown
    assert shown.count("autofocus") == 1
    assert "autofocus" not in text(page.get(V2))


@pytest.mark.parametrize(
    ("form", "focused"),
    [
        (
            {"to": "share", "percent": "33"},
            'maxlength="3" value="33" autofocus',
        ),
        ({"when": "later", "at": "23:59"}, 'id="at" name="at"'),
        ({"to": "tenant", "q": "nobody"}, 'placeholder="Name, ID or domain" autofocus'),
    ],
)
def test_enter_in_a_field_leaves_one_in_it(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, form: dict[str, str], focused: str
) -> None:
    shown = text(page.post(V2, fields(page.get(V2)) | form | {"look": "same"}))
    assert focused in shown
    assert shown.count("autofocus") == 1
