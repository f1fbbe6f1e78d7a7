import csv
from typing import Any

import pytest
from django.test import Client

from prompts.models import PromptVersion
from tenants.models import Feature, Tenant, User
from tests.evals.factories import make_suite
from tests.prompts.factories import make_version as make_plain
from tests.prompts.pages.asking import HOSTILE, is_safe, said, text
from tests.prompts.pages.factories import NAME, judge, make_version, record_calls, release

LIST = "/parts/"
PERSONA, REFUNDS = "parts/persona.md", "parts/refunds.md"
OTHER = '{% include "parts/refunds.md" %} Be quick.'


def of(path: str, more: str = "") -> str:
    return f"/parts/part/?path={path.replace('/', '%2F')}{more}"


def rows(response: Any) -> dict[str, dict[str, str]]:
    first, *lines = response.getvalue().decode().splitlines()
    assert first.startswith("# http://testserver/parts/parts.csv")
    return {row["part"]: row for row in csv.DictReader(lines)}


@pytest.fixture
def shared(live: PromptVersion) -> PromptVersion:
    """Another prompt with the same parts, served in staging."""
    version = make_version(name="reply-draft", text=OTHER)
    release(version, "staging")
    return version


def test_each_part_says_in_how_many_prompts_it_is_and_where_it_is_live(page: Client, shared: PromptVersion) -> None:
    shown = page.get(LIST)
    assert "parts/refunds.md In prompts 2 reply-draft, support-answer Live in production staging" in said(shown)
    assert f'href="{of(REFUNDS)}"' in text(shown)


def test_calls_of_every_version_that_carries_it_are_counted(
    page: Client, shared: PromptVersion, acme: Tenant, answers: Feature, live: PromptVersion
) -> None:
    plain = make_plain(name="plain")
    record_calls(live, acme.pk, answers.pk, calls=4, at=live.pushed_at)
    record_calls(plain, acme.pk, answers.pk, calls=1, at=live.pushed_at)
    shown = said(page.get(LIST))
    assert "Calls, 7 days 4 80.0% of all Cost, 7 days $1.00 80.0% of all" in shown


def test_what_nobody_knows_is_no_zero(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(LIST))
    assert "Calls, 7 days — no data Cost, 7 days — no data" in shown
    assert "No calls in 7 days are known." in said(page.get(of(REFUNDS)))


@pytest.mark.parametrize("query", ["?q=REFUNDS", "?q=answer+assist"])
def test_a_search_finds_by_path_prompt_and_feature(page: Client, answers: Feature, query: str) -> None:
    make_version(feature=answers)
    assert REFUNDS in said(page.get(LIST + query))


def test_what_is_not_found_says_where_it_was_looked_for(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(f"{LIST}?q=nothing"))
    assert "No part found for “nothing”. Looked in paths, prompts and features." in shown


@pytest.mark.parametrize(("names", "told"), [([], "No parts yet"), (["plain"], "No prompt includes a part.")])
def test_without_parts_it_says_what_one_is(page: Client, names: list[str], told: str) -> None:
    assert [make_plain(name=name).number for name in names] in ([], [1])
    shown = said(page.get(LIST))
    assert told in shown
    assert '{% include "parts/persona.md" %}' in shown


def test_the_file_holds_raw_numbers(page: Client, shared: PromptVersion, acme: Tenant, answers: Feature) -> None:
    record_calls(shared, acme.pk, answers.pk, calls=2, at=shared.pushed_at)
    found = rows(page.get("/parts/parts.csv"))[REFUNDS]
    assert (found["prompts"], found["live_in"]) == ("reply-draft support-answer", "production staging")
    assert (found["calls_7d"], found["cost_usd_7d"], found["calls_share_7d"]) == ("2", "0.50", "1.000000")


def test_one_part_shows_its_text_and_every_prompt_with_its_suites(
    page: Client, shared: PromptVersion, live: PromptVersion
) -> None:
    run = judge(live)
    shown = page.get(of(REFUNDS))
    assert "A change of it touches 2 prompts" in said(shown)
    assert "1 prompt has no suite" not in said(shown)
    assert "Where production v1 Suites Pass support-answer 3 cases" in said(shown)
    assert "Where staging v1 Suites Not judged reply-draft never pushed" in said(shown)
    assert "Refunds are possible within 30 days." in said(shown)
    assert "the same text everywhere" in said(shown)
    assert f'href="/evals/runs/{run.pk}/"' in text(shown)


def test_a_prompt_that_nobody_judges_is_told(page: Client, live: PromptVersion) -> None:
    live.prompt.suites = []
    live.prompt.save()
    assert "1 prompt has no suite that would notice: support-answer." in said(page.get(of(REFUNDS)))


def test_a_suite_that_names_the_prompt_judges_it_too(page: Client, live: PromptVersion) -> None:
    make_suite("careful", prompt=NAME, cases=7)
    assert "Not judged careful 7 cases" in said(page.get(of(REFUNDS)))


def test_prompts_with_another_text_are_told_with_the_difference(page: Client, shared: PromptVersion) -> None:
    make_version("Refunds are possible within 14 days.\nAsk for the order number first.")
    assert "1 prompt has another text of it" in said(page.get(LIST))
    shown = said(page.get(of(REFUNDS)))
    assert "Where production v1 Newest v2 another text" in shown
    assert "Another text, in support-answer, newest +1 −1" in shown


def test_a_newest_version_without_it_is_told(page: Client, live: PromptVersion) -> None:
    make_plain(name=NAME)
    assert "Where production v1 Newest v2 without it" in said(page.get(of(REFUNDS)))


def test_parts_of_one_path_that_have_nothing_in_common_are_told_apart(page: Client, live: PromptVersion) -> None:
    make_version("Ask the shop.", name="elsewhere", text=OTHER)
    assert said(page.get(LIST)).count("another part has this path, too") == 2
    shown = page.get(of(REFUNDS))
    assert "Another part of this path" in said(shown)
    assert "&amp;text=" in text(shown)
    assert "Ask the shop." in said(page.get(of(REFUNDS, "&prompt=elsewhere")))


def test_a_version_leads_to_its_parts_and_the_list_to_all(page: Client, live: PromptVersion) -> None:
    assert f'href="{of(PERSONA)}&amp;prompt={NAME}"' in text(page.get(f"/prompts/{NAME}/v1/"))
    assert 'href="/parts/"' in text(page.get("/prompts/"))


@pytest.mark.parametrize("query", ["", "?path=parts/nothing.md", "?path=parts/refunds.md&text=0000"])
def test_one_that_is_not_there_is_not_found(page: Client, live: PromptVersion, query: str) -> None:
    assert page.get(f"/parts/part/{query}").status_code == 404


def test_the_words_of_a_part_are_text(page: Client) -> None:
    make_version(HOSTILE, description=HOSTILE)
    assert is_safe(page.get(LIST))
    assert is_safe(page.get(of(REFUNDS)))


def test_contents_are_read_once(page: Client, shared: PromptVersion, django_assert_max_num_queries: Any) -> None:
    page.get(LIST)
    with django_assert_max_num_queries(40) as asked:
        page.get(LIST)
    assert not [each for each in asked.captured_queries if '"content"' in each["sql"]]


@pytest.mark.parametrize("address", [LIST, "/parts/parts.csv", "/parts/part/?path=parts/refunds.md"])
def test_a_tenants_own_people_do_not_see_it(client: Client, live: PromptVersion, viewer: User, address: str) -> None:
    client.force_login(viewer)
    assert client.get(address).status_code == 403


def test_nothing_is_posted_to_it(page: Client) -> None:
    assert page.post(LIST).status_code == 405
