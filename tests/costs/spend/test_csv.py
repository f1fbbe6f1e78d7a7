from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from tenants.models import Feature, Tenant
from tests.costs.factories import make_kept, make_opened, make_stopped, make_unpriced, record
from tests.costs.spend.asking import CSV, SPEND, WEEK, call, days_ago, rows


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


def test_answers_given_again_are_counted_with_what_they_saved(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    kept = make_kept(make_opened(tenant=acme.pk, feature=answers.pk, at=days_ago(now, 1)))
    record(call(acme, answers, "2", days_ago(now, 1)), kept, at=now)
    [row] = rows(page.get(CSV, WEEK))
    assert (row["kept_calls"], row["kept_share"], Decimal(row["saved_by_kept_usd"])) == ("1", "0.5", 2)


def test_the_first_line_says_which_days_were_meant(page: Client, acme: Tenant, answers: Feature) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    url, _, at = first_line(page.get(CSV, {"tenant": "acme"})).partition(" at ")
    asked = dict(parse_qsl(url.partition("?")[2]))
    assert url.startswith("http://testserver/spend.csv?")
    assert asked["from"] == f"{before:%Y-%m-01T00:00:00Z}"
    assert before <= datetime.fromisoformat(asked["to"]) == datetime.fromisoformat(at)
    assert (asked["tenant"], asked["by"], asked["vs"]) == ("acme", "feature", "prev")


def test_the_address_in_it_asks_the_same_again(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), call(acme, drafts, "2", days_ago(now, 9)), at=now)
    answer = page.get(CSV, {**WEEK, "vs": "off", "sort": "calls"})
    first, *lines = answer.getvalue().decode().splitlines()
    url = first.removeprefix("# http://testserver").partition(" at ")[0]
    assert page.get(url).getvalue().decode().splitlines()[1:] == lines
    assert len(lines) == 2


@pytest.mark.parametrize("wrong", [{"from": "yesterday"}, {"by": "planet"}, {"teant": "acme"}])
def test_what_cannot_be_asked_is_no_table(page: Client, wrong: dict[str, str]) -> None:
    answer = page.get(CSV, wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer["Content-Type"] == "text/plain"
    assert answer.content.decode() == page.get(SPEND, wrong).context["asked"].problem


def first_line(answer: Any) -> str:
    return str(answer.getvalue().decode().splitlines()[0].removeprefix("# "))
