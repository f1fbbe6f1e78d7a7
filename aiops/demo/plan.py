"""Who calls when, for two months. Pure; the same seed and the same end, the same calls."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from aiops.demo.asks import Ask, Body, body_of
from aiops.demo.cast import FAILING, FEATURES, TENANTS, CastFeature, CastTenant
from aiops.demo.names import NAMES
from aiops.demo.story import FIRST_RELEASE, HANDBOOK, HARD_BUDGET, OUTAGES, STOPS
from aiops.demo.trials import ENDED, MORE_CALLS, ONE_SENTENCE

# This month so far, and the same days of the month before.
DAYS: Final = 62
CALLS: Final = 9_000
SEED: Final = 20_26
# Monday to Sunday, and midnight to eleven at night in UTC: an operator of office people.
_WEEKDAYS: Final = (1.0, 1.06, 1.08, 1.04, 0.94, 0.42, 0.34)
_HOURS: Final = (2, 1, 1, 1, 2, 4, 8, 16, 26, 32, 34, 32, 28, 31, 34, 33, 29, 23, 16, 12, 9, 7, 5, 3)
_BAD_QUARTER: Final = timedelta(minutes=15)
_LOOPS_FOR: Final = timedelta(hours=6)
# What is wrong with a grounded answer that does not stand on its sources, and how often it is that.
_UNGROUNDED: Final = ("fabricated_quote", "wrong_source", "low_confidence", "unreadable_answer")
_HOW_OFTEN: Final = (6, 2, 2, 1)
_ANSWERS: Final = "answer-assistant"
_TENANTS: Final = {tenant.slug: tenant for tenant in TENANTS}
_FEATURES: Final = {feature.slug: feature for feature in FEATURES}


class Moment(NamedTuple):
    """Somebody wants something: all that is known of a call before it is written."""

    at: datetime
    tenant: CastTenant
    feature: CastFeature
    number: int


class Rush(NamedTuple):
    """Calls beside the usual ones, so that pages have something to show of it whenever the demo starts."""

    since: datetime
    until: datetime
    calls: int
    tenant: str | None = None
    feature: str | None = None


def plan(until: datetime, *, calls: int = CALLS, days: int = DAYS, seed: int = SEED) -> list[Moment]:
    """Oldest first."""
    rng = Random(seed)  # noqa: S311 - made-up calls need to repeat, not to be secret
    moments = [*_usual(rng, until, calls, days), *(each for rush in _rushes(until) for each in _rushed(rng, rush))]
    ordered = sorted(moments, key=lambda each: (each.at, each.number))
    return [each._replace(number=number) for number, each in enumerate(ordered)]


def asks(moments: Sequence[Moment], until: datetime, seed: int = SEED) -> Iterator[Ask]:
    """Each written when its turn comes."""
    for moment in moments:
        yield _ask(Random(f"{seed}/{moment.number}"), moment, until)  # noqa: S311 - as above


def _rushes(until: datetime) -> Iterator[Rush]:
    yield Rush(until - timedelta(hours=1), until, 50)
    yield Rush(until - _BAD_QUARTER, until, 14, FAILING)
    for stop in STOPS:
        yield Rush(stop.since(until), stop.until(until), 12, stop.tenant, stop.feature)
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    yield Rush(max(midnight, until - _LOOPS_FOR), until, HARD_BUDGET.calls, HARD_BUDGET.tenant, HANDBOOK)
    for outage in OUTAGES:
        yield Rush(outage.since(until), outage.until(until), 16)
    yield Rush(ONE_SENTENCE.since(until), ENDED.since(until), MORE_CALLS, feature=_ANSWERS)


def _usual(rng: Random, until: datetime, calls: int, days: int) -> list[Moment]:
    hours = [until - timedelta(hours=back) for back in range(days * 24, 0, -1)]
    weights = [_WEEKDAYS[hour.weekday()] * _HOURS[hour.hour] for hour in hours]
    starts = rng.choices(hours, cum_weights=list(accumulate(weights)), k=calls)
    return [_moment(rng, start + timedelta(seconds=rng.random() * 3599)) for start in starts]


def _rushed(rng: Random, rush: Rush) -> Iterator[Moment]:
    for _ in range(rush.calls):
        usual = _moment(rng, rush.since + rng.random() * (rush.until - rush.since))
        tenant = _TENANTS[rush.tenant] if rush.tenant else usual.tenant
        feature = _FEATURES[rush.feature] if rush.feature else usual.feature
        yield usual._replace(tenant=tenant, feature=feature)


def _moment(rng: Random, at: datetime) -> Moment:
    tenant = rng.choices(TENANTS, [each.weight for each in TENANTS])[0]
    feature = rng.choices(FEATURES, [each.weight for each in FEATURES])[0]
    return Moment(at, tenant, feature, rng.getrandbits(32))


def _ask(rng: Random, moment: Moment, until: datetime) -> Ask:
    at, tenant, feature, _ = moment
    person = rng.randrange(tenant.people)
    body = body_of(feature.slug, rng, has_prompts=at >= FIRST_RELEASE.since(until))
    return Ask(
        id=_id(rng, at),
        at=at,
        tenant=tenant.slug,
        feature=feature.slug,
        user=f"{NAMES[person % len(NAMES)]}{person // len(NAMES) or ''}@{tenant.domain}",
        session=f"{tenant.slug}-{at:%m%d}-{person}",
        body=_with_luck(rng, body, moment, until),
        patience=rng.uniform(0.05, 0.4) if rng.random() < 0.006 else None,
    )


def _with_luck(rng: Random, body: Body, moment: Moment, until: datetime) -> Body:
    """A warm cache, a provider that fails this time, or a name of a model that nobody serves."""
    simulated = body["x_simulate"]
    if rng.random() < moment.feature.cached:
        simulated["cached"] = round(rng.uniform(0.5, 0.9), 2)
    chance, is_failing = rng.random(), moment.tenant.slug == FAILING and moment.at > until - _BAD_QUARTER
    if chance < (0.35 if is_failing else 0.008):
        simulated["fault"] = "500"
    elif "sources" in body and chance > 0.95:
        simulated["fault"] = rng.choices(_UNGROUNDED, _HOW_OFTEN)[0]
    elif chance > 0.998:
        body["model"] = "gpt-4o-latest"
    return body


def _id(rng: Random, at: datetime) -> UUID:
    """A UUIDv7 of that moment, its random part repeatable."""
    noise = rng.getrandbits(74)
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | (noise & (1 << 62) - 1))
