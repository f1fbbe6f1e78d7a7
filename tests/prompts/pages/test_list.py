import csv
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant, User
from tests.costs.factories import make_finished, make_opened, make_unpriced, record
from tests.prompts.factories import AT
from tests.prompts.factories import make_version as make_plain
from tests.prompts.pages.asking import HOSTILE, LIST, is_safe, of, said, text
from tests.prompts.pages.factories import NAME, judge, make_version, record_calls, release


def row(response: Any, name: str = NAME) -> str:
    """What is told of one prompt."""
    shown = said(response)
    start = shown.index(f" {name} ", shown.index("Tokens")) + 1
    return shown[start : shown.index("Last verdict and tokens")]


def rows(response: Any) -> list[dict[str, str]]:
    first, *lines = response.getvalue().decode().splitlines()
    assert first.startswith("# http://testserver/prompts/prompts.csv")
    return list(csv.DictReader(lines))


def test_each_prompt_says_what_is_live_where(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head, "staging")
    shown = page.get(LIST)
    assert "production v1 staging v2 Newest v2 1 ahead of production" in row(shown)
    assert f'href="{of("v1/")}">v1</a>' in text(shown)


def test_what_callers_get_is_told_before_any_other_environment(page: Client, live: PromptVersion) -> None:
    release(live, "beta")
    release(live, "zulu")
    shown = row(page.get(LIST))
    assert shown.index("production") < shown.index("beta") < shown.index("zulu")


def test_one_that_is_live_in_its_newest_version_says_so(page: Client, live: PromptVersion) -> None:
    assert "Newest v1 live in production" in row(page.get(LIST))


def test_one_that_nobody_is_served_says_so(page: Client) -> None:
    make_version()
    assert "Nowhere Newest v1 not released" in row(page.get(LIST))


def test_the_last_verdict_of_what_is_live_is_a_link_to_its_run(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    judge(live, verdict="blocked")
    run = judge(live)
    judge(head, live, verdict="blocked")
    shown = page.get(LIST)
    assert "Pass of the last run of support-answer 93.3% passed" in row(shown)
    assert f'href="/evals/runs/{run.pk}/"' in text(shown)


def test_one_that_no_case_speaks_against_is_over_a_limit(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    run = judge(head, live, verdict="blocked", rate=1.0)
    run.report["arms"]["base"] = {"pass_rate": 0.933}
    run.save()
    release(head)
    assert "Blocked of the last run of support-answer 100.0% passed, over a limit" in row(page.get(LIST))


def test_a_week_of_calls_is_counted_with_what_it_cost(
    page: Client, live: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    record_calls(live, acme.pk, answers.pk, calls=4, at=live.pushed_at)
    assert "Calls, 7 days 4 Cost, 7 days $1.00" in row(page.get(LIST))


def test_what_nobody_knows_is_no_zero(page: Client, live: PromptVersion) -> None:
    assert "Calls, 7 days — no data Cost, 7 days — no data" in row(page.get(LIST))


def test_calls_of_evals_are_not_callers(page: Client, live: PromptVersion, operator: Tenant, answers: Feature) -> None:
    record_calls(live, operator.pk, answers.pk, at=live.pushed_at)
    assert "Calls, 7 days — no data" in row(page.get(LIST))


def test_calls_without_a_price_are_no_zero_either(
    page: Client, live: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    at = live.pushed_at - timedelta(hours=1)
    opened = make_opened(tenant=acme.pk, feature=answers.pk, prompt_version=live.hash, at=at)
    record(make_unpriced(opened), at=live.pushed_at)
    assert "Calls, 7 days 1 Cost, 7 days — no data 1 without a price" in row(page.get(LIST))


def test_calls_of_a_content_that_two_prompts_have_are_nobodys(
    page: Client, live: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    make_version(name="the-same")
    record_calls(live, acme.pk, answers.pk, at=live.pushed_at)
    assert "Calls, 7 days — no data" in row(page.get(LIST))


def test_calls_of_last_month_are_not_of_this_week(
    page: Client, live: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    at = live.pushed_at - timedelta(days=9)
    opened = make_opened(tenant=acme.pk, feature=answers.pk, prompt_version=live.hash, at=at)
    record(make_finished(opened), at=live.pushed_at)
    assert "Calls, 7 days — no data" in row(page.get(LIST))


@pytest.mark.parametrize("query", ["?q=support-ans", "?q=ANSWER+ASSIST", "?q=from+the+help"])
def test_a_search_finds_by_name_feature_and_description(page: Client, answers: Feature, query: str) -> None:
    make_version(feature=answers, description="Answers from the help centre")
    make_plain(name="other")
    shown = said(page.get(LIST + query))
    assert NAME in shown
    assert "other" not in shown


@pytest.mark.parametrize(("only", "name"), [("ahead", NAME), ("unreleased", "draft"), ("nonsense", "done")])
def test_the_address_says_which_are_shown(
    page: Client, live: PromptVersion, head: PromptVersion, only: str, name: str
) -> None:
    make_plain(name="draft")
    release(make_plain(name="done"))
    shown = page.get(f"{LIST}?only={only}")
    assert "All 3 Ahead of what is live 1 Not released 1" in said(shown)
    assert f'href="{of(name=name)}"' in text(shown)


def test_what_is_not_found_says_where_it_was_looked_for(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(f"{LIST}?q=%3Cb%3Enothing"))
    assert "No prompt found for “<b>nothing”." in shown
    assert "Show all prompts" in shown


def test_without_prompts_it_says_how_to_push_some(page: Client) -> None:
    assert "$ aiops prompts push" in said(page.get(LIST))


def test_fifty_are_shown_and_the_others_are_a_link_away(page: Client, engineer: User) -> None:
    for number in range(51):
        make_plain(name=f"prompt-{number:02}")
    shown = page.get(LIST)
    assert "50 of 51" in said(shown)
    assert "prompt-50" not in said(shown)
    assert 'href="?limit=100"' in text(shown)
    assert "prompt-50" in said(page.get(f"{LIST}?limit=100"))
    assert page.get(f"{LIST}?limit=nonsense").status_code == 200


def test_the_file_holds_all_that_is_asked_for(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant, answers: Feature
) -> None:
    judge(live)
    record_calls(live, acme.pk, answers.pk, calls=2, at=live.pushed_at)
    judge(head, live, verdict="blocked")
    make_plain(name="draft")
    found, other = sorted(rows(page.get("/prompts/prompts.csv")), key=lambda each: each["prompt"], reverse=True)
    assert (found["live"], found["newest_version"], found["ahead"]) == ("production=v1", "v2", "1")
    assert (found["verdict"], found["pass_rate"]) == ("pass", "0.933")
    assert (found["newest_verdict"], other["newest_verdict"]) == ("blocked", "")
    assert (found["calls_7d"], found["cost_usd_7d"]) == ("2", "0.50")
    assert (other["live"], other["calls_7d"], other["cost_usd_7d"], other["ahead"]) == ("", "", "", "")
    assert [each["prompt"] for each in rows(page.get("/prompts/prompts.csv?only=ahead"))] == [NAME]


def test_what_tenants_alone_are_served_is_released(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, percent=20)
    release(head, tenant=acme)
    only = {"canaries": "production=v2:20", "tenants": "production=1", "orphaned_at": ""}
    assert only.items() <= rows(page.get("/prompts/prompts.csv"))[0].items()
    services.end(live.prompt, environment="production", by=SYSTEM, at=AT)
    shown = page.get(LIST)
    assert "Newest v2 in production only as tenants’ own" in row(shown)
    assert "Not released 0" in said(shown)
    assert "Nothing waits for its first release" in said(page.get(LIST, {"only": "unreleased"}))


def test_the_words_of_a_file_are_text(page: Client) -> None:
    make_plain(name="evil", description=HOSTILE)
    assert is_safe(page.get(LIST))


def test_who_may_only_read_sees_it(reader: Client, live: PromptVersion) -> None:
    assert reader.get(LIST).status_code == 200


def test_a_tenants_own_people_do_not(client: Client, live: PromptVersion, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(LIST).status_code == 403
    assert client.get("/prompts/prompts.csv").status_code == 403


def test_nothing_is_posted_to_it(page: Client) -> None:
    assert page.post(LIST).status_code == 405


def test_the_verdict_of_what_waits_stands_under_the_newest(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    run = judge(head, live, verdict="blocked")
    shown = page.get(LIST)
    assert "Newest v2 1 ahead of production Blocked of the last run of support-answer on v2" in row(shown)
    assert "Last verdict — no data" in row(shown)
    assert f'href="/evals/runs/{run.pk}/"' in text(shown)


def test_the_file_spells_out_what_would_act_unseen(page: Client) -> None:
    make_plain(name="evil", description=HOSTILE)
    (found,) = rows(page.get("/prompts/prompts.csv"))
    assert "\\x1b[31mred\\x1b[0m \\u202eright" in found["description"]


def test_the_way_of_its_size_is_told_in_words(page: Client, live: PromptVersion) -> None:
    make_version("Refunds are possible within 14 days." * 9)
    shown = page.get(LIST)
    assert "from 56 to 120 tokens in 2 versions" in row(shown)
    assert 'class="spark"' in text(shown)


def test_its_way_is_that_of_the_last_twelve_versions(page: Client, live: PromptVersion) -> None:
    for number in range(12):
        make_version(f"Say {number}.")
    assert "tokens in 12 versions" in row(page.get(LIST))


def test_one_version_has_no_way(page: Client, live: PromptVersion) -> None:
    assert "versions" not in row(page.get(LIST))


def test_a_giant_one_says_so(page: Client, live: PromptVersion) -> None:
    make_version("Refunds. " * 4000, name="giant")
    assert "9,0" in row(page.get(LIST), "giant")
    assert "Giant" in row(page.get(LIST), "giant")
    assert "Giant" not in row(page.get(LIST))


def test_a_canary_and_tenants_with_their_own_stand_beside_what_is_live(
    page: Client, live: PromptVersion, head: PromptVersion, acme: Tenant
) -> None:
    release(head, percent=10)
    release(head, tenant=acme)
    shown = page.get(LIST)
    assert "production v1 canary v2 · 10% + 1 tenant with a version of their own" in row(shown)
    assert f'href="{of("canary/")}?environment=production"' in text(shown)
    assert f'href="{of("?own=production#own-production")}"' in text(shown)


def test_what_one_tenant_alone_is_served_is_not_nowhere(page: Client, operator: Tenant, acme: Tenant) -> None:
    release(make_version(), tenant=acme)
    assert "production + 1 tenant" in row(page.get(LIST))
    assert "Nowhere" not in row(page.get(LIST))


def test_what_can_be_taken_back_is_one_tap_away(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    way = f'href="{of("rollback/")}?environment=production"'
    assert way not in text(page.get(LIST))
    release(head)
    assert way in text(page.get(LIST))
    assert "Roll back… support-answer in production" in said(page.get(LIST))


def test_where_all_else_was_taken_back_the_list_offers_no_way_back(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head)
    services.roll_back(live.prompt, environment="production", by=SYSTEM, at=AT)
    assert "Roll back…" not in said(page.get(LIST))
    release(head, percent=10)
    assert "Roll back… support-answer in production" in said(page.get(LIST))


def test_what_serves_nothing_any_more_is_one_tap_from_coming_back(page: Client, live: PromptVersion) -> None:
    services.end(live.prompt, environment="production", by=SYSTEM, at=AT)
    shown = page.get(LIST)
    assert "Nowhere Roll back… support-answer in production" in row(shown)
    assert f'href="{of("rollback/")}?environment=production"' in text(shown)


def test_who_may_only_read_sees_no_way_back(reader: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    assert "Roll back…" not in said(reader.get(LIST))
