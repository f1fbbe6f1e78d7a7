"""A version that the kill switch has turned off is seen wherever somebody might take it for well."""

import csv
from typing import Any

import pytest
from django.test import Client

from killswitch import services as killswitch
from killswitch.models import Stop
from killswitch.targets import Target
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import stop_at
from tests.prompts.factories import AT
from tests.prompts.pages.asking import LIST, given, of, said, text
from tests.prompts.pages.factories import NAME, release, served

GET = "calls are refused with 503 kill_switch until it is turned on again"
STOP = f"/switches/~prompt_version/{NAME}@v1/"


def stop(version: PromptVersion, **values: Any) -> Stop:
    target = Target.prompt_version(version.pk, f"{version.prompt.name} {version}")
    return stop_at(target, **{"by": SYSTEM, "at": AT, "reason": Stop.Reason.ANSWERS} | values)


def test_the_list_says_it_beside_where_it_is_live(page: Client, live: PromptVersion) -> None:
    stop(live)
    shown = page.get(LIST)
    assert f"production v1 Stopped v1 in production: {GET}" in said(shown)
    assert f'href="{STOP}"' in text(shown)


def test_the_list_counts_it_and_finds_it(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head, "staging")
    stop(head)
    assert "All 1 Stopped 1 Ahead of what is live" in said(page.get(LIST))
    assert f"{NAME} production v1 staging v2 Stopped" in said(page.get(f"{LIST}?only=stopped"))


def test_nothing_stopped_is_no_chip(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    stop(head)
    assert "All 1 Ahead of what is live" in said(page.get(LIST))
    assert "Nothing is stopped." in said(page.get(f"{LIST}?only=stopped"))


def test_of_a_canary_and_of_a_tenants_own_it_is_said_too(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, percent=10)
    release(head, tenant=acme)
    stop(head)
    shown = said(page.get(LIST))
    assert f"Stopped v2 in the canary in production: {GET}" in shown
    assert "+ 1 tenant with a version of their own Stopped among these" in shown
    assert "All 1 Stopped 1" in shown


def test_the_file_of_the_list_says_it(page: Client, live: PromptVersion) -> None:
    stop(live)
    _, *lines = page.get(f"{LIST}prompts.csv").getvalue().decode().splitlines()
    assert [row["stopped"] for row in csv.DictReader(lines)] == ["production=v1"]


def test_one_that_is_on_again_is_well(page: Client, live: PromptVersion) -> None:
    killswitch.lift(stop(live), by=SYSTEM, at=AT)
    assert "Stopped" not in said(page.get(LIST)) + said(page.get(of())) + said(page.get(of("v1/")))


def test_the_prompts_page_says_it_at_environment_and_version(page: Client, live: PromptVersion, support: User) -> None:
    stop(live, by=actor_of(support))
    shown = said(page.get(of()))
    assert f"Stopped since 22 Nov 02:14:07 UTC by {support.email}: {GET}. Look at this stop of v1" in shown
    assert f"production Stopped : {GET}" in shown.partition("Versions")[2]
    assert f'href="{STOP}"' in text(page.get(of()))


def test_support_may_stop_it_from_the_prompts_page_and_turn_it_on_again(reader: Client, live: PromptVersion) -> None:
    before = reader.get(of())
    assert f'href="{STOP}off/"' in text(before)
    assert "Stop this version… v1" in said(before)
    stop(live)
    after = reader.get(of())
    assert f'href="{STOP}on/"' in text(after)
    assert "Stop this version…" not in said(after)


def test_the_version_says_since_when_by_whom_and_why(reader: Client, live: PromptVersion, support: User) -> None:
    stop(live, by=actor_of(support), note="It promises dates")
    shown = reader.get(of("v1/"))
    why = "Since 22 Nov 02:14:07 UTC by you · Bad answers · It promises dates"
    assert f"v1 is stopped: {GET}. {why}" in said(shown)
    assert "Turn it on again…" in said(shown)
    assert f'href="{STOP}on/"' in text(shown)
    assert "Stop this version…" not in said(shown)


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        ("handoff", "calls are refused with 503 kill_switch, for a person to take over, until"),
        ("canned", "calls get the feature’s safe answer until"),
    ],
)
def test_what_calls_get_is_told_as_it_is(page: Client, live: PromptVersion, mode: str, what: str) -> None:
    stop(live, mode=mode)
    assert f"v1 is stopped: {what} it is turned on again." in said(page.get(of("v1/")))


def test_a_release_of_it_is_warned_of_and_not_kept_from(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    stop(head)
    shown = page.get(of("release/?version=v2"))
    assert f"v2 is stopped: {GET}." in said(shown)
    assert "Release v2 to production without a green verdict, though v2 is stopped" in said(shown)
    form = {"expected": given(shown, "expected"), "override": "It is turned on again in a minute."}
    done = page.post(of(f"release/?version={head.hash}&environment=production"), form, follow=True)
    assert served() == "v2"
    assert (
        f"production serves v2. No gateway is running; each serves it from its start on. v2 is stopped: {GET}"
        in said(done)
    )


def test_going_back_to_it_is_warned_of_and_not_kept_from(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head)
    stop(live)
    shown = page.get(of("rollback/"))
    assert f"v1 is stopped: {GET}." in said(shown)
    assert "Roll back to v1, though v1 is stopped" in said(shown)
    done = page.post(
        of(f"rollback/?environment=production&to={live.hash}"), {"expected": given(shown, "expected")}, follow=True
    )
    assert served() == "v1"
    assert f"v1 is stopped: {GET}" in said(done)


def test_another_that_is_on_says_nothing_of_it(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    stop(head)
    assert "though" not in said(page.get(of("rollback/")))


def test_what_everybody_gets_is_no_way_out_when_it_is_stopped(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, tenant=acme)
    stop(live)
    shown = said(page.get(of("end/?tenant=acme")))
    assert f"v1 is stopped: {GET}." in shown
    assert "what everybody gets, though v1 is stopped" in shown


def test_the_stops_page_leads_to_where_it_is_served(reader: Client, live: PromptVersion) -> None:
    stop(live)
    shown = text(reader.get(STOP))
    assert f'href="{of("v1/")}">What it says</a>' in shown
    assert f'href="{of()}">Where it is served</a>' in shown
