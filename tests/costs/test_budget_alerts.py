"""Thresholds are told once, and counters are put right by what is recorded."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import redis

from aiops.lib import uuid7
from costs.alerts import tell_thresholds
from costs.budgeting import scripts
from costs.budgeting.counting import correct, held, held_by
from costs.budgeting.wire import KEY
from costs.budgets import declare_budget
from costs.models import Budget, BudgetAlert
from costs.reports import limited
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.costs.factories import NOW, costing, make_finished, make_opened, record

CLIENT = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


@pytest.fixture
def counters() -> Iterator[redis.Redis]:
    CLIENT.delete(KEY)
    yield CLIENT
    CLIENT.delete(KEY)


def spend(tenant: Tenant, feature: Feature, usd: str, at: datetime = NOW) -> None:
    record(make_finished(make_opened(at=at, tenant=tenant.pk, feature=feature.pk), cost=costing(usd)))


def budget_of(tenant: Tenant, usd: str, **values: Any) -> Budget:
    return declare_budget(tenant, amount_usd=Decimal(usd), by=SYSTEM, at=NOW, **values).row


def told() -> list[int]:
    return list(BudgetAlert.objects.order_by("threshold").values_list("threshold", flat=True))


def test_a_threshold_is_told_once(acme: Tenant, answers: Feature, caplog: pytest.LogCaptureFixture) -> None:
    budget_of(acme, "10")
    spend(acme, answers, "7.9")
    assert tell_thresholds(at=NOW) == 0
    spend(acme, answers, "0.1")
    assert [tell_thresholds(at=NOW), tell_thresholds(at=NOW), told()] == [1, 0, [80]]
    spend(acme, answers, "2")
    assert [tell_thresholds(at=NOW), tell_thresholds(at=NOW), told()] == [1, 0, [80, 100]]
    assert [line for line in caplog.messages if "budget.threshold percent=100" in line and "spent_usd=10 " in line]


def test_in_the_next_period_it_is_told_again(acme: Tenant, answers: Feature) -> None:
    budget_of(acme, "10", period=Budget.Period.DAY)
    tomorrow = NOW + timedelta(days=1)
    spend(acme, answers, "8.5")
    assert tell_thresholds(at=NOW) == 1
    assert tell_thresholds(at=tomorrow) == 0
    spend(acme, answers, "8.5", tomorrow)
    assert tell_thresholds(at=tomorrow) == 1
    assert told() == [80, 80]


def test_of_another_amount_it_is_told_again(acme: Tenant, answers: Feature) -> None:
    budget = budget_of(acme, "10")
    spend(acme, answers, "10")
    assert tell_thresholds(at=NOW) == 2
    budget_of(acme, "100")
    assert tell_thresholds(at=NOW) == 0
    assert limited(NOW, [Budget.objects.select_related("tenant", "feature").get(pk=budget.pk)])[0].alerts == []
    spend(acme, answers, "90")
    assert [tell_thresholds(at=NOW), tell_thresholds(at=NOW)] == [2, 0]
    assert told() == [80, 80, 100, 100]


def test_a_counter_that_missed_something_is_raised_and_never_lowered(
    acme: Tenant, answers: Feature, counters: redis.Redis
) -> None:
    budget = budget_of(acme, "10", kind=Budget.Kind.HARD)
    name = held_by(Budget.objects.select_related("tenant", "feature").get(pk=budget.pk)).counter(NOW).name
    spend(acme, answers, "2")
    counters.hset(KEY, f"s:{name}", 1_000_000_000)
    assert correct(at=NOW) == 1
    assert counters.hget(KEY, f"s:{name}") == "2000000000"
    counters.hset(KEY, f"s:{name}", 3_000_000_000)
    assert correct(at=NOW) == 0
    assert counters.hget(KEY, f"s:{name}") == "3000000000"


def name_of(budget: Budget, at: datetime = NOW) -> str:
    return held_by(Budget.objects.select_related("tenant", "feature").get(pk=budget.pk)).counter(at).name


def test_what_a_dead_gateway_held_and_is_recorded_is_counted_once(
    acme: Tenant, answers: Feature, counters: redis.Redis
) -> None:
    name = name_of(budget_of(acme, "10", kind=Budget.Kind.HARD))
    opened = make_opened(at=NOW, tenant=acme.pk, feature=answers.pk)
    begin(counters, name)
    hold(counters, opened.id, acme, name)
    record(make_finished(opened, cost=costing("2")))
    assert correct(at=NOW) == 0
    sweep(counters)
    assert counters.hmget(KEY, f"s:{name}", f"h:{name}") == ["2000000000", "0"]
    assert correct(at=NOW) == 0


def test_what_is_under_way_hides_nothing_that_was_missed(acme: Tenant, answers: Feature, counters: redis.Redis) -> None:
    name = name_of(budget_of(acme, "10", kind=Budget.Kind.HARD))
    begin(counters, name)
    hold(counters, uuid7.new(), acme, name)
    spend(acme, answers, "1.5")
    assert correct(at=NOW) == 1
    assert counters.hmget(KEY, f"s:{name}", f"h:{name}") == ["1500000000", "5000000000"]


def begin(counters: redis.Redis, name: str) -> None:
    """A generation in which one gateway takes part and nothing is spent."""
    generation = run(counters, scripts.OPEN, "fresh")[0]
    run(counters, scripts.JOIN, generation, "gateway-1")
    run(counters, scripts.SEED, generation, 0, name, 0)


def hold(counters: redis.Redis, call: UUID, tenant: Tenant, name: str) -> None:
    """$5 at most, $2 if its gateway dies."""
    value, amount = f"5000000000|2000000000|{tenant.pk}|{name}", 5_000_000_000
    words = ("gateway-1", 30_000, str(call), value, amount, name, 10_000_000_000)
    assert run(counters, scripts.RESERVE, counters.hget(KEY, "gen"), *words)[0] == "held"


def sweep(counters: redis.Redis) -> None:
    """Nobody has heard of the gateway for long."""
    counters.hset(KEY, "j:gateway-1", 0)
    counters.hdel(KEY, "sweep")
    generation = counters.hget(KEY, "gen")
    run(counters, scripts.JOIN, generation, "gateway-2")
    run(counters, scripts.BEAT, generation, "gateway-2", 30_000)


def run(counters: redis.Redis, script: str, *words: Any) -> list[str]:
    return counters.eval(script, 1, KEY, *words)  # type: ignore[no-any-return]


def test_what_nobody_has_counted_yet_is_left_to_the_gateways(acme: Tenant, counters: redis.Redis) -> None:
    budget_of(acme, "10", kind=Budget.Kind.HARD)
    assert correct(at=NOW) == 0
    assert not counters.hkeys(KEY)


def test_counters_of_periods_that_are_over_go_unless_something_is_held(acme: Tenant, counters: redis.Redis) -> None:
    budget = budget_of(acme, "10", kind=Budget.Kind.HARD)
    hard = held_by(Budget.objects.select_related("tenant", "feature").get(pk=budget.pk))
    before, now = hard.counter(NOW - timedelta(days=31)), hard.counter(NOW)
    counters.hset(KEY, mapping={f"s:{before.name}": 5, f"s:{now.name}": 6, f"h:{before.name}": 1})
    correct(at=NOW)
    assert counters.hget(KEY, f"s:{before.name}") == "5"
    counters.hset(KEY, f"h:{before.name}", 0)
    correct(at=NOW)
    assert set(counters.hkeys(KEY)) == {f"s:{now.name}"}


def test_the_counter_of_a_period_is_kept_for_some_minutes_after_its_end(acme: Tenant, counters: redis.Redis) -> None:
    """A call of the last second may reserve a moment later: counted anew, what is not recorded yet would be missing."""
    budget, midnight = budget_of(acme, "10", kind=Budget.Kind.HARD, period=Budget.Period.DAY), datetime(2026, 11, 23)
    before = name_of(budget, NOW)
    counters.hset(KEY, f"s:{before}", 5)
    correct(at=midnight.replace(minute=9, tzinfo=UTC))
    assert counters.hget(KEY, f"s:{before}") == "5"
    correct(at=midnight.replace(minute=11, tzinfo=UTC))
    assert not counters.hkeys(KEY)


def test_what_is_held_is_told(acme: Tenant, counters: redis.Redis) -> None:
    budget = budget_of(acme, "10", kind=Budget.Kind.HARD)
    counter = held_by(Budget.objects.select_related("tenant", "feature").get(pk=budget.pk)).counter(NOW)
    counters.hset(KEY, f"h:{counter.name}", 7)
    assert held([counter]) == {counter.name: 7}
