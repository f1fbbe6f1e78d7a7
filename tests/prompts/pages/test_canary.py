"""A canary beside what all others get."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from prompts.views import canary_said, comparing
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
    """v2, which 10% of people get beside v1."""
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
    assert "v2 for 10% of people in production since" in shown
    assert "Worse v2 fails more often and costs less v2 fails more often: 33.3% against 0.0%" in shown
    assert "60 calls of 60 people on v2, 60 calls of 60 people on v1" in shown
    assert "Failed 33.3% up 33.3 pts from 0.0%" in shown
    assert "Cost per call $0.0020 down $0.0020 from $0.0040" in shown


def test_calls_of_before_who_chose_was_written_down_are_told(page: Client, worse: PromptVersion) -> None:
    shown = said(page.get(CANARY))
    assert "Of 120 calls the records do not say who chose the version: those that named it count, too." in shown


def test_the_table_says_the_same_with_its_range(page: Client, worse: PromptVersion) -> None:
    shown = said(page.get(CANARY))
    table = shown[shown.index("By call v1, all others v2, canary Difference 95% range") :]
    assert "Failed v1 0.0% v2 33.3% Difference +33.3 pts 95% range +2" in table
    assert "Refused v1 0.0% v2 0.0% Difference no clear difference 95% range −6.0 pts to +6.0 pts" in table
    assert "Time to answer v1 0.80 s v2 0.80 s Difference no clear difference" in table
    assert "Calls v1 60 v2 60 People v1 60 v2 60" in table


def test_too_few_calls_are_told_and_are_no_zero(
    page: Client, trial: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    record_arm(trial, acme.pk, answers.pk, calls=3, at=CALLED)
    shown = said(page.get(CANARY))
    assert "Too early Nobody can tell yet Could not measure yet: 3 calls of v2 and 0 of v1; each takes 30." in shown
    assert "Failed v1 — no data v2 0.0% Difference could not measure yet 95% range not yet: 0 of 30 calls" in shown
    assert "Cost per call v1 — no data v2 $0.0040 Difference could not measure yet" in shown


def test_the_prompts_page_says_it_in_a_sentence_without_a_script(page: Client, worse: PromptVersion) -> None:
    shown = page.get(of())
    assert "Worse v2 fails more often: 33.3% against 0.0%" in said(shown)
    assert 'id="said-production"' not in text(shown)


def test_where_counting_takes_long_the_prompts_page_asks_for_it_by_itself(
    page: Client, worse: PromptVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary_said, "AT_ONCE", 10)
    shown = page.get(of())
    assert 'id="said-production" hx-get="/prompts/support-answer/canary/?environment=production"' in text(shown)
    assert "Many calls to count: Compare says how it does." in said(shown)


def test_what_nobody_can_ever_tell_is_no_zero(
    page: Client, worse: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    services.push_version("twin", worse.bundle, by=SYSTEM, at=NOW)
    shown = said(page.get(CANARY))
    assert "Could not measure Nobody can tell Could not measure: prompt twin has the very same content" in shown
    assert "0 calls" not in shown
    assert "Side by side" not in shown


@pytest.mark.parametrize(
    ("apart", "shown"),
    [("0.000000059", "$0.0000"), ("-0.000000016", "$0.0000"), ("0.0000021", "$0.0000021"), ("0.002", "$0.0020")],
)
def test_money_that_nobody_pays_is_no_difference(apart: str, shown: str) -> None:
    assert comparing._usd_apart(Decimal(apart)) == shown


@pytest.mark.parametrize(("milliseconds", "shown"), [(0, "0 ms"), (6.4, "6 ms"), (99, "99 ms"), (800, "0.80 s")])
def test_short_times_are_in_milliseconds(milliseconds: float, shown: str) -> None:
    assert comparing._time(milliseconds) == shown


def test_alike_is_neither_good_nor_bad(page: Client, trial: PromptVersion, acme: Tenant, answers: Feature) -> None:
    for version in (prompt().versions.get(number=1), trial):
        record_arm(version, acme.pk, answers.pk, calls=40, at=CALLED)
    assert "No clear difference No clear difference so far" in said(page.get(CANARY))


def test_what_is_not_seen_to_differ_may_still_differ(
    page: Client, trial: PromptVersion, live: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    record_arm(live, acme.pk, answers.pk, calls=40, at=CALLED)
    record_arm(trial, acme.pk, answers.pk, calls=40, at=CALLED)
    assert "Still possible: v2 fails up to 8.8 pts less, or up to 8.8 pts more." in said(page.get(CANARY))


def test_what_is_over_is_not_told_as_so_far(
    page: Client, trial: PromptVersion, live: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    record_arm(live, acme.pk, answers.pk, calls=40, cost="0", at=CALLED)
    record_arm(trial, acme.pk, answers.pk, calls=40, cost="0", at=CALLED)
    assert "so far 0 of 40 calls of v2 failed" in said(page.get(CANARY))
    go_back()
    shown = said(page.get(CANARY))
    assert "No difference seen; 0 of 40 calls of v2 failed, 0 were refused." in shown
    assert "so far" not in shown
    cost = shown[shown.rindex("Cost per call v1") :]
    assert "Difference no clear difference 95% range next to none" in cost[:120]


@pytest.mark.parametrize(("cost", "is_first"), [("0.002", True), ("0.004", False)])
def test_a_release_to_all_stands_out_only_where_it_is_seen_to_do_better(
    page: Client, trial: PromptVersion, live: PromptVersion, acme: Tenant, answers: Feature, cost: str, is_first: bool
) -> None:
    assert 'class="btn tap" id="to-all"' in text(page.get(CANARY))
    record_arm(live, acme.pk, answers.pk, calls=40, at=CALLED)
    record_arm(trial, acme.pk, answers.pk, calls=40, cost=cost, at=CALLED)
    assert ('class="btn tap primary" id="to-all"' in text(page.get(CANARY))) is is_first


def test_a_release_to_all_does_not_stand_out_where_it_is_worse(page: Client, worse: PromptVersion) -> None:
    assert 'class="btn tap" id="to-all"' in text(page.get(CANARY))


def test_each_number_has_its_name_where_the_head_of_the_table_is_not_seen(page: Client, worse: PromptVersion) -> None:
    shown = text(page.get(CANARY))
    assert '<span class="lab">95% range </span><span class="num">+2' in shown
    assert '<span class="lab">Difference </span><span class="bad">+33.3 pts' in shown


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
    assert said(part).startswith("Worse v2 fails more often: 33.3% against 0.0%")
    assert "<html" not in text(part)
    go_back()
    assert said(page.get(CANARY, headers={"HX-Target": "said-production"})) == "The canary has ended."


def test_one_that_was_raised_says_since_when_it_is_tried_and_since_when_on_so_many(
    page: Client, trial: PromptVersion
) -> None:
    release(trial, percent=25, at=CALLED)
    shown = said(page.get(CANARY))
    assert f"v2 is tried in production since {BEGAN:%-d %b %H:%M:%S} UTC , on 25% of people since" in shown
    go_back(to=trial.prompt.versions.get(number=1))
    assert f"v2 was tried in production since {BEGAN:%-d %b %H:%M:%S} UTC , at last on 25% of" in said(page.get(CANARY))


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
    assert "v2 for 10% of people" in shown
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
    assert "v2 for 50% of Acme Robotics’s people in production" in said(shown)
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
