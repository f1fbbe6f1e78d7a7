"""A lane serves nothing of its own any more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion, Release
from tenants.models import AuditEntry, Feature, Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.pages.asking import given, of, said, text
from tests.prompts.pages.factories import make_version, prompt, record_arm, release, served

END = of("end/?environment=production")
ACMES = f"{END}&tenant=acme"
NOW = datetime.now(UTC)


@pytest.fixture
def acmes(live: PromptVersion, head: PromptVersion, acme: Tenant) -> PromptVersion:
    """v2, which acme alone gets."""
    release(head, tenant=acme)
    return head


def of_acme(acme: Tenant) -> str:
    found = services.live(prompt(), "production", acme)
    return str(found.version) if found else "nothing of its own"


def test_it_says_which_calls_would_fail(
    page: Client, acmes: PromptVersion, live: PromptVersion, acme: Tenant, globex: Tenant, answers: Feature
) -> None:
    record_arm(live, globex.pk, answers.pk, calls=4, at=NOW - timedelta(hours=3))
    record_arm(live, globex.pk, answers.pk, calls=4, at=NOW - timedelta(days=9))
    record_arm(acmes, acme.pk, answers.pk, calls=2, at=NOW - timedelta(hours=3))
    shown = said(page.get(END))
    assert "Serve nothing of support-answer in production any more?" in shown
    assert "Serves now v1 Will serve nothing Calls in 7 days 4 like these would fail" in shown
    assert "1 tenant with a version of its own keeps it" in shown


def test_a_tenant_with_a_canary_alone_keeps_nothing_and_that_its_canary_ends_is_said(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, globex: Tenant
) -> None:
    release(head, tenant=globex, percent=20)
    shown = said(page.get(END))
    assert "released there again. The canary beside what everybody gets ends with it." in shown
    assert "of its own" not in shown
    release(head, tenant=acme)
    release(head, percent=5)
    shown = said(page.get(END))
    assert "1 tenant with a version of its own keeps it. 2 canaries beside what everybody gets end with it." in shown
    page.post(END, {"expected": given(page.get(END), "expected")})
    left = Release.objects.of(prompt(), "production").lasting()
    assert [(each.tenant, each.is_canary) for each in left] == [(acme, False)]


def test_for_a_tenant_it_says_what_they_get_instead(
    page: Client, acmes: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    record_arm(acmes, acme.pk, answers.pk, calls=2, at=NOW - timedelta(hours=3))
    shown = said(page.get(ACMES))
    assert "Give Acme Robotics what everybody gets of support-answer in production?" in shown
    assert "Serves now v2 Will serve v1 as everybody gets Calls in 7 days 2 get v1 instead" in shown


def test_calls_that_nobody_can_tell_are_no_zero(page: Client, live: PromptVersion) -> None:
    make_version(name="the-same")
    assert "Calls in 7 days — no data nobody can tell: another prompt has the same content" in said(page.get(END))


def test_pressed_the_environment_serves_nothing(page: Client, live: PromptVersion, operator: Tenant) -> None:
    shown = page.get(END)
    answer = page.post(END, {"expected": given(shown, "expected"), "note": "Not ready"}, follow=True)
    assert answer.redirect_chain == [(of("?now=production"), 302)]
    assert "production serves nothing of support-answer any more." in said(answer)
    assert "Undo: roll back to v1…" in said(answer)
    assert served() == "nothing"
    assert "Not ready" in (AuditEntry.objects.of(operator).latest("seq").payload or "")


def test_the_way_to_undo_it_leads_back(page: Client, live: PromptVersion) -> None:
    answer = page.post(END, {"expected": "1"}, follow=True)
    url = text(answer).partition('id="undo" href="')[2].partition('"')[0].replace("&amp;", "&")
    back = page.get(url)
    assert "Roll support-answer back to v1 in production?" in said(back)
    action = text(back).partition('<form method="post" action="')[2].partition('"')[0].replace("&amp;", "&")
    page.post(action, {"expected": given(back, "expected")})
    assert served() == "v1"


def test_pressed_for_a_tenant_it_gets_what_everybody_gets(page: Client, acmes: PromptVersion, acme: Tenant) -> None:
    answer = page.post(ACMES, {"expected": given(page.get(ACMES), "expected")}, follow=True)
    assert "Acme Robotics gets what everybody gets in production: v1." in said(answer)
    assert "Undo: roll back to v2…" in said(answer)
    assert (of_acme(acme), served()) == ("nothing of its own", "v1")


@pytest.mark.parametrize("address", [END, ACMES])
def test_pressed_twice_at_the_same_moment_it_is_done_once(
    page: Client, acmes: PromptVersion, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    form = {"expected": given(page.get(address), "expected")}
    end = services.end

    def second(*given: Any, **named: Any) -> Any:
        end(*given, **named)
        return end(*given, **named)

    monkeypatch.setattr(services, "end", second)
    assert page.post(address, form).status_code == 302
    assert Release.objects.filter(kind="end").count() == 1


@pytest.mark.parametrize("address", [END, ACMES])
def test_pressed_twice_it_is_done_once(page: Client, acmes: PromptVersion, address: str) -> None:
    form = {"expected": given(page.get(address), "expected")}
    assert [page.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Release.objects.filter(kind="end").count() == 1


def test_a_change_meanwhile_is_told_and_the_same_button_goes_on(
    page: Client, live: PromptVersion, head: PromptVersion, support: User
) -> None:
    shown = page.get(END)
    release(head, percent=5, by=actor_of(support))
    answer = page.post(END, {"expected": given(shown, "expected"), "note": "typed"})
    assert answer.status_code == 409
    assert "support@operator.example began to try v2 on 5% of people in production" in said(answer)
    assert given(answer, "note") == "typed"
    assert served() == "v1"
    assert page.post(END, {"expected": given(answer, "expected")}).status_code == 302
    assert (served(), services.canary(prompt(), "production")) == ("nothing", None)


def test_where_nothing_is_served_there_is_no_button(page: Client, live: PromptVersion, acme: Tenant) -> None:
    shown = page.get(of("end/?environment=staging"))
    assert "staging serves nothing already" in said(shown)
    assert 'method="post"' not in text(shown)
    assert "Acme Robotics has no version of its own It gets what everybody gets in production: v1." in said(
        page.get(ACMES)
    )


@pytest.mark.parametrize(
    ("form", "words"), [({}, "Press the button again."), ({"expected": "1", "note": "x" * 2001}, "Keep it")]
)
def test_what_is_incomplete_is_told_and_does_nothing(
    page: Client, live: PromptVersion, form: dict[str, str], words: str
) -> None:
    answer = page.post(END, form)
    assert answer.status_code == 422
    assert words in said(answer)
    assert served() == "v1"


def test_what_is_not_there_is_not_there(page: Client, live: PromptVersion) -> None:
    assert page.get(of("end/?tenant=nobody")).status_code == 404
    assert page.get(of("end/", name="nowhere")).status_code == 404


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_who_may_not_release_ends_nothing(client: Client, live: PromptVersion, operator: Tenant, role: Role) -> None:
    client.force_login(make_user("other@operator.example", role, operator))
    assert client.get(END).status_code == 403
    assert client.post(END, {"expected": "1"}).status_code == 403
    assert served() == "v1"
