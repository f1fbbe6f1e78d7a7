from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import mean
from uuid import UUID

import pytest

from aiops.demo.cast import FAILING, FEATURES, FIRST_RELEASE, LARGE, PROMPT_GREW, SMALL, TENANTS, UNPRICED
from aiops.demo.history import DAYS, GREW_DAYS, Pause, Price, Scene, history
from aiops.lib import uuid7
from costs.pricing import PriceList
from costs.records import Finished, Outcome

UNTIL = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CALLS = 4000


def numbered(names: list[str]) -> dict[str, UUID]:
    return {name: UUID(int=number) for number, name in enumerate(names, start=1)}


def price(cached: str, output: str) -> Price:
    return Price(UUID(int=7), PriceList.parse({"input": "1", "cached": cached, "output": output}))


SCENE = Scene(
    tenants=numbered([tenant.slug for tenant in TENANTS]),
    features=numbered([feature.slug for feature in FEATURES]),
    prices={SMALL: price("0.5", "4"), LARGE: price("0.1", "8")},
    stops={("halden", None): Pause(UUID(int=9), UNTIL - timedelta(days=2), "cost")},
    prompts={"answer-assistant": "0" * 64},
    until=UNTIL,
)


@pytest.fixture(scope="module")
def month() -> list[Finished]:
    return list(history(SCENE, calls=CALLS))


def of(month: list[Finished], *, tenant: str | None = None, feature: str | None = None) -> list[Finished]:
    tenants = SCENE.tenants.values() if tenant is None else [SCENE.tenants[tenant]]
    features = SCENE.features.values() if feature is None else [SCENE.features[feature]]
    return [each for each in month if each.call.tenant in tenants and each.call.feature in features]


def when(call: Finished) -> datetime:
    return uuid7.time_of(call.call.id)


def test_the_same_month_comes_again(month: list[Finished]) -> None:
    assert list(history(SCENE, calls=CALLS)) == month


def test_calls_lie_in_the_two_months_before_oldest_first(month: list[Finished]) -> None:
    moments = [when(call) for call in month]
    assert len(month) == CALLS
    assert moments == sorted(moments)
    assert UNTIL - timedelta(days=DAYS) <= moments[0]
    assert moments[-1] <= UNTIL


def test_every_call_has_an_id_of_its_own(month: list[Finished]) -> None:
    assert len({call.call.id for call in month}) == CALLS
    assert {call.call.id.version for call in month} == {7}


def test_every_cost_is_the_sum_of_its_parts_and_names_its_price(month: list[Finished]) -> None:
    priced = [call for call in month if call.cost is not None]
    assert all(sum(call.cost[:5], Decimal(0)) == call.cost.total for call in priced if call.cost)
    assert all(call.price_version for call in priced if call.usage.input_tokens)


def test_calls_of_the_model_without_a_price_have_no_cost(month: list[Finished]) -> None:
    unpriced = {call.model for call in month if call.cost is None}
    assert unpriced == {UNPRICED}


def test_everything_is_marked_simulated(month: list[Finished]) -> None:
    assert all(call.call.simulated for call in month)


def test_weekends_are_quieter(month: list[Finished]) -> None:
    days = Counter(when(call).weekday() for call in month if when(call) < UNTIL - timedelta(hours=1))
    assert max(days[5], days[6]) < min(days[day] for day in range(5))


def test_the_prompts_of_one_feature_doubled_a_week_ago(month: list[Finished]) -> None:
    asked = [call for call in of(month, feature=PROMPT_GREW) if call.usage.input_tokens]
    growth = UNTIL - timedelta(days=GREW_DAYS)
    before = mean(call.usage.input_tokens for call in asked if when(call) <= growth)
    after = mean(call.usage.input_tokens for call in asked if when(call) > growth)
    assert after / before == pytest.approx(2, rel=0.15)


def test_calls_name_the_prompt_of_their_feature_from_its_release_on(month: list[Finished]) -> None:
    released = FIRST_RELEASE.since(UNTIL)
    named = [call for call in month if call.call.prompt_version]
    later = [call for call in of(month, feature="answer-assistant") if when(call) >= released]
    assert named == later
    assert {call.call.prompt_version for call in named} == {"0" * 64}


def test_a_stopped_tenant_gets_no_answer_from_then_on(month: list[Finished]) -> None:
    since = UNTIL - timedelta(days=2)
    outcomes = {when(call) >= since: Counter[Outcome]() for call in of(month, tenant="halden")}
    stopped = [call for call in of(month, tenant="halden") if when(call) >= since]
    assert set(outcomes) == {True, False}
    assert {(call.outcome, call.stop_id) for call in stopped} == {(Outcome.STOPPED, UUID(int=9))}


def test_the_last_hour_is_busy(month: list[Finished]) -> None:
    assert len([call for call in month if when(call) > UNTIL - timedelta(hours=1)]) >= CALLS * 0.006


def test_one_tenant_fails_just_now(month: list[Finished]) -> None:
    recent = [call for call in of(list(history(SCENE)), tenant=FAILING) if when(call) > UNTIL - timedelta(minutes=15)]
    failed = [call for call in recent if call.outcome is Outcome.PROVIDER_ERROR]
    assert len(failed) / len(recent) > 0.1


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.PROVIDER_ERROR, Outcome.CANCELLED, Outcome.REFUSED])
def test_calls_end_in_every_way_that_they_do(month: list[Finished], outcome: Outcome) -> None:
    assert outcome in {call.outcome for call in month}


def test_a_fallback_tells_both_hops(month: list[Finished]) -> None:
    fallen = [call for call in month if call.fallback]
    assert {(call.model, tuple(hop.status for hop in call.hops)) for call in fallen} == {(LARGE, (429, 200))}
