import re
from datetime import datetime
from decimal import Decimal

from django.test import Client

from tenants.models import Feature, Tenant
from tests.costs.factories import make_opened, make_unpriced, record
from tests.costs.spend.asking import SPEND, WEEK, call, days_ago, text


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


def test_the_comparison_can_be_left_off(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    spent = {2: "3", 9: "2", 20: "1"}
    record(*(call(acme, answers, cost, days_ago(now, number)) for number, cost in spent.items()), at=now)
    compared, alone = text(page.get(SPEND, WEEK)), text(page.get(SPEND, {**WEEK, "vs": "off"}))
    assert "from $2.00" in compared
    assert "from $2.00" not in alone
    assert "Not compared with anything." in alone
