"""Going back where there is a canary, and of a tenant's own version."""

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion, Release
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.factories import actor_of
from tests.prompts.factories import AT
from tests.prompts.pages.asking import given, of, said, text
from tests.prompts.pages.factories import make_version, prompt, release, served

BACK = of("rollback/?environment=production")
ACMES = f"{BACK}&tenant=acme"


@pytest.fixture
def trial(live: PromptVersion, head: PromptVersion) -> PromptVersion:
    """v3 to 10% of people beside v2; v1 was live before."""
    release(head)
    version = make_version("Third.")
    release(version, percent=10)
    return version


def action(shown: object) -> str:
    return text(shown).partition('<form method="post" action="')[2].partition('"')[0].replace("&amp;", "&")


def press(page: Client, address: str) -> object:
    shown = page.get(address)
    return page.post(action(shown), {"expected": given(shown, "expected")}, follow=True)


def lanes(tenant: Tenant | None = None) -> tuple[str | None, str | None]:
    found = services.live(prompt(), "production", tenant), services.canary(prompt(), "production", tenant)
    main, canary = (str(each.version) if each else None for each in found)
    return main, canary


def test_a_canary_is_what_is_taken_back_first(page: Client, trial: PromptVersion) -> None:
    shown = page.get(BACK)
    assert "End the canary of support-answer v3 in production?" in said(shown)
    assert "Serves now v2 and v3 to 10% of people Will serve v2 What changes Diff:" in said(shown)
    assert "End the canary: everybody gets v2" in said(shown)
    answer = press(page, BACK)
    assert "The canary of v3 in production has ended: everybody gets v2." in said(answer)
    assert "Release v3 to 10% of people again…" in said(answer)
    assert lanes() == ("v2", None)


def test_all_others_are_taken_back_where_a_tenant_keeps_its_own(
    page: Client, trial: PromptVersion, acme: Tenant
) -> None:
    release(trial, tenant=acme)
    assert "Roll everybody else back to v1 instead…" in said(page.get(BACK))


def test_all_can_be_taken_back_instead(page: Client, trial: PromptVersion) -> None:
    shown = page.get(BACK)
    assert "Roll everybody back to v1 instead…" in said(shown)
    other = page.get(f"{BACK}&to=v1")
    assert "Roll support-answer back to v1 in production?" in said(other)
    assert "The canary of v3 ends with it." in said(other)
    assert "production serves v1 again." in said(press(page, f"{BACK}&to=v1"))
    assert lanes() == ("v1", None)


def test_pressed_twice_only_the_canary_ends(page: Client, trial: PromptVersion) -> None:
    shown = page.get(BACK)
    form = {"expected": given(shown, "expected")}
    assert [page.post(action(shown), form).status_code for _ in range(2)] == [302, 302]
    assert lanes() == ("v2", None)
    assert Release.objects.filter(kind="rollback").count() == 1


def test_a_canary_that_ended_meanwhile_is_no_reason_to_go_back_further(page: Client, trial: PromptVersion) -> None:
    shown = page.get(f"{BACK}&end=canary")
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=AT)
    assert page.post(action(shown), {"expected": given(shown, "expected")}).status_code == 302
    assert lanes() == ("v2", None)
    late = page.get(f"{BACK}&end=canary")
    assert "production serves v2 already" in said(late)
    assert 'method="post"' not in text(late)


def test_a_canary_that_went_to_everybody_meanwhile_is_told(page: Client, trial: PromptVersion, support: User) -> None:
    shown = page.get(f"{BACK}&end=canary")
    release(trial, by=actor_of(support))
    answer = page.post(action(shown), {"expected": given(shown, "expected")})
    assert answer.status_code == 409
    assert "Changed while you were here. support@operator.example released v3 to production at" in said(answer)
    assert "Roll support-answer back to v2 in production?" in said(answer)
    assert lanes() == ("v3", None)
    # The address of an ended canary does nothing else, either.
    again = page.post(action(shown), {"expected": "5"})
    assert again.status_code == 409
    assert lanes() == ("v3", None)


def test_a_share_that_was_raised_meanwhile_is_told(page: Client, trial: PromptVersion, support: User) -> None:
    shown = page.get(BACK)
    release(trial, percent=50, by=actor_of(support))
    answer = page.post(action(shown), {"expected": given(shown, "expected")})
    assert answer.status_code == 409
    assert "raised the canary of v3 from 10% to 50% of people in production" in said(answer)
    assert page.post(action(answer), {"expected": given(answer, "expected")}).status_code == 302
    assert lanes() == ("v2", None)


def test_a_tenant_goes_back_to_its_version_before(page: Client, trial: PromptVersion, acme: Tenant) -> None:
    release(prompt().versions.get(number=1), tenant=acme)
    release(trial, tenant=acme)
    shown = page.get(ACMES)
    assert "Roll support-answer back to v1 for Acme Robotics in production?" in said(shown)
    answer = press(page, ACMES)
    assert "Acme Robotics alone gets v1 in production again." in said(answer)
    assert "Undo: back to v3…" in said(answer)
    assert lanes(acme) == ("v1", None)
    assert lanes() == ("v2", "v3")


def test_a_tenants_first_goes_back_to_what_everybody_gets(page: Client, trial: PromptVersion, acme: Tenant) -> None:
    release(trial, tenant=acme)
    shown = page.get(ACMES)
    assert "Give Acme Robotics what everybody gets of support-answer in production?" in said(shown)
    answer = page.post(action(shown), {"expected": given(shown, "expected")}, follow=True)
    assert "Acme Robotics gets what everybody gets in production: v2." in said(answer)
    assert page.post(action(shown), {"expected": given(shown, "expected")}).status_code == 302
    assert lanes(acme) == (None, None)
    url = text(answer).partition('id="undo" href="')[2].partition('"')[0].replace("&amp;", "&")
    press(page, url)
    assert lanes(acme) == ("v3", None)


def test_a_tenants_canary_beside_what_everybody_gets(page: Client, trial: PromptVersion, acme: Tenant) -> None:
    release(trial, tenant=acme, percent=50)
    assert "End the canary of support-answer v3 for Acme Robotics in production?" in said(page.get(ACMES))
    press(page, ACMES)
    assert lanes(acme) == (None, None)
    assert lanes() == ("v2", "v3")


def test_a_tenant_without_any_has_nothing_to_go_back_to(page: Client, trial: PromptVersion, acme: Tenant) -> None:
    shown = page.get(ACMES)
    assert "Nothing to go back to Acme Robotics has no version of its own in production." in said(shown)
    assert page.post(ACMES, {"expected": "1"}).status_code == 409
    assert page.get(f"{BACK}&tenant=nobody").status_code == 404


def test_what_was_taken_back_can_be_taken_anew(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    answer = press(page, BACK)
    assert "Undo: back to v2…" in said(answer)
    url = text(answer).partition('id="undo" href="')[2].partition('"')[0].replace("&amp;", "&")
    press(page, url)
    assert served() == "v2"


@pytest.mark.parametrize("query", ["&tenant=acme&to=v1", "&end=own"])
def test_nothing_is_offered_that_the_service_refuses(
    page: Client, trial: PromptVersion, acme: Tenant, query: str
) -> None:
    assert page.get(f"{BACK}{query}").status_code == 404
    assert page.post(f"{BACK}{query}", {"expected": "3"}).status_code == 404
    assert lanes(acme) == (None, None)


def test_what_was_a_tenants_own_is_compared_with_what_it_gets_now(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, tenant=acme)
    services.end(prompt(), environment="production", tenant=acme, by=SYSTEM, at=AT)
    shown = page.get(f"{ACMES}&to=v2")
    assert "Serves now what everybody gets, v1 Will serve v2 What changes Diff: +1 −1 lines" in said(shown)


def test_a_tenant_that_would_get_nothing_is_warned_of(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, tenant=acme)
    services.end(prompt(), environment="production", by=SYSTEM, at=AT)
    shown = page.get(ACMES)
    assert "calls of Acme Robotics that name this prompt will fail." in said(shown)
    assert 'class="btn big arm stop"' in text(shown)
