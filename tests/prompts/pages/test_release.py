import pytest
from django.test import Client

from evals import services as evals
from prompts import services
from prompts.models import PromptVersion, Release
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant, User
from tests.factories import actor_of, make_user
from tests.prompts.factories import AT
from tests.prompts.factories import make_version as make_plain
from tests.prompts.pages.asking import HOSTILE, given, is_safe, of, said, text
from tests.prompts.pages.factories import judge, make_version, prompt, release, served

REASON = "The provider is down, and this only fixes a typo."
V2 = of("release/?version=v2&environment=production")


def test_it_shows_what_is_served_and_what_will_be(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    shown = page.get(V2)
    assert "Release support-answer v2 to production?" in said(shown)
    assert "Serves now v1 Will serve v2 What changes Diff: +1 −1 lines" in said(shown)
    assert f'href="{of("v2/")}?against=v1"' in text(shown)


def test_what_is_green_needs_no_reason(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    run = judge(head, live)
    shown = page.get(V2)
    assert "Pass support-answer" in said(shown)
    assert f'href="/evals/runs/{run.pk}/"' in text(shown)
    assert 'name="override"' not in text(shown)
    answer = page.post(V2, {"expected": given(shown, "expected"), "note": "As agreed"}, follow=True)
    assert answer.redirect_chain == [(of("?now=production"), 302)]
    assert "production serves v2." in said(answer)
    assert served() == "v2"
    assert Release.objects.get(version=head).note == "As agreed"


def test_a_number_of_a_release_that_there_is_not_does_nothing(page: Client) -> None:
    make_version()
    answer = page.post(of("release/?version=v1"), {"expected": "5", "override": REASON})
    assert (answer.status_code, given(answer, "expected"), served()) == (409, "0", "nothing")


def test_it_goes_through_the_one_door(
    page: Client, live: PromptVersion, head: PromptVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PromptVersion] = []
    monkeypatch.setattr(evals, "promote", lambda version, **values: asked.append(version))
    page.post(V2, {"expected": "1"})
    assert asked == [head]


@pytest.mark.parametrize("override", ["", "  ", "too short"])
def test_what_is_not_green_needs_a_reason(
    page: Client, live: PromptVersion, head: PromptVersion, override: str
) -> None:
    judge(head, live, verdict="blocked")
    shown = page.get(V2)
    assert "Its last verdict is blocked." in said(shown)
    assert "Goes into the audit log" in said(shown)
    answer = page.post(V2, {"expected": "1", "override": override, "note": "typed <b>this</b>"})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert "Say why in at least 10 characters" in said(answer)
    assert given(answer, "note") == "typed <b>this</b>"
    assert served() == "v1"


def test_with_a_reason_it_goes_live_and_the_reason_is_kept(
    page: Client, live: PromptVersion, head: PromptVersion, operator: Tenant
) -> None:
    assert "It has not been run on v2 against v1, which is live." not in said(page.get(V2))
    answer = page.post(V2, {"expected": "1", "override": REASON})
    assert answer.status_code == 302
    assert served() == "v2"
    assert Release.objects.get(version=head).override_reason == REASON
    assert REASON in (AuditEntry.objects.of(operator).latest("seq").payload or "")


def test_what_is_missing_is_said_in_words(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    assert "Not judged support-answer It was never pushed." in said(page.get(V2))
    make_plain(name="lonely")
    assert "no suite Nothing judges this prompt" in said(page.get(of("release/", name="lonely")))


def test_whoever_pushed_it_is_told_that_a_second_person_has_to(
    page: Client, live: PromptVersion, engineer: User
) -> None:
    make_version("Mine.", by=actor_of(engineer))
    shown = page.get(V2)
    assert "a second person has to let it go live" in said(shown)
    assert "Ask for a second person" in said(shown)
    answer = page.post(V2, {"expected": "1", "override": REASON})
    assert answer.status_code == 403
    assert "a second person has to let it go live" in said(answer)
    assert served() == "v1"


def test_where_the_environment_takes_a_second_person_it_says_so(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    judge(head, live)
    services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    answer = page.post(V2, {"expected": "1"})
    assert answer.status_code == 403
    assert "production takes a second person. Ask for it" in said(answer)
    assert served() == "v1"


def test_a_first_release_has_nothing_to_compare_with(page: Client) -> None:
    version = make_version()
    judge(version)
    shown = page.get(of("release/"))
    assert "Serves now nothing Will serve v1 What changes all of it" in said(shown)
    assert page.post(of("release/"), {"expected": given(shown, "expected")}).status_code == 302
    assert served() == "v1"


def test_unless_one_is_named_it_is_about_the_newest(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    assert "Release support-answer v2 to production?" in said(page.get(of("release/")))
    assert "Release support-answer v1 to staging?" in said(page.get(of("release/?version=v1&environment=staging")))


def test_a_change_meanwhile_is_told_and_the_same_button_goes_on(
    page: Client, live: PromptVersion, head: PromptVersion, support: User
) -> None:
    shown = page.get(V2)
    release(make_version("Third."), by=actor_of(support))
    answer = page.post(V2, {"expected": given(shown, "expected"), "override": REASON, "note": "typed"})
    assert answer.status_code == 409
    assert "Changed while you were here. support@operator.example released v3 to production" in said(answer)
    assert (given(answer, "override"), given(answer, "note")) == (REASON, "typed")
    assert "Serves now v3" in said(answer)
    assert served() == "v3"
    fields = {name: given(answer, name) for name in ("expected", "override", "note")}
    assert page.post(V2, fields).status_code == 302
    assert served() == "v2"


def test_pressed_twice_it_is_released_once(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    form = {"expected": "1", "override": REASON}
    assert page.post(V2, form).status_code == 302
    assert page.post(V2, form).status_code == 302
    assert Release.objects.filter(version=head).count() == 1


def test_sent_again_after_it_was_taken_back_it_stays_back(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    form = {"expected": "1", "override": REASON}
    page.post(V2, form)
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=AT)
    assert page.post(V2, form).status_code == 409
    assert served() == "v1"


def test_what_is_live_already_has_no_button(page: Client, live: PromptVersion) -> None:
    shown = page.get(of("release/?version=v1"))
    assert "production serves v1 already" in said(shown)
    assert '<button class="btn big' not in text(shown)


@pytest.mark.parametrize("form", [{}, {"expected": "x"}, {"expected": "-1"}, {"expected": "1", "note": "x" * 2001}])
def test_a_form_that_cannot_be_is_told(
    page: Client, live: PromptVersion, head: PromptVersion, form: dict[str, str]
) -> None:
    judge(head, live)
    answer = page.post(V2, form)
    assert answer.status_code == 422
    assert "Not released yet." in said(answer)
    assert given(answer, "note") == form.get("note", "")
    assert served() == "v1"


def test_a_form_that_came_incomplete_can_be_sent_again(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    answer = page.post(V2, {"override": REASON})
    assert page.post(V2, {name: given(answer, name) for name in ("expected", "override")}).status_code == 302
    assert served() == "v2"


@pytest.mark.parametrize(
    "query", ["?version=v9", "?version=nonsense", "?environment=Not%20one", f"?environment={'x' * 31}"]
)
def test_what_is_not_there_is_not_there(page: Client, live: PromptVersion, query: str) -> None:
    assert page.get(of(f"release/{query}")).status_code == 404
    assert page.post(of(f"release/{query}"), {"expected": "1"}).status_code == 404


def test_a_version_of_another_prompt_is_not_there(page: Client, live: PromptVersion) -> None:
    other = make_plain(name="other")
    assert page.get(of(f"release/?version={other.hash}")).status_code == 404
    assert page.get(of("release/", name="nowhere")).status_code == 404


def test_what_others_wrote_is_text(page: Client, live: PromptVersion) -> None:
    make_version("Evil.", message=HOSTILE)
    answer = page.post(V2, {"expected": "0", "override": HOSTILE, "note": HOSTILE})
    assert answer.status_code == 409
    assert is_safe(page.get(V2))
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_who_may_not_release_does_not(
    client: Client, live: PromptVersion, head: PromptVersion, operator: Tenant, role: Role
) -> None:
    judge(head, live)
    client.force_login(make_user("other@operator.example", role, operator))
    assert client.get(V2).status_code == 403
    assert client.post(V2, {"expected": "1"}).status_code == 403
    assert served() == "v1"


def test_nor_does_a_tenants_own_admin(client: Client, live: PromptVersion, head: PromptVersion, acme: Tenant) -> None:
    judge(head, live)
    client.force_login(make_user("boss@acme.example", Role.ADMIN, acme))
    assert client.post(V2, {"expected": "1"}).status_code == 403
    assert served() == "v1"


def test_other_methods_are_refused(page: Client, live: PromptVersion) -> None:
    assert page.put(V2).status_code == 405


def test_what_was_refused_is_said_first_and_leads_to_the_field(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    assert "<title>Release" in text(page.get(V2))
    answer = text(page.post(V2, {"expected": "1", "override": "short"}))
    assert "<title>Problem: Release support-answer v2" in answer
    assert 'id="problem" role="alert" tabindex="-1" autofocus' in answer
    assert '<a href="#override">Say why in at least 10 characters' in answer


def test_what_changed_meanwhile_is_focused_too(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(make_version("Third."))
    answer = text(page.post(V2, {"expected": "1", "override": REASON}))
    assert "<title>Problem: Release" in answer
    assert 'id="changed" role="alert" tabindex="-1" autofocus' in answer


def test_a_short_change_is_read_at_once(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    shown = text(page.get(V2))
    assert '<details class="more changes" open> <summary>What changes from v1</summary>' in shown
    assert "within <ins>14</ins> days" in shown


def test_a_long_change_is_opened_first(page: Client, live: PromptVersion) -> None:
    make_version("\n".join(f"Rule {number}." for number in range(30)))
    assert '<details class="more changes"> <summary>' in text(page.get(V2))
