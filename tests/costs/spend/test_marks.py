"""Calls that cost nothing real, or nobody knows what."""

import re
from datetime import datetime

import pytest
from django.test import Client

from tenants.models import Feature, Tenant
from tests.costs.factories import make_failed, make_opened, make_stopped, make_unpriced, record
from tests.costs.spend.asking import SPEND, WEEK, call, days_ago, text


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


def test_what_the_price_of_a_thousand_calls_leaves_out_is_said(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    opened = make_opened(tenant=acme.pk, feature=answers.pk, at=now)
    record(call(acme, answers, "3", now), make_stopped(opened), at=now)
    said = "by the 1 call that a model answered at a known price; 1 of 2 was turned away, failed or has no price.</p>"
    assert said in text(page.get(SPEND))


def test_calls_that_failed_are_none_of_those_that_were_answered(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    failed = [make_failed(make_opened(tenant=acme.pk, feature=answers.pk, at=now)) for _ in range(3)]
    record(call(acme, answers, "3", now), call(acme, answers, "3", now), *failed, at=now)
    shown = text(page.get(SPEND))
    assert "by the 2 calls that a model answered at a known price; 3 of 5 were turned away, failed or have no" in shown
    assert "What failed calls cost is in the spend." in shown


def test_where_no_model_answered_there_is_no_price_of_a_thousand(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    record(make_failed(make_opened(tenant=acme.pk, feature=answers.pk, at=now)), at=now)
    assert "No model answered a call at a known price, so there is no $ / 1K calls; 1 of 1 was" in text(page.get(SPEND))


def test_simulated_calls_are_marked(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "1", days_ago(now, 1), simulated=True), at=now)
    assert "</svg>simulated</span>" in text(page.get(SPEND, WEEK))


def test_real_calls_are_not(page: Client, acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, "1", days_ago(now, 1)), at=now)
    assert "simulated" not in text(page.get(SPEND, WEEK))


@pytest.mark.parametrize(("several", "said"), [(1, ">1 call simulated<"), (2, ">2 calls simulated<")])
def test_among_real_calls_the_simulated_are_counted(
    page: Client, acme: Tenant, answers: Feature, now: datetime, several: int, said: str
) -> None:
    at = days_ago(now, 1)
    simulated = [call(acme, answers, "1", at, simulated=True) for _ in range(several)]
    record(call(acme, answers, "1", at), *simulated, at=now)
    assert said in text(page.get(SPEND, WEEK))


def test_a_row_of_simulated_calls_has_its_mark_after_the_name(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime
) -> None:
    at = days_ago(now, 1)
    record(call(acme, answers, "1", at), call(acme, drafts, "1", at, simulated=True), at=now)
    marked = re.findall(r'(\w+ \w+)</a> <span class="pill plain">', text(page.get(SPEND, WEEK)))
    assert marked == ["Draft replies"]
