"""A month of calls that never were, as their gateways would have recorded them. Pure; the same seed, the same month."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final
from uuid import UUID

from aiops.demo.cast import (
    CHAIN,
    FAILING,
    FEATURES,
    FIRST_RELEASE,
    LARGE,
    PROMPT_GREW,
    PROVIDER,
    SMALL,
    TENANTS,
    CastFeature,
    CastTenant,
)
from costs.pricing import NOTHING, Cost, PriceList, cost_of
from costs.records import Finished, Hop, Opened, Outcome, PriceMatch
from costs.usage import Usage

# This month so far, and the same days of the month before.
DAYS: Final = 62
# Since when one feature sends prompts twice as long.
GREW_DAYS: Final = 8
CALLS: Final = 20_000
SEED: Final = 20_26
# Monday to Sunday, and midnight to eleven at night in UTC: an operator of office people.
_WEEKDAYS: Final = (1.0, 1.06, 1.08, 1.04, 0.94, 0.42, 0.34)
_HOURS: Final = (2, 1, 1, 1, 2, 4, 8, 16, 26, 32, 34, 32, 28, 31, 34, 33, 29, 23, 16, 12, 9, 7, 5, 3)
# Extra calls in the last hour, so that pages show calls a minute at whatever hour the demo starts.
_BUSY_SHARE: Final = 0.006
_NOTHING_USED: Final = Usage()


@dataclass(frozen=True, slots=True)
class Price:
    version: UUID
    prices: PriceList


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop in force, as its calls record it."""

    id: UUID
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What the month refers to: ids by slug, prices by model (absent: unpriced), stops by tenant and feature."""

    tenants: Mapping[str, UUID]
    features: Mapping[str, UUID]
    prices: Mapping[str, Price]
    stops: Mapping[tuple[str, str | None], Pause]
    # Versions by the feature whose calls name them since the release.
    prompts: Mapping[str, str]
    until: datetime

    def stop_of(self, tenant: str, feature: str, at: datetime) -> Pause | None:
        for key in ((tenant, None), (tenant, feature)):
            stop = self.stops.get(key)
            if stop is not None and at >= stop.since:
                return stop
        return None

    def prompt_of(self, feature: str, at: datetime) -> str | None:
        return self.prompts.get(feature) if at >= FIRST_RELEASE.since(self.until) else None


def history(scene: Scene, *, calls: int = CALLS, days: int = DAYS, seed: int = SEED) -> Iterator[Finished]:
    """Oldest first."""
    rng = random.Random(seed)  # noqa: S311 - made-up calls need to repeat, not to be secret
    moments = _moments(rng, scene.until, calls, days)
    tenants = rng.choices(TENANTS, [tenant.weight for tenant in TENANTS], k=len(moments))
    features = rng.choices(FEATURES, [feature.weight for feature in FEATURES], k=len(moments))
    for at, tenant, feature in zip(moments, tenants, features, strict=True):
        yield _call(rng, scene, at, tenant, feature)


def _moments(rng: random.Random, until: datetime, calls: int, days: int) -> list[datetime]:
    busy = int(calls * _BUSY_SHARE)
    hours = [until - timedelta(hours=back) for back in range(days * 24, 0, -1)]
    weights = [_WEEKDAYS[hour.weekday()] * _HOURS[hour.hour] for hour in hours]
    starts = rng.choices(hours, cum_weights=list(accumulate(weights)), k=calls - busy)
    last = [hours[-1]] * busy
    return sorted(start + timedelta(seconds=rng.random() * 3599) for start in [*starts, *last])


def _call(rng: random.Random, scene: Scene, at: datetime, tenant: CastTenant, feature: CastFeature) -> Finished:
    opened = _opened(rng, scene, at, tenant, feature)
    stop = scene.stop_of(tenant.slug, feature.slug, at)
    if stop is not None:
        return _unasked(opened, Outcome.STOPPED, error_code=stop.reason, stop_id=stop.id)
    chance = rng.random()
    if chance < 0.003:
        return _unasked(opened, Outcome.REFUSED, error_code="tenant_busy")
    if chance < 0.003 + _error_rate(scene, at, tenant):
        return _failed(rng, opened)
    return _answered(rng, scene, at, opened, feature, is_cancelled=chance > 0.994)


def _error_rate(scene: Scene, at: datetime, tenant: CastTenant) -> float:
    """One tenant has a bad quarter of an hour, and it is now."""
    recent = at > scene.until - timedelta(minutes=15)
    return 0.3 if recent and tenant.slug == FAILING else 0.009


def _opened(rng: random.Random, scene: Scene, at: datetime, tenant: CastTenant, feature: CastFeature) -> Opened:
    model = SMALL if feature.asks == CHAIN else feature.asks
    price = scene.prices.get(model)
    person = rng.randrange(tenant.people)
    return Opened(
        id=_id(rng, at),
        tenant=scene.tenants[tenant.slug],
        feature=scene.features[feature.slug],
        user=f"{_NAMES[person % len(_NAMES)]}{person // len(_NAMES) or ''}@{tenant.domain}",
        session=f"{tenant.slug}-{at:%m%d}-{person}",
        environment="staging" if rng.random() < 0.04 else "production",
        model_asked=feature.asks,
        chain=CHAIN if feature.asks == CHAIN else "",
        prompt_version=scene.prompt_of(feature.slug, at),
        model=model,
        provider=PROVIDER,
        estimated_input_tokens=feature.prompt,
        price_version=price.version if price else None,
        simulated=True,
        streamed=feature.streamed,
    )


def _unasked(opened: Opened, outcome: Outcome, *, error_code: str, stop_id: UUID | None = None) -> Finished:
    """Ended before a provider was asked, so it cost nothing."""
    asked_none = opened._replace(chain="", model="", provider="", estimated_input_tokens=0, price_version=None)
    return Finished(
        call=asked_none,
        outcome=outcome,
        model="",
        provider="",
        usage=_NOTHING_USED,
        cost=NOTHING,
        price_version=None,
        price_match=PriceMatch.NOTHING_ASKED,
        hops=(),
        latency_ms=1,
        first_chunk_ms=None,
        error_code=error_code,
        stop_id=stop_id,
    )


def _failed(rng: random.Random, opened: Opened) -> Finished:
    """Nobody answered, and nobody charges for that."""
    waited = rng.randrange(180, 2400)
    ended = _unasked(opened, Outcome.PROVIDER_ERROR, error_code="no_model_answered")
    hop = Hop(opened.model, PROVIDER, 500, waited, "500")
    return ended._replace(call=opened, model=opened.model, provider=PROVIDER, hops=(hop,), latency_ms=waited + 3)


def _answered(
    rng: random.Random, scene: Scene, at: datetime, opened: Opened, feature: CastFeature, *, is_cancelled: bool
) -> Finished:
    hops, model = _hops(rng, opened)
    usage = _usage(rng, scene, at, feature)
    cost, version = _priced(scene, model, usage)
    first = int(rng.lognormvariate(5.9, 0.3))
    served = first + int(usage.output_tokens * rng.uniform(6, 11))
    spent_before = sum(hop.ms for hop in hops)
    return Finished(
        call=opened,
        outcome=Outcome.CANCELLED if is_cancelled else Outcome.OK,
        model=model,
        provider=PROVIDER,
        usage=usage,
        cost=cost,
        price_version=version,
        price_match=PriceMatch.EXACT if cost else PriceMatch.UNPRICED,
        hops=(*hops, Hop(model, PROVIDER, 200, served, "")),
        latency_ms=spent_before + served,
        first_chunk_ms=spent_before + first if opened.streamed else None,
        fallback=bool(hops),
        finish_reason="" if is_cancelled else "stop",
    )


def _hops(rng: random.Random, opened: Opened) -> tuple[tuple[Hop, ...], str]:
    """What was tried in vain before, and who answered."""
    if opened.chain and rng.random() < 0.02:
        return (Hop(SMALL, PROVIDER, 429, rng.randrange(40, 160), "429"),), LARGE
    return (), opened.model


def _usage(rng: random.Random, scene: Scene, at: datetime, feature: CastFeature) -> Usage:
    grown = feature.slug == PROMPT_GREW and at > scene.until - timedelta(days=GREW_DAYS)
    prompt = int(feature.prompt * (2 if grown else 1) * rng.lognormvariate(0, 0.3))
    # Providers cache prompts of 1,024 tokens and more, in steps of 128.
    warm = rng.random() < feature.cached and prompt >= 1024
    cached = int(prompt * rng.uniform(0.5, 0.9)) // 128 * 128 if warm else 0
    return Usage(prompt, cached, 0, max(1, int(feature.answer * rng.lognormvariate(0, 0.45))))


def _priced(scene: Scene, model: str, usage: Usage) -> tuple[Cost | None, UUID | None]:
    price = scene.prices.get(model)
    return (cost_of(usage, price.prices), price.version) if price else (None, None)


def _id(rng: random.Random, at: datetime) -> UUID:
    """A UUIDv7 of that moment, its random part repeatable."""
    noise = rng.getrandbits(74)
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | (noise & (1 << 62) - 1))


_NAMES: Final = (
    "ana.silva",
    "ben.okafor",
    "carla.weber",
    "dmitri.ivanov",
    "elif.kaya",
    "farid.haddad",
    "grace.lin",
    "henrik.dahl",
    "ines.moreau",
    "jonas.berg",
    "keiko.mori",
    "lars.nygaard",
    "mei.tan",
    "nadia.rossi",
    "omar.aziz",
    "petra.novotna",
    "quinn.avery",
    "rosa.jimenez",
    "samir.patel",
    "tova.lindqvist",
)
