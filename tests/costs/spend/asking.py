"""What the tests of this page ask, and how they read the answer."""

import csv
from datetime import datetime, timedelta
from typing import Any

from costs.records import Finished
from tenants.models import Feature, Tenant
from tests.costs.factories import costing, make_finished, make_opened

SPEND, CSV = "/spend/", "/spend.csv"
# Whole days that are over, whatever the hour at which the tests run.
WEEK = {"from": "now-7d/d", "to": "now/d"}


def call(tenant: Tenant, feature: Feature, cost: str, at: datetime, **values: Any) -> Finished:
    opened = make_opened(tenant=tenant.pk, feature=feature.pk, at=at, **values)
    return make_finished(opened, cost=costing(cost))


def days_ago(now: datetime, number: int) -> datetime:
    return now.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=number)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def rows(response: Any) -> list[dict[str, str]]:
    first, *lines = response.getvalue().decode().splitlines()
    assert first.startswith("# http://testserver/spend.csv")
    return list(csv.DictReader(lines))
