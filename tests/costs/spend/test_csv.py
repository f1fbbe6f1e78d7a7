from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from tenants.models import Feature, Tenant
from tests.costs.factories import make_opened, make_stopped, make_unpriced, record
from tests.costs.spend.asking import CSV, WEEK, call, days_ago, rows


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
