from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion, Release
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.factories import AT
from tests.prompts.pages.asking import given, of, said, text
from tests.prompts.pages.factories import make_version, release, served

BACK = of("rollback/?environment=production")


@pytest.fixture
def third(live: PromptVersion, head: PromptVersion) -> PromptVersion:
    """v1, v2 and v3 were live one after another; v3 is."""
    release(head)
    version = make_version("Third.")
    release(version)
    return version


def action(shown: object) -> str:
    return text(shown).partition('<form method="post" action="')[2].partition('"')[0].replace("&amp;", "&")


def test_what_was_served_before_is_chosen(page: Client, third: PromptVersion) -> None:
    shown = page.get(BACK)
    assert "Roll support-answer back to v2 in production?" in said(shown)
    assert "Serves now v3 Will serve v2 What changes Diff: +2 −1 lines" in said(shown)
    assert f'href="{of("v2/")}?against=v3"' in text(shown)
    assert "Roll back to v2 Cancel" in said(shown)


def test_it_needs_no_verdict_and_no_reason(page: Client, third: PromptVersion, operator: Tenant) -> None:
    shown = page.get(BACK)
    answer = page.post(action(shown), {"expected": given(shown, "expected"), "note": "It promises dates"}, follow=True)
    assert answer.redirect_chain == [(of("?now=production"), 302)]
    assert "production serves v2 again." in said(answer)
    assert served() == "v2"
    assert "It promises dates" in (AuditEntry.objects.of(operator).latest("seq").payload or "")


def test_another_that_was_live_can_be_chosen(page: Client, third: PromptVersion, live: PromptVersion) -> None:
    shown = page.get(BACK)
    assert 'href="?environment=production&amp;to=v1"' in text(shown)
    chosen = page.get(f"{BACK}&to=v1")
    assert "Roll back to v1 Cancel" in said(chosen)
    page.post(action(chosen), {"expected": given(chosen, "expected")})
    assert served() == "v1"


def test_pressed_twice_it_goes_back_by_one(page: Client, third: PromptVersion) -> None:
    shown = page.get(BACK)
    form = {"expected": given(shown, "expected")}
    assert page.post(action(shown), form).status_code == 302
    assert page.post(action(shown), form).status_code == 302
    assert served() == "v2"
    assert Release.objects.filter(kind="rollback").count() == 1


def test_pressed_twice_at_the_same_moment_it_goes_back_by_one(
    page: Client, third: PromptVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, roll_back = page.get(BACK), services.roll_back

    def second(*given: Any, **named: Any) -> Any:
        roll_back(*given, **named)
        return roll_back(*given, **named)

    monkeypatch.setattr(services, "roll_back", second)
    assert page.post(action(shown), {"expected": given(shown, "expected")}).status_code == 302
    assert (served(), Release.objects.filter(kind="rollback").count()) == ("v2", 1)


def test_a_change_meanwhile_is_told_and_the_same_button_goes_on(
    page: Client, third: PromptVersion, support: User
) -> None:
    shown = page.get(BACK)
    release(make_version("Fourth."), by=actor_of(support))
    answer = page.post(action(shown), {"expected": given(shown, "expected"), "note": "typed"})
    assert answer.status_code == 409
    assert "Changed while you were here. support@operator.example released v4 to production" in said(answer)
    assert given(answer, "note") == "typed"
    assert served() == "v4"
    assert page.post(action(answer), {"expected": given(answer, "expected")}).status_code == 302
    assert served() == "v2"


def test_a_note_that_is_too_long_is_told_and_kept(page: Client, third: PromptVersion) -> None:
    answer = page.post(BACK, {"expected": "3", "note": "x" * 2001})
    assert answer.status_code == 422
    assert "Keep it under 2000 characters." in said(answer)
    assert given(answer, "note") == "x" * 2001
    assert served() == "v3"


def test_without_what_was_seen_nothing_is_done(page: Client, third: PromptVersion) -> None:
    answer = page.post(BACK)
    assert answer.status_code == 422
    assert "Press the button again." in said(answer)
    assert served() == "v3"
    assert page.post(action(answer), {"expected": given(answer, "expected")}).status_code == 302


def test_where_nothing_was_before_there_is_no_button(page: Client, live: PromptVersion) -> None:
    shown = page.get(BACK)
    assert "Nothing to go back to v1 is the first that production served." in said(shown)
    assert 'method="post"' not in text(shown)
    assert page.post(BACK, {"expected": "1"}).status_code == 409
    assert "is released to staging" in said(page.get(of("rollback/?environment=staging")))


def test_what_is_live_already_has_no_button(page: Client, third: PromptVersion) -> None:
    shown = page.get(f"{BACK}&to=v3")
    assert "production serves v3 already" in said(shown)
    assert 'method="post"' not in text(shown)


@pytest.mark.parametrize("to", ["v4", "v9", "nonsense"])
def test_one_that_was_never_live_there_is_not_there(page: Client, third: PromptVersion, to: str) -> None:
    make_version("Fourth.")
    assert page.get(f"{BACK}&to={to}").status_code == 404
    assert page.post(f"{BACK}&to={to}", {"expected": "3"}).status_code == 404
    assert page.get(of("rollback/", name="nowhere")).status_code == 404


def test_it_goes_through_the_one_door(
    page: Client, third: PromptVersion, head: PromptVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(services, "roll_back", lambda prompt, **values: asked.append(values["to"]))
    page.post(BACK, {"expected": "3"})
    assert asked == [head]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_who_may_not_release_does_not_roll_back(
    client: Client, third: PromptVersion, operator: Tenant, role: Role
) -> None:
    client.force_login(make_user("other@operator.example", role, operator))
    assert client.get(BACK).status_code == 403
    assert client.post(BACK, {"expected": "3"}).status_code == 403
    assert served() == "v3"


def test_nor_does_a_tenants_own_admin(client: Client, third: PromptVersion, acme: Tenant) -> None:
    client.force_login(make_user("boss@acme.example", Role.ADMIN, acme))
    assert client.post(BACK, {"expected": "3"}).status_code == 403
    assert served() == "v3"


def test_other_methods_are_refused(page: Client, third: PromptVersion) -> None:
    assert page.delete(BACK).status_code == 405


def test_what_was_taken_back_is_listed_where_nothing_stands_before(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head)
    services.roll_back(live.prompt, environment="production", by=SYSTEM, at=AT)
    shown = page.get(BACK)
    assert "Roll support-answer back to which version in production?" in said(shown)
    assert "Versions that were live in production v2" in said(shown)
    chosen = page.get(f"{BACK}&to=v2")
    assert "Roll back to v2 Cancel" in said(chosen)
    page.post(action(chosen), {"expected": given(chosen, "expected")})
    assert served() == "v2"


def test_what_goes_back_is_read_before(page: Client, third: PromptVersion) -> None:
    shown = said(page.get(BACK))
    assert "What changes from v3" in shown
    assert "− Third . + Refunds are possible within 14 days." in shown
