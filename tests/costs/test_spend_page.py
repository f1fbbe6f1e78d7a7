import csv
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from costs.models import Budget
from costs.records import Finished
from tenants.models import Feature, Tenant, User
from tests.costs.factories import costing, make_finished, make_opened, make_stopped, make_unpriced, record

OK = HTTPStatus.OK
SPEND, CSV = "/spend/", "/spend.csv"
# Whole days that are over, whatever the hour at which the tests run.
WEEK = {"from": "now-7d/d", "to": "now/d"}


@pytest.fixture
def now() -> datetime:
    """The page reads the clock itself."""
    return datetime.now(UTC)


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def call(tenant: Tenant, feature: Feature, cost: str, at: datetime, **values: Any) -> Finished:
    opened = make_opened(tenant=tenant.pk, feature=feature.pk, at=at, **values)
    return make_finished(opened, cost=costing(cost))


def days_ago(now: datetime, number: int) -> datetime:
    return now.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=number)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def rows(response: Any) -> list[dict[str, str]]:
    first, *lines = response.content.decode().splitlines()
    assert first.startswith("# http://testserver/spend.csv")
    return list(csv.DictReader(lines))


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


def test_what_changed_adds_up_to_the_difference(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    record(
        call(acme, answers, "10.005", days_ago(now, 2)),
        call(acme, answers, "4", days_ago(now, 9)),
        call(acme, drafts, "1.005", days_ago(now, 2)),
        call(acme, drafts, "3", days_ago(now, 9)),
        call(acme, drafts, "3", days_ago(now, 30)),
        at=now,
    )
    shown = text(page.get(SPEND, WEEK))
    panel = shown[shown.index("What changed") : shown.index("</ol>", shown.index("What changed"))]
    whole, *parts = (Decimal(found.replace("−", "-").replace("$", "")) for found in re.findall(r"[+−]\$[\d.]+", panel))
    assert (whole, len(parts), sum(parts)) == (Decimal("4.01"), 2, whole)


def test_calls_without_a_price_are_counted_and_never_nothing(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    unknown = make_opened(tenant=acme.pk, feature=answers.pk, at=days_ago(now, 1))
    record(make_unpriced(unknown), call(acme, drafts, "2", days_ago(now, 1)), at=now)
    shown = text(page.get(SPEND, WEEK))
    assert "1 call without a price" in shown
    row = shown[shown.index("Answer assistant</a></th>") :]
    assert "no data" in row[: row.index("</tr>")]
    assert "$0.00" not in row[: row.index("</tr>")]


def test_money_is_nowhere_nothing_when_no_call_has_a_price(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    calls = [make_opened(tenant=acme.pk, feature=answers.pk, at=days_ago(now, number)) for number in (2, 9, 20)]
    record(*map(make_unpriced, calls), at=now)
    shown = text(page.get(SPEND, {**WEEK, "feature": "answers", "to": "now"}))
    page_itself = shown[shown.index("In four numbers") : shown.index("By day")] + shown[shown.index("What changed") :]
    assert "$0" not in page_itself
    assert page_itself.count("1 without a price") == 5
    assert page_itself.count("no data") >= 6


def test_what_changed_says_of_which_calls_the_price_is_unknown(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    calls = [make_opened(tenant=acme.pk, feature=answers.pk, at=days_ago(now, number)) for number in (2, 9)]
    dearer = [call(acme, drafts, cost, days_ago(now, number)) for cost, number in (("5", 2), ("2", 9), ("2", 30))]
    record(*map(make_unpriced, calls), *dearer, at=now)
    shown = text(page.get(SPEND, WEEK))
    panel = shown[shown.index("What changed") : shown.index("</ol>", shown.index("What changed"))]
    assert re.findall(r"[+−]?\$[\d.]+", panel)[:2] == ["+$3.00", "+$3.00"]
    assert "$0.00" not in panel
    assert 'no data</span></b><p class="sm mut">1 without a price</p>' in panel


def test_a_period_of_which_only_a_part_is_recorded_is_not_compared_with(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "5", days_ago(now, 2)), call(acme, answers, "2", days_ago(now, 9)), at=now)
    answer = page.get(SPEND, WEEK)
    shown = text(answer)
    assert f"Records begin {days_ago(now, 9):%-d %b}" in shown
    assert f"records begin {days_ago(now, 9):%-d %b}" in shown
    assert "150.0%" not in shown
    assert answer.context["chart"].previous == (*(None,) * 5, Decimal(2), Decimal())


def test_one_that_is_recorded_from_its_first_day_is(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "5", days_ago(now, 2)), call(acme, answers, "2", days_ago(now, 14)), at=now)
    shown = text(page.get(SPEND, WEEK))
    assert "150.0%" in shown
    assert "ecords begin" not in shown


def test_simulated_calls_are_marked(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "1", days_ago(now, 1), simulated=True), at=now)
    assert "</svg>simulated</span>" in text(page.get(SPEND, WEEK))


def test_real_calls_are_not(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), at=now)
    assert "simulated" not in text(page.get(SPEND, WEEK))


def test_among_real_calls_the_simulated_are_counted(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    at = days_ago(now, 1)
    record(call(acme, answers, "1", at), call(acme, answers, "1", at, simulated=True), at=now)
    assert "1 calls simulated" in text(page.get(SPEND, WEEK))


def test_a_row_of_simulated_calls_has_its_mark_after_the_name(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    at = days_ago(now, 1)
    record(call(acme, answers, "1", at), call(acme, drafts, "1", at, simulated=True), at=now)
    marked = re.findall(r'(\w+ \w+)</a> <span class="pill plain">', text(page.get(SPEND, WEEK)))
    assert marked == ["Draft replies"]


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
        ({"by": "planet"}, "by cannot be “planet”; it can be feature, tenant, model."),
        ({"vs": "mars"}, "vs cannot be “mars”; it can be prev, off."),
    ],
)
def test_a_word_that_is_not_known_is_said_with_what_can_be(page: Client, wrong: dict[str, str], told: str) -> None:
    answer = page.get(SPEND, wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert told in text(answer)


def test_the_comparison_can_be_left_off(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    spent = {2: "3", 9: "2", 20: "1"}
    record(*(call(acme, answers, cost, days_ago(now, number)) for number, cost in spent.items()), at=now)
    compared, alone = text(page.get(SPEND, WEEK)), text(page.get(SPEND, {**WEEK, "vs": "off"}))
    assert "from $2.00" in compared
    assert "from $2.00" not in alone
    assert "Not compared with anything." in alone


def test_what_the_price_of_a_thousand_calls_leaves_out_is_said(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    opened = make_opened(tenant=acme.pk, feature=answers.pk, at=now)
    record(call(acme, answers, "3", now), make_stopped(opened), at=now)
    assert "of the 1 that were answered and have a price; 1 of 2 were turned away" in text(page.get(SPEND))


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


def test_the_chart_is_there_as_a_picture_and_as_a_figure(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), at=now)
    shown = text(page.get(SPEND, WEEK))
    assert '<path class="f1" d="M' in shown
    assert 'role="img" aria-label="Daily spend' in shown
    assert '<script id="figure" type="application/json">' in shown


def test_the_table_as_csv_has_every_row_unrounded(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    unknown = make_opened(tenant=acme.pk, feature=drafts.pk, at=days_ago(now, 1))
    record(call(acme, answers, "0.0000123", days_ago(now, 1)), make_unpriced(unknown), at=now)
    answer = page.get(CSV, WEEK)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["key"], row["spend_usd"], row["unpriced_calls"]) for row in rows(answer)] == [
        ("answers", "0.0000123", "0"),
        ("drafts", "", "1"),
    ]


@pytest.mark.parametrize("name", ["=1+1", "+SUM(A1)", "-2", "@cmd", "\tx"])
def test_a_name_in_the_csv_is_never_a_formula(
    page: Client, acme: Tenant, answers: Feature, now: datetime, name: str
) -> None:
    Feature.objects.filter(pk=answers.pk).update(name=name)
    record(call(acme, answers, "1", days_ago(now, 1)), at=now)
    assert rows(page.get(CSV, WEEK))[0]["label"] == f"'{name}"


def test_stopped_calls_cost_nothing_and_are_counted(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(make_stopped(make_opened(tenant=acme.pk, feature=answers.pk, at=days_ago(now, 1))), at=now)
    [row] = rows(page.get(CSV, WEEK))
    assert (row["stopped"], Decimal(row["spend_usd"])) == ("1", Decimal())


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
