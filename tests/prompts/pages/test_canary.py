"""A canary beside what all others get."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant, User
from tests.prompts.pages.asking import HOSTILE, is_safe, of, said, text
from tests.prompts.pages.factories import make_version, prompt, record_arm, release

CANARY = of("canary/?environment=production")
NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(hours=2)
CALLED = NOW - timedelta(hours=1)


@pytest.fixture
def trial(live: PromptVersion, head: PromptVersion) -> PromptVersion:
    """v2, which 10 % of people get beside v1."""
    release(head, percent=10, at=BEGAN)
    return head


@pytest.fixture
def worse(trial: PromptVersion, live: PromptVersion, acme: Tenant, answers: Feature) -> PromptVersion:
    record_arm(live, acme.pk, answers.pk, calls=60, at=CALLED)
    record_arm(trial, acme.pk, answers.pk, calls=40, failed=20, cost="0.002", at=CALLED)
    return trial


def go_back(**values: Any) -> None:
    services.roll_back(prompt(), environment="production", **{"by": SYSTEM, "at": NOW} | values)


def test_what_differs_is_the_headline(page: Client, worse: PromptVersion) -> None:
    shown = said(page.get(CANARY))
    assert "v2 for 10 % of people in production since" in shown
    assert "Worse v2 fails more often and costs less v2 fails more often: 33.3 % against 0.0 %" in shown
    assert "60 calls of 60 people on v2, 60 calls of 60 people on v1" in shown
    assert "Failed 33.3 % up 33.3 pts from 0.0 %" in shown
    assert "Cost per call $0.0020 down $0.0020 from $0.0040" in shown


def test_the_table_says_the_same_with_its_range(page: Client, worse: PromptVersion) -> None:
    shown = said(page.get(CANARY))
    table = shown[shown.index("By call v1, all others v2, canary Difference 95 % range") :]
    assert "Failed 0.0 % 33.3 % +33.3 pts +2" in table
    assert "Refused 0.0 % 0.0 % no clear difference −6.0 pts to +6.0 pts" in table
    assert "Time to answer 0.80 s 0.80 s no clear difference" in table
    assert "Calls 60 60 People 60 60" in table


def test_too_few_calls_are_told_and_are_no_zero(
    page: Client, trial: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    record_arm(trial, acme.pk, answers.pk, calls=3, at=CALLED)
    shown = said(page.get(CANARY))
    assert "Too early Nobody can tell yet Could not measure yet: 3 calls of v2 and 0 of v1; each takes 30." in shown
    assert "Failed — no data 0.0 % could not measure yet 0 of 30 calls" in shown
    assert "Cost per call $0.0040 could not measure yet" in shown


def test_alike_is_neither_good_nor_bad(page: Client, trial: PromptVersion, acme: Tenant, answers: Feature) -> None:
    for version in (prompt().versions.get(number=1), trial):
        record_arm(version, acme.pk, answers.pk, calls=40, at=CALLED)
    assert "No clear difference v2 does no differently so far" in said(page.get(CANARY))


def test_the_calls_of_each_arm_are_a_link(page: Client, worse: PromptVersion) -> None:
    shown = text(page.get(CANARY))
    since = f"{BEGAN:%Y-%m-%dT%H%%3A%M%%3A%SZ}"
    assert f'href="/calls/?environment=production&amp;version=support-answer%40v2&amp;from={since}' in shown
    url = shown.partition('id="calls-of-v2" href="')[2].partition('"')[0].replace("&amp;", "&")
    listed = page.get(url)
    assert 'role="alert"><svg' not in text(listed)
    assert "Prompt version support-answer@v2" in said(listed)


def test_it_is_asked_for_again_by_itself(page: Client, trial: PromptVersion) -> None:
    shown = text(page.get(CANARY))
    assert 'hx-get="/prompts/support-answer/canary/?environment=production" hx-trigger="every 5s"' in shown
    assert '<noscript> <a href="?environment=production">Count anew</a></noscript>' in shown
    part = page.get(CANARY, headers={"HX-Target": "canary"})
    assert part.status_code == 200
    assert "<html" not in text(part)
    assert "HX-Target" in part.headers["Vary"]
    go_back()
    part = page.get(CANARY, headers={"HX-Target": "canary"})
    assert part.status_code == 286
    assert "This canary ended" in said(part)


def test_the_prompts_page_asks_for_its_sentence(page: Client, worse: PromptVersion) -> None:
    part = page.get(CANARY, headers={"HX-Target": "said-production"})
    assert said(part).startswith("Worse v2 fails more often: 33.3 % against 0.0 %")
    assert "<html" not in text(part)
    go_back()
    assert said(page.get(CANARY, headers={"HX-Target": "said-production"})) == "The canary has ended."


@pytest.mark.parametrize(
    ("percent", "shares"), [(1, ["5", "25"]), (10, ["25", "50"]), (25, ["50"]), (50, []), (80, [])]
)
def test_a_larger_share_is_offered(
    page: Client, live: PromptVersion, head: PromptVersion, percent: int, shares: list[str]
) -> None:
    release(head, percent=percent)
    shown = text(page.get(CANARY))
    assert re.findall(r'environment=production&amp;percent=(\d+)"', shown) == shares
    assert "Release v2 to everybody…" in shown
    assert f'href="{of("rollback/")}?environment=production&amp;end=canary">End canary…' in shown


def test_who_may_only_read_sees_no_buttons(reader: Client, trial: PromptVersion) -> None:
    shown = said(reader.get(CANARY))
    assert "v2 for 10 % of people" in shown
    assert "…" not in shown.partition("Verdict")[2]
    assert "End canary" not in shown


def test_one_that_is_over_is_compared_until_its_end(
    page: Client, worse: PromptVersion, live: PromptVersion, acme: Tenant, answers: Feature, engineer: User
) -> None:
    release(make_version("Third."), at=NOW)
    record_arm(live, acme.pk, answers.pk, calls=5, at=NOW + timedelta(seconds=1))
    shown = said(page.get(CANARY))
    assert "This canary ended" in shown
    assert "Everybody gets v3 now. What follows is of its time." in shown
    assert "60 calls of 60 people on v2, 60 calls of 60 people on v1, from" in shown
    assert "End canary…" not in shown
    assert "hx-get" not in text(page.get(CANARY)).partition('id="canary"')[2].partition(">")[0]


def test_calls_that_count_in_neither_arm_are_told(
    page: Client, worse: PromptVersion, live: PromptVersion, acme: Tenant
) -> None:
    release(live, tenant=acme, at=CALLED - timedelta(minutes=1))
    told = "0 calls of 0 people on v2, 0 calls of 0 people on v1"
    without = "Without 120 calls of 1 tenant that had a version of its own when they were made."
    shown = said(page.get(CANARY))
    assert told in shown
    assert without in shown
    go_back()
    services.end(prompt(), environment="production", tenant=acme, by=SYSTEM, at=NOW)
    assert without in said(page.get(CANARY))


def test_where_there_never_was_one_it_says_what_that_is(page: Client, live: PromptVersion) -> None:
    assert "No canary in production" in said(page.get(CANARY))
    assert "No canary in staging" in said(page.get(of("canary/?environment=staging")))


def test_a_tenants_canary_is_of_its_people(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, tenant=acme, percent=50, at=BEGAN)
    shown = page.get(f"{CANARY}&tenant=acme")
    assert "v2 for 50 % of Acme Robotics’s people in production" in said(shown)
    assert "Release v2 to all of Acme Robotics…" in said(shown)
    assert "environment=production&amp;tenant=acme&amp;end=canary" in text(shown)
    assert "No canary in production" in said(page.get(CANARY))


@pytest.mark.parametrize("query", ["?environment=No+Place", "?tenant=nobody", "?tenant=_operator"])
def test_what_is_not_there_is_not_there(page: Client, trial: PromptVersion, query: str) -> None:
    assert page.get(of(f"canary/{query}")).status_code == 404


def test_a_prompt_that_is_not_there_has_none(page: Client, live: PromptVersion) -> None:
    assert page.get(of("canary/", name="other")).status_code == 404


def test_a_tenants_own_people_do_not_see_it(client: Client, trial: PromptVersion, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(CANARY).status_code == 403


def test_nothing_is_posted_to_it(page: Client, trial: PromptVersion) -> None:
    assert page.post(CANARY).status_code == 405


def test_the_words_of_people_are_text(page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(name=HOSTILE)
    release(head, tenant=acme, percent=50, at=BEGAN)
    assert is_safe(page.get(f"{CANARY}&tenant=acme"))
    assert is_safe(page.get(of("?own=production")))
    assert is_safe(page.get(of("rollback/?tenant=acme")))
    assert is_safe(page.get(of("end/?tenant=acme")))


def test_of_one_that_ended_too_early_nothing_more_will_come(page: Client, trial: PromptVersion) -> None:
    go_back()
    shown = said(page.get(CANARY))
    assert "Too few calls Nobody can tell Could not measure: 0 calls of v2 and 0 of v1; each takes 30." in shown
    assert "yet" not in shown.partition("Verdict")[0].partition("This canary ended")[2]
