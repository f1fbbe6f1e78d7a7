from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from costs.records import Outcome
from costs.reports import By, SpendReport, spend
from costs.usage import Usage
from tenants.models import Feature, Tenant
from tenants.scope import scope
from tests.costs.calling import AT, MONTH, Caller
from tests.costs.factories import (
    costing,
    make_failed,
    make_finished,
    make_opened,
    make_stopped,
    make_unpriced,
    record,
    usd,
)
from tests.factories import make_feature

_ZERO = Decimal(0)


@pytest.fixture
def call(acme: Tenant, answers: Feature) -> Caller:
    return Caller(acme.pk, answers.pk)


def _spends(report: SpendReport) -> dict[str, Decimal]:
    return {row.slug: row.now.spend for row in report.rows}


def test_spend_is_added_up_by_feature_dearest_first(call: Caller, drafts: Feature) -> None:
    call("11-03", "0.10", times=3)
    call("11-20", "0.05", feature=drafts.pk)
    report = spend(MONTH, AT)
    assert _spends(report) == {"answers": Decimal("0.30"), "drafts": Decimal("0.05")}
    assert [(row.label, row.now.calls, row.share) for row in report.rows] == [
        ("Answer assistant", 3, Decimal("0.30") / Decimal("0.35")),
        ("Draft replies", 1, Decimal("0.05") / Decimal("0.35")),
    ]
    assert (report.total.spend, report.total.calls) == (Decimal("0.35"), 4)


def test_spend_is_added_up_by_tenant_and_by_model(call: Caller, globex: Tenant) -> None:
    call("11-03", "1", times=2)
    call("11-03", "5", tenant=globex.pk, model="large")
    assert _spends(spend(MONTH, AT, By.TENANT)) == {"globex": 5, "acme": 2}
    assert _spends(spend(MONTH, AT, "model")) == {"openai/large": 5, "openai/gpt-test": 2}
    assert [row.label for row in spend(MONTH, AT, "model").rows] == ["large", "gpt-test"]


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({}, 31),
        ({"model": "large"}, 2),
        ({"model": "openai/large"}, 2),
        ({"model": "azure/large"}, 0),
        ({"model": "meta/llama"}, 16),
        ({"model": "groq/meta/llama"}, 16),
        ({"environment": "staging"}, 4),
        ({"simulated": True}, 8),
        ({"simulated": False}, 23),
    ],
)
def test_filters_leave_the_rest_out(call: Caller, filters: dict[str, Any], total: int) -> None:
    call("11-03", "1")
    call("11-03", "2", model="large")
    call("11-03", "4", environment="staging")
    call("11-03", "8", simulated=True)
    call("11-03", "16", provider="groq", model="meta/llama")
    report = spend(MONTH, AT, **filters)
    assert report.total.spend == sum(_spends(report).values()) == total


def test_one_tenant_and_one_feature_can_be_looked_at(
    call: Caller, acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature
) -> None:
    call("11-03", "1")
    call("11-03", "2", feature=drafts.pk)
    call("11-03", "4", tenant=globex.pk)
    assert spend(MONTH, AT, tenant=acme.pk).total.spend == 3
    assert spend(MONTH, AT, feature=answers.pk).total.spend == 5
    assert spend(MONTH, AT, tenant=acme.pk, feature=answers.pk).total.spend == 1


def test_a_scope_sees_its_tenants_only(call: Caller, acme: Tenant, globex: Tenant) -> None:
    call("11-03", "1")
    call("11-03", "4", tenant=globex.pk)
    with scope([acme.pk]):
        assert spend(MONTH, AT).total.spend == 1
        assert spend(MONTH, AT, tenant=globex.pk).total.spend == 0


@pytest.mark.parametrize(
    ("since", "until", "total"),
    [
        ("11-01T00:00", "11-22T14:05", 7),
        ("11-02T00:00", "11-22T14:05", 6),
        # From the hour on, up to the moment.
        ("11-02T10:30", "11-22T14:05", 6),
        ("11-02T11:00", "11-22T14:05", 4),
        ("11-01T00:00", "11-22T13:00", 3),
        ("11-02T00:00", "11-03T00:00", 2),
        ("11-02T10:00", "11-02T11:00", 2),
    ],
)
def test_only_the_hours_of_the_period_count(call: Caller, since: str, until: str, total: int) -> None:
    call("11-01T09:00", "1")
    call("11-02T10:15", "2")
    call("11-22T13:30", "4")
    first, last = (datetime.fromisoformat(f"2026-{each}").replace(tzinfo=UTC) for each in (since, until))
    assert spend(first, last).total.spend == total


def test_the_days_of_each_row_and_of_the_chart_add_up(call: Caller) -> None:
    keys = [make_feature(f"feature-{number}").pk for number in range(7)]
    _spread(call, keys)
    report = spend(MONTH, AT)
    assert len(report.days) == 22
    assert [sum(row.daily) for row in report.rows] == [row.now.spend for row in report.rows]
    assert [each.label for each in report.series] == [row.label for row in report.rows[:5]] + ["Everything else"]
    assert report.series[5].key is None
    assert sum(sum(each.values) for each in report.series) == report.total.spend
    assert [sum(day) for day in zip(*(each.values for each in report.series), strict=True)] == [
        sum(day) for day in zip(*(row.daily for row in report.rows), strict=True)
    ]


def _spread(call: Caller, keys: Sequence[UUID]) -> None:
    for number, key in enumerate(keys):
        call(f"11-{number + 1:02}", f"0.{number + 1}", feature=key)
        call(f"11-22T{number:02}:00", "0.001", feature=key, times=number + 1)


def test_a_month_so_far_is_compared_with_the_same_days_of_the_last(call: Caller) -> None:
    call("10-22T13:59", "1")
    call("10-22T14:01", "10")
    call("10-01T00:00", "2")
    call("09-30T23:59", "20")
    call("11-03", "7")
    report = spend(MONTH, AT)
    assert (report.total.spend, report.before.spend, report.delta) == usd(7, 3, 4)
    assert (report.previous_daily[0], report.previous_daily[-1], sum(report.previous_daily)) == usd(2, 1, 3)


def test_what_changed_adds_up_to_the_whole_change(call: Caller, drafts: Feature) -> None:
    gone = make_feature("gone").pk
    call("10-05", "0.3333333333333333", times=3)
    call("10-05", "2", feature=gone)
    call("11-05", "0.7777777777777777", times=5)
    call("11-05", "1", feature=drafts.pk)
    report = spend(MONTH, AT)
    assert sum((change.delta for change in report.what_changed), _ZERO) == report.delta
    assert [change.label for change in report.what_changed] == ["Answer assistant", "Gone", "Draft replies"]
    assert all(change.by_calls + change.by_cost == change.delta for change in report.what_changed)
    assert {row.slug: (row.before.spend, row.now.spend) for row in report.rows}["gone"] == usd(2, 0)


def test_calls_without_a_price_are_counted_and_never_as_nothing(call: Caller, acme: Tenant, answers: Feature) -> None:
    tags: dict[str, Any] = {"at": datetime(2026, 11, 5, tzinfo=UTC), "tenant": acme.pk, "feature": answers.pk}
    call("11-05", "1", times=4)
    record(*(make_unpriced(make_opened(**tags)) for _ in range(6)), at=AT)
    total = spend(MONTH, AT).total
    assert (total.spend, total.per_1k_calls) == usd(4, 1000)
    assert (total.calls, total.unpriced_calls) == (10, 6)


def test_nothing_is_known_of_what_never_happened(operator: Tenant) -> None:
    report = spend(MONTH, AT)
    assert (report.rows, report.series, report.what_changed, report.forecast) == ((), (), (), None)
    assert (report.total.per_1k_calls, report.total.average_input_tokens, report.total.cached_share) == (
        None,
        None,
        None,
    )


def test_calls_that_were_turned_away_make_no_call_cheaper(call: Caller, acme: Tenant, answers: Feature) -> None:
    call("11-05", "2", usage=Usage(3000, 600, 0, 50))
    stopped = make_opened(at=datetime(2026, 11, 5, tzinfo=UTC), tenant=acme.pk, feature=answers.pk)
    record(make_stopped(stopped), at=AT)
    total = spend(MONTH, AT).total
    assert (total.calls, total.answered) == (2, 1)
    assert (total.per_1k_calls, total.average_input_tokens, total.cached_share) == usd(2000, 3000, "0.2")


def test_calls_that_failed_make_no_call_cheaper(call: Caller, acme: Tenant, answers: Feature) -> None:
    call("11-05", "2", times=3)
    tags: dict[str, Any] = {"at": datetime(2026, 11, 5, tzinfo=UTC), "tenant": acme.pk, "feature": answers.pk}
    record(*(make_failed(make_opened(**tags)) for _ in range(2)), at=AT)
    total = spend(MONTH, AT).total
    assert (total.calls, total.errors, total.answered, total.priced) == (5, 2, 3, 3)
    assert (total.per_1k_calls, total.average_input_tokens) == usd(2000, 1000)


def test_what_a_failed_call_cost_is_paid_for_those_that_were_answered(
    call: Caller, acme: Tenant, answers: Feature
) -> None:
    call("11-05", "2")
    opened = make_opened(at=datetime(2026, 11, 5, tzinfo=UTC), tenant=acme.pk, feature=answers.pk)
    record(make_finished(opened, outcome=Outcome.PROVIDER_ERROR, cost=costing("1")), at=AT)
    total = spend(MONTH, AT).total
    assert (total.spend, total.priced, total.per_1k_calls) == (3, 1, 3000)


def test_a_call_that_failed_without_a_price_is_left_out_once(call: Caller, acme: Tenant, answers: Feature) -> None:
    call("11-05", "1", times=4)
    tags: dict[str, Any] = {"at": datetime(2026, 11, 5, tzinfo=UTC), "tenant": acme.pk, "feature": answers.pk}
    unknown = [make_opened(**tags, model="unknown") for _ in range(3)]
    record(*map(make_unpriced, unknown[:1]), at=AT)
    record(*(make_unpriced(each, outcome=Outcome.PROVIDER_ERROR) for each in unknown[1:]), at=AT)
    total = spend(MONTH, AT).total
    assert (total.answered, total.unpriced_calls, total.priced, total.per_1k_calls) == (5, 3, 4, 1000)


def test_a_comparison_takes_as_many_queries_as_none(call: Caller, django_assert_num_queries: Any) -> None:
    call("11-05", "1")
    with django_assert_num_queries(8):
        alone = spend(MONTH, AT, compare=False)
    with django_assert_num_queries(8):
        compared = spend(MONTH, AT)
    assert (alone.total, alone.before.calls) == (compared.total, 0)


def test_a_day_may_lie_in_both_periods(call: Caller) -> None:
    call("11-21T06:00", "1")
    call("11-21T20:00", "2")
    since = datetime(2026, 11, 21, 15, tzinfo=UTC)
    report = spend(since, AT)
    assert (report.previous.days[-1], report.days[0]) == (since.date(), since.date())
    assert (report.total.spend, report.before.spend) == usd(2, 1)
    assert (report.series[0].values, report.previous_daily[-1]) == (usd(2, 0), 1)


def test_simulated_calls_are_marked(call: Caller, drafts: Feature) -> None:
    call("11-05", "1", simulated=True)
    call("11-05", "2", feature=drafts.pk)
    assert [(row.slug, row.is_simulated) for row in spend(MONTH, AT).rows] == [("drafts", False), ("answers", True)]


def test_what_was_deleted_keeps_its_spend(call: Caller) -> None:
    unknown = UUID("01900000-0000-7000-8000-00000000dead")
    call("11-05", "1", feature=unknown)
    assert _spends(spend(MONTH, AT)) == {str(unknown): 1}


def test_the_month_is_forecast_from_the_days_before_today(call: Caller) -> None:
    _every_day(call)
    told = spend(MONTH, AT).forecast
    assert told is not None
    assert (told.total, told.low, told.high) == usd(30, 30, 30)
    assert [day.day for day, _ in told.days] == list(range(22, 31))
    weekday = spend(AT - timedelta(days=7), AT).forecast
    assert weekday == told


def _every_day(call: Caller) -> None:
    for day in range(1, 22):
        call(f"11-{day:02}T12:00", "1")
    call("11-22T01:00", "0.25")


def test_days_are_those_of_utc_wherever_the_clock_stands(call: Caller) -> None:
    call("11-03T23:30", "1")
    tokyo = timezone(timedelta(hours=9))
    report = spend(MONTH.astimezone(tokyo), AT.astimezone(tokyo))
    assert report.days == spend(MONTH, AT).days
    assert (report.total.spend, report.series[0].values[2]) == usd(1, 1)


def test_days_that_are_over_have_no_forecast(call: Caller) -> None:
    _every_day(call)
    assert spend(MONTH, datetime(2026, 11, 20, tzinfo=UTC), at=AT).forecast is None
