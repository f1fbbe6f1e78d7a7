import re
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.test import Client

from costs.models import Budget
from tenants.models import Feature, Tenant, User
from tests.costs.factories import make_kept, make_opened, record
from tests.costs.spend.asking import CSV, SPEND, WEEK, call, days_ago, text


def test_an_installation_without_calls_shows_how_to_send_one(page: Client) -> None:
    shown = text(page.get(SPEND))
    assert "No calls yet" in shown
    assert "X-AIOps-Feature" in shown


def test_a_range_without_calls_says_where_there_are_some(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", now), at=now)
    shown = text(page.get(SPEND, {"from": "2025-02-01", "to": "2025-02-03", "by": "tenant"}))
    assert "No calls in this range" in shown
    assert '<a href="?by=tenant">Look at this month</a>' in shown
    assert "No calls yet" not in shown


def test_a_filter_that_nothing_fits_says_so(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", now), at=now)
    shown = text(page.get(SPEND, {"feature": "drafts"}))
    assert "Nothing that fits the filters is recorded" in shown
    assert "Look at this month" not in shown


def test_spend_is_shown_by_feature_with_its_total(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    record(call(acme, answers, "12.30", days_ago(now, 2)), call(acme, drafts, "4.06", days_ago(now, 3)), at=now)
    shown = text(page.get(SPEND, WEEK))
    assert "$16<span>.36</span>" in shown
    assert shown.index("Answer assistant</a></th>") < shown.index("Draft replies</a></th>")
    assert "$12.30" in shown


@pytest.mark.parametrize(
    ("by", "label"), [("feature", "Answer assistant"), ("tenant", "Acme Robotics"), ("model", "m")]
)
def test_it_can_be_grouped_otherwise(
    page: Client, acme: Tenant, answers: Feature, now: datetime, by: str, label: str
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1), model="m"), at=now)
    assert f"{label}</a></th>" in text(page.get(SPEND, {**WEEK, "by": by}))


def test_answers_given_again_are_told_with_their_share_and_what_they_saved(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    kept = [make_kept(make_opened(tenant=acme.pk, feature=answers.pk, at=days_ago(now, 1))) for _ in range(3)]
    record(call(acme, answers, "2", days_ago(now, 1)), *kept, at=now)
    shown = text(page.get(SPEND, {**WEEK, "feature": "answers", "model": "openai/gpt-test"}))
    assert "3 answers</a>, 75.0%, saved about $6.00" in shown
    listed = page.get("/calls/?" + re.findall(r'/calls/\?(kept=[^"]+)', shown)[0].replace("&amp;", "&"))
    assert len(set(re.findall(r"/calls/[0-9a-f]{8}-[0-9a-f-]{27}/", text(listed)))) == 3
    assert "3 of 4 were turned away, answered from the cache, failed" in shown


def test_without_answers_given_again_nothing_is_said_of_them(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "2", days_ago(now, 1)), at=now)
    assert "from the cache" not in text(page.get(SPEND, WEEK))


def test_a_filter_narrows_it_and_can_be_taken_off(
    page: Client, acme: Tenant, globex: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), call(globex, answers, "2", days_ago(now, 1)), at=now)
    shown = text(page.get(SPEND, {**WEEK, "tenant": "acme", "by": "tenant"}))
    assert "Acme Robotics</a></th>" in shown
    assert "Globex Shipping" not in shown
    assert "remove this filter" in shown


@pytest.mark.parametrize("unknown", [{"tenant": "nobody"}, {"feature": "nothing"}])
def test_a_filter_of_nothing_is_not_found(page: Client, unknown: dict[str, str]) -> None:
    assert page.get(SPEND, unknown).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("sort", "marked"),
    [("", "descending"), ("-calls", "descending"), ("tokens", "ascending"), ("'; drop table", "descending")],
)
def test_the_table_says_how_it_is_sorted(
    page: Client, acme: Tenant, answers: Feature, now: datetime, sort: str, marked: str
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), at=now)
    shown = text(page.get(SPEND, {**WEEK, "sort": sort}))
    assert shown.count("aria-sort") == 1
    assert f'aria-sort="{marked}"' in shown


@pytest.mark.parametrize("wrong", [{"from": "yesterday"}, {"from": "now", "to": "now-1d"}, {"from": "1999-01-01"}])
def test_a_range_that_cannot_be_is_said(page: Client, wrong: dict[str, str]) -> None:
    answer = page.get(SPEND, wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This month is shown instead." in text(answer)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"by": "planet"}, "“Grouping” cannot be “planet”; it can be feature, tenant, model."),
        ({"vs": "mars"}, "“Comparison” cannot be “mars”; it can be prev, off."),
        ({"sort": "bogus"}, "“Order” cannot be “bogus”; it can be spend, share, change, calls, per_1k, tokens."),
        ({"sort": "--calls"}, "“Order” cannot be “--calls”; it can be spend,"),
        ({"teant": "acme"}, "“teant” is not known here; did you mean tenant?"),
        ({"unpriced": "1"}, "“unpriced” is not known here; it can be from, to, by, vs, tenant, feature, model, sort."),
    ],
)
def test_a_word_that_is_not_known_is_said_with_what_can_be(page: Client, wrong: dict[str, str], told: str) -> None:
    answer = page.get(SPEND, wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert told in text(answer)


def test_a_months_budget_is_a_bar(
    page: Client, operator: Tenant, acme: Tenant, answers: Feature, now: datetime
) -> None:
    Budget.objects.create(tenant=operator, amount_usd=Decimal(10), created_at=now)
    record(call(acme, answers, "2.50", now), at=now)
    assert "Spent $2.50 of $10, 25.0%" in text(page.get(SPEND))


def test_a_tenant_over_its_budget_is_named(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    Budget.objects.create(tenant=acme, amount_usd=Decimal(1), created_at=now)
    record(call(acme, answers, "2.50", now), at=now)
    assert "Acme Robotics has used 250.0%" in text(page.get(SPEND)).replace("</b>", "").replace("<b>", "")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, ["Acme Robotics", "Globex Shipping, Draft replies,", "Globex Shipping"]),
        # The budget over all of globex is the page's own.
        ({"tenant": "globex"}, ["Globex Shipping, Draft replies,"]),
        ({"feature": "drafts"}, ["Globex Shipping, Draft replies,"]),
        ({"tenant": "acme", "feature": "drafts"}, []),
        ({"model": "gpt-test"}, []),
        (WEEK, []),
    ],
)
def test_only_budgets_of_what_is_looked_at_are_named(
    page: Client, used_up: None, asked: dict[str, str], named: list[str]
) -> None:
    assert re.findall(r"<b>([^<]*) has used", text(page.get(SPEND, asked))) == named


@pytest.fixture
def used_up(acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature, now: datetime) -> None:
    """Three budgets that are: acme's, and globex's two, one of them over drafts alone."""
    budgets = [(acme, None), (globex, None), (globex, drafts)]
    [Budget.objects.create(tenant=of, feature=over, amount_usd=1, created_at=now) for of, over in budgets]
    record(*(call(of, over, "5", now) for of in (acme, globex) for over in (answers, drafts)), at=now)


def test_the_chart_is_there_as_a_picture_and_as_a_figure(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), at=now)
    shown = text(page.get(SPEND, WEEK))
    assert '<path class="f1" d="M' in shown
    assert 'role="img" aria-label="Daily spend' in shown
    assert '<script id="figure" type="application/json">' in shown


def test_a_tenants_own_people_see_their_spend_alone(
    client: Client, acme: Tenant, globex: Tenant, stranger: User, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), call(globex, answers, "2", days_ago(now, 1)), at=now)
    client.force_login(stranger)
    shown = text(client.get(SPEND, {**WEEK, "by": "tenant"}))
    assert "Globex Shipping" in shown
    assert "Acme Robotics" not in shown
    assert client.get(SPEND, {"tenant": "acme"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", [SPEND, CSV])
def test_nobody_gets_in_without_logging_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login/")


@pytest.mark.parametrize("path", [SPEND, CSV])
def test_it_is_for_reading_only(page: Client, path: str) -> None:
    assert page.post(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
