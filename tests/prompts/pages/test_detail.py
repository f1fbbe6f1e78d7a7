from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from tenants import revisions
from tenants.actors import SYSTEM
from tenants.models import Process, Revision, Tenant, User
from tests.factories import actor_of, make_key
from tests.prompts.factories import AT
from tests.prompts.pages.asking import HOSTILE, is_safe, of, said, text
from tests.prompts.pages.factories import judge, make_version, prompt, release


@pytest.fixture
def news(engineer: User) -> PromptVersion:
    """v1, which went live a minute ago."""
    version = make_version()
    release(version, at=datetime.now(UTC) - timedelta(minutes=1))
    return version


def make_gateway(number: int, *, behind: int = 0, seen_at: datetime | None = None) -> None:
    now = revisions.number(Revision.Name.CONFIG)
    Process.objects.create(
        id=uuid4(), kind="gateway", name=f"gateway-{number}", host="here", pid=number, started_at=AT,
        seen_at=seen_at or datetime.now(UTC) + timedelta(minutes=1),
        stops_revision=1, config_revision=now - behind, push_works=True, open_calls=0,
    )  # fmt: skip


def test_versions_read_as_a_log(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    shown = said(page.get(of()))
    assert f"v2 Say how refunds work {head.short} · commit 4f1c0a9be7 · Ada Lovelace · 22 Nov 2026" in shown
    assert f"v1 Say how refunds work production {live.short}" in shown
    assert shown.index(head.short) < shown.index(live.short)


def test_each_version_has_the_verdict_of_each_suite(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    judge(head, live)
    run = judge(head, live, verdict="blocked")
    shown = page.get(of())
    assert "Blocked support-answer" in said(shown)
    assert f'href="/evals/runs/{run.pk}/"' in text(shown)
    assert "not judged" in said(shown)


def test_environments_say_what_they_serve_since_when_and_by_whom(
    page: Client, live: PromptVersion, head: PromptVersion, engineer: User, acme: Tenant
) -> None:
    make_key(acme, environment="staging")
    release(head, by=actor_of(engineer), override="The provider is down today.")
    shown = said(page.get(of()))
    assert "production v2 since 22 Nov 02:14:07 UTC · released by you · without a green verdict" in shown
    assert "staging Nothing released" in shown


def test_one_that_is_behind_says_by_how_much(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    assert "production v1 1 behind v2" in said(page.get(of()))


def test_releases_are_told_with_their_reasons(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head, override="The provider is down today.", note="As agreed")
    services.roll_back(prompt(), environment="production", note="It promises dates", by=SYSTEM, at=AT)
    shown = said(page.get(of()))
    shown = shown[shown.index("Releases") :]
    assert "production v2 → v1 Rolled back It promises dates" in shown
    assert "production v1 → v2 Without a green verdict: The provider is down today. As agreed" in shown
    assert shown.index("v2 → v1") < shown.index("v1 → v2")


def test_long_logs_come_in_pages(page: Client, live: PromptVersion) -> None:
    versions = [make_version(f"Within {number} days.") for number in range(30)]
    for version in versions[:12]:
        release(version)
    shown = page.get(of())
    assert "v31" in said(shown)
    assert 'class="no mono" href="/prompts/support-answer/v6/"' not in text(shown)
    assert 'href="?page=2">Older' in text(shown)
    assert 'class="no mono" href="/prompts/support-answer/v6/"' in text(page.get(of("?page=2")))
    assert "production v1 → v2" not in said(shown)
    assert "production v1 → v2" in said(page.get(of("?log=60")))
    assert "There are no more versions" in said(page.get(of("?page=9")))


def test_buttons_lead_to_the_confirm_pages(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    make_version("Within 7 days.")
    shown = text(page.get(of()))
    assert f'href="{of("release/")}?environment=production">Release…' in shown
    assert f'href="{of("rollback/")}?environment=production">Roll back…' in shown


def test_where_there_is_nothing_to_go_back_to_there_is_no_button(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(of()))
    assert "Roll back…" not in shown
    assert "Release…" not in shown


def test_who_may_release_nothing_may_stop_what_is_served(
    reader: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head)
    shown = said(reader.get(of()))
    assert "production v2" in shown
    assert "Stop this version… v2" in shown
    assert shown.partition("Environments")[2].count("…") == 1


def test_what_was_just_released_says_who_serves_it(page: Client, news: PromptVersion) -> None:
    make_gateway(1)
    make_gateway(2)
    shown = page.get(of("?now=production"))
    assert "production serves v1. 2 of 2 gateways have it in force." in said(shown)
    assert 'role="status"><div class="note ok">' in text(shown)
    assert "hx-get" not in text(shown).partition('id="served"')[2].partition("</div>")[0]


def test_until_every_gateway_serves_it_the_page_asks_again(page: Client, news: PromptVersion) -> None:
    make_gateway(1)
    make_gateway(2, behind=1)
    shown = page.get(of("?now=production"))
    assert "1 of 2 gateways have it in force; waiting for gateway-2." in said(shown)
    assert "longer than it should" in said(shown)
    assert 'hx-trigger="every 1s"' in text(shown)
    assert '<div class="note warn">' in text(shown)
    assert '<noscript><p class="sm"><a href="?now=production">Refresh</a>' in text(shown)
    part = page.get(of("?now=production"), headers={"HX-Target": "served"})
    assert part.status_code == 200
    Process.objects.update(config_revision=revisions.number(Revision.Name.CONFIG))
    part = page.get(of("?now=production"), headers={"HX-Target": "served"})
    assert (part.status_code, said(part)) == (286, "production serves v1. 2 of 2 gateways have it in force.")
    assert '<div class="note ok">' in text(part)
    assert "HX-Target" in part.headers["Vary"]


def test_for_some_seconds_that_is_neither_good_nor_bad(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    make_gateway(1, behind=1)
    release(head, at=datetime.now(UTC))
    assert '<div class="note plain">' in text(page.get(of("?now=production")))


def test_what_was_released_a_while_ago_is_no_news(page: Client, live: PromptVersion) -> None:
    make_gateway(1)
    assert 'id="served"' not in text(page.get(of("?now=production")))
    part = page.get(of("?now=production"), headers={"HX-Target": "served"})
    assert (part.status_code, said(part)) == (286, "")


def test_one_that_is_lost_is_told_apart(page: Client, news: PromptVersion) -> None:
    make_gateway(1)
    make_gateway(2, behind=1, seen_at=AT)
    assert "1 of 2 gateways have it in force; not heard from gateway-2." in said(page.get(of("?now=production")))


def test_without_gateways_it_says_so(page: Client, news: PromptVersion) -> None:
    assert "No gateway is running" in said(page.get(of("?now=production")))


@pytest.mark.parametrize("now", ["nowhere", "staging", ""])
def test_an_environment_that_serves_nothing_has_no_news(page: Client, live: PromptVersion, now: str) -> None:
    assert 'id="served"' not in text(page.get(of(f"?now={now}")))


def test_the_words_of_commits_and_people_are_text(page: Client, live: PromptVersion) -> None:
    evil = make_version("Evil.", message=HOSTILE, author=HOSTILE)
    release(evil, override=HOSTILE, note=HOSTILE)
    shown = page.get(of())
    assert is_safe(shown)
    assert "&lt;script&gt;" in shown.content.decode()


def test_a_prompt_that_is_not_there_is_not_there(page: Client, live: PromptVersion) -> None:
    assert page.get(of(name="other")).status_code == 404


def test_a_tenants_own_people_do_not_see_it(client: Client, live: PromptVersion, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(of()).status_code == 403


def test_nothing_is_posted_to_it(page: Client, live: PromptVersion) -> None:
    assert page.post(of()).status_code == 405


def test_what_was_live_can_be_reached_after_it_was_taken_back(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head)
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=AT)
    shown = text(page.get(of()))
    assert f'href="{of("rollback/")}?environment=production">Earlier versions…' in shown
    assert "Roll back…" not in shown


def test_where_one_still_stands_before_it_going_back_again_is_one_press(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head)
    release(make_version("Within 7 days."))
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=AT)
    shown = text(page.get(of()))
    assert f'href="{of("rollback/")}?environment=production">Roll back…' in shown
    assert "Earlier versions…" not in shown


def test_a_suite_of_the_prompts_own_name_is_said_to_who_does_not_see_where_it_stands(
    page: Client, live: PromptVersion
) -> None:
    judge(live)
    assert '<span class="vh">support-answer</span></a>' in text(page.get(of()))


def test_each_version_says_how_much_changed(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    shown = said(page.get(of()))
    assert "+1 −1 lines · 56 tokens" in shown
    assert shown.count("lines ·") == 1


@pytest.mark.parametrize("text", ["v2", "4F1C0A9", "ada love", "HOW REFUNDS", "why"])
def test_versions_are_found_by_what_they_say(page: Client, live: PromptVersion, text: str) -> None:
    make_version("Never.", message="Say why", author="Grace Hopper")
    shown = said(page.get(of(), {"q": text}))
    assert ("Say why" in shown) == (text in ("v2", "4F1C0A9", "why"))
    assert f'value="{text}"' in page.get(of(), {"q": text}).content.decode()


def test_what_no_version_says_is_told(page: Client, live: PromptVersion) -> None:
    assert "No version says “<b>”. Show all versions" in said(page.get(of(), {"q": "<b>"}))


def test_all_versions_are_a_file(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    found = page.get(of("versions.csv")).getvalue().decode().splitlines()
    assert found[1].startswith("version,hash,commit,author,message,pushed_at")
    assert [line.split(",")[0] for line in found[2:]] == ["v2", "v1"]
    assert found[2].endswith(",1,1,56")
    assert len(page.get(of("versions.csv?q=v1")).getvalue().decode().splitlines()) == 3


def test_nor_is_the_file_a_tenants(client: Client, live: PromptVersion, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(of("versions.csv")).status_code == 403


def test_what_a_tenant_was_released_is_told_as_news(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, tenant=acme, at=datetime.now(UTC))
    make_gateway(1)
    shown = page.get(of("?now=production&tenant=acme"))
    assert "Acme Robotics alone gets v2 in production. 1 of 1 gateway has it in force." in said(shown)
    assert 'id="served"' not in text(page.get(of("?now=production&tenant=nobody")))
