"""Canaries and tenants' own versions on a prompt's page."""

from datetime import UTC, datetime

from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from prompts.views.history import releases_of
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.factories import actor_of, make_tenant
from tests.prompts.factories import AT
from tests.prompts.pages.asking import of, said, text
from tests.prompts.pages.factories import prompt, release


def test_what_was_served_before_is_told_by_lane(live: PromptVersion, head: PromptVersion, acme: Tenant) -> None:
    release(head, percent=5)
    release(head, tenant=acme)
    release(head)
    lines = [(each.lane, each.tenant, each.percent, vars(each)["before"]) for each in releases_of(prompt(), 10)]
    # Newest first; the release to everybody ended the canary.
    assert sorted(lines, key=str) == sorted(
        [
            ("main", None, 100, None),
            ("canary", None, 5, None),
            ("main", acme, 100, None),
            ("main", None, 100, 1),
            ("canary", None, 0, 2),
        ],
        key=str,
    )


def test_a_canary_and_a_tenants_version_are_not_what_everybody_gets(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, percent=5)
    release(head, tenant=acme)
    assert f"v1 Say how refunds work production {live.short}" in said(page.get(of()))


def test_versions_are_labelled_with_whoever_gets_them(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, globex: Tenant
) -> None:
    release(head, percent=25)
    release(head, tenant=acme)
    release(live, "staging")
    release(head, "staging", percent=5)
    release(head, "staging", tenant=globex, percent=10)
    shown = said(page.get(of()))
    told = "canary 25% Acme Robotics’s own staging: canary 5% staging: canary 10% at Globex Shipping"
    assert f"v2 Say how refunds work {told} {head.short}" in shown
    assert f"v1 Say how refunds work production staging {live.short}" in shown
    assert told in said(page.get(of("v2/")))


def test_several_tenants_of_one_version_are_counted(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, globex: Tenant
) -> None:
    release(head, tenant=acme)
    release(head, tenant=globex)
    assert f"v2 Say how refunds work 2 tenants’ own {head.short}" in said(page.get(of()))
    release(live, tenant=acme, percent=5)
    release(live, tenant=globex, percent=5)
    assert f"v1 Say how refunds work production canary at 2 tenants {live.short}" in said(page.get(of()))


def test_a_canary_stands_beside_what_everybody_gets(
    page: Client, live: PromptVersion, head: PromptVersion, engineer: User
) -> None:
    release(head, percent=10, by=actor_of(engineer))
    shown = page.get(of())
    assert "Canary v2 for 10% of people since" in said(shown)
    assert "by you" in said(shown)
    assert f'href="{of("canary/")}?environment=production">Compare' in text(shown)
    assert f'href="{of("rollback/")}?environment=production&amp;end=canary">End canary…' in text(shown)


def test_what_an_environment_serves_can_be_ended(page: Client, live: PromptVersion) -> None:
    assert f'href="{of("end/")}?environment=production">End…' in text(page.get(of()))


def test_what_has_ended_can_be_brought_back(page: Client, live: PromptVersion) -> None:
    services.end(prompt(), environment="production", by=SYSTEM, at=AT)
    shown = page.get(of())
    assert "production Nothing released" in said(shown)
    assert f'href="{of("rollback/")}?environment=production">Roll back…' in text(shown)


def test_tenants_with_their_own_are_counted_and_listed(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, globex: Tenant
) -> None:
    release(head, tenant=acme)
    release(head, tenant=globex, percent=5)
    shown = page.get(of())
    assert "2 tenants with a version of their own" in said(shown)
    assert "Acme Robotics v2 since" in said(shown)
    assert "Globex Shipping what everybody gets v2 · 5% : compare" in said(shown)
    assert f'href="{of("rollback/")}?environment=production&amp;tenant=globex">End canary…' in text(shown)
    assert f'href="{of("end/")}?environment=production&amp;tenant=acme">End…' in text(shown)
    assert f'href="{of("canary/")}?environment=production&amp;tenant=globex">' in text(shown)
    assert '<details class="more own" id="own-production">' in text(shown)


def test_going_back_and_ending_are_offered_apart_where_they_differ(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    back = f'href="{of("rollback/")}?environment=production&amp;tenant=acme">Roll back…'
    release(live, tenant=acme)
    assert back not in text(page.get(of()))
    release(head, tenant=acme)
    assert back in text(page.get(of()))


def test_many_tenants_come_in_pages_and_are_found(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    tenants = [make_tenant(f"shop-{number:02}") for number in range(23)]
    for tenant in tenants:
        release(head, tenant=tenant)
    first = said(page.get(of()))
    assert "Shop-09 v2" in first
    assert "Shop-10 v2" not in first
    last = page.get(of("?own=production&tenants=3"))
    assert "Shop-22 v2" in said(last)
    assert "Shop-19 v2" not in said(last)
    assert '<details class="more own" id="own-production" open>' in text(last)
    assert "tenants=2#own-production" in text(last)
    found = said(page.get(of("?own=production&find=SHOP-17")))
    assert "Shop-17 v2" in found
    assert "Shop-16 v2" not in found
    assert "No such tenant has a version of its own here." in said(page.get(of("?own=production&find=nobody")))


def test_the_log_tells_lanes_in_words(page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant) -> None:
    release(head, percent=10)
    release(head, tenant=acme)
    release(live, tenant=acme, percent=20)
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=AT)
    services.roll_back(prompt(), environment="production", tenant=acme, by=SYSTEM, at=AT)
    services.end(prompt(), environment="production", tenant=acme, by=SYSTEM, at=AT)
    services.end(prompt(), environment="production", by=SYSTEM, at=AT)
    shown = said(page.get(of())).partition(" Releases ")[2]
    told = [
        "v1 ended: nothing is served",
        "v2 is no longer Acme Robotics’s own: it gets what everybody gets",
        "canary at Acme Robotics: v1 ended Rolled back",
        "canary: v2 ended Rolled back",
        "v1 to 20% of Acme Robotics’s people",
        "v2 to Acme Robotics alone",
        "v2 to 10% of people",
    ]
    assert [shown.find(f"production {line}") for line in told] == sorted(
        shown.find(f"production {line}") for line in told
    )
    assert min(shown.find(line) for line in told) >= 0


def test_who_may_only_read_is_told_no_way_to_undo(reader: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head, at=datetime.now(UTC))
    services.roll_back(prompt(), environment="production", by=SYSTEM, at=datetime.now(UTC))
    shown = reader.get(of("?now=production"))
    assert "production serves v1 again." in said(shown)
    assert "Undo" not in said(shown)
