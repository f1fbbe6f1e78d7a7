from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from aiops.demo.asks import Ask
from aiops.demo.plan import DAYS, asks, plan
from aiops.demo.story import FIRST_RELEASE, OUTAGES, STOPS

UNTIL = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CALLS = 2000


@pytest.fixture(scope="module")
def months() -> list[Ask]:
    return list(asks(plan(UNTIL, calls=CALLS), UNTIL))


def test_the_same_calls_come_again(months: list[Ask]) -> None:
    assert list(asks(plan(UNTIL, calls=CALLS), UNTIL)) == months


def test_a_part_of_them_is_what_it_is_among_all(months: list[Ask]) -> None:
    assert list(asks(plan(UNTIL, calls=CALLS)[500:510], UNTIL)) == months[500:510]


def test_they_lie_in_the_two_months_before_oldest_first(months: list[Ask]) -> None:
    moments = [ask.at for ask in months]
    assert moments == sorted(moments)
    assert UNTIL - timedelta(days=DAYS) <= moments[0]
    assert moments[-1] <= UNTIL


def test_every_call_has_an_id_of_its_own(months: list[Ask]) -> None:
    assert len({ask.id for ask in months}) == len(months)
    assert {ask.id.version for ask in months} == {7}


def test_weekends_are_quieter(months: list[Ask]) -> None:
    days = Counter(ask.at.weekday() for ask in months if ask.at < UNTIL - timedelta(days=6))
    assert max(days[5], days[6]) < min(days[day] for day in range(5))


def test_prompts_are_named_once_they_are_released(months: list[Ask]) -> None:
    naming = [ask.at for ask in months if "prompt" in ask.body]
    assert min(naming) >= FIRST_RELEASE.since(UNTIL)


@pytest.mark.parametrize("hour", [1, 9, 16])
def test_something_is_called_while_it_is_off_at_whatever_hour_the_demo_starts(hour: int) -> None:
    until = UNTIL.replace(hour=hour)
    for stop in STOPS:
        stopped = [each for each in plan(until, calls=100) if stop.since(until) <= each.at < stop.until(until)]
        assert len([each for each in stopped if each.tenant.slug == stop.tenant]) >= 10


@pytest.mark.parametrize("day", range(20, 27))
def test_the_outage_is_on_a_working_day_and_over_before_the_demo_starts(day: int) -> None:
    until = UNTIL.replace(day=day)
    assert {outage.since(until).weekday() for outage in OUTAGES} <= set(range(5))
    assert max(outage.until(until) for outage in OUTAGES) < until - timedelta(days=4)
