"""Read the whole configuration from PostgreSQL. Blocking: run it in a thread."""

import hmac
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from math import inf
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection
from yarl import URL

from costs.models import PriceVersion
from costs.pricing import BadPrice
from gateway import models
from gateway.config import NO_CACHING, Api, Caching, Config, Feature, Key, Member, Model, Price, Provider, Route, Tenant
from gateway.dialects.openais_own import is_openais_own
from gateway.grounding.policy import OFF
from gateway.loading.budgets import load_budgets
from gateway.loading.prompts import load_prompts
from gateway.routing.triggers import Trigger
from tenants.models import ApiKey, Revision
from tenants.models import Feature as FeatureRow
from tenants.models import Tenant as TenantRow
from tenants.scope import ALL, scope
from tenants.secrets import Unreadable

log = logging.getLogger(__name__)

NOTHING: Final = Config()
_ANTHROPIC_VERSION: Final = "2023-06-01"

type Report = Callable[[str], None]


def load(at: datetime, before: Config) -> Config:
    # A thread of the pool keeps its connection between reads; one that died with the server must not fail the next.
    close_old_connections()
    try:
        with scope(ALL), connection.cursor() as cursor:
            # What is live is compiled in between: of hundreds of prompts that takes seconds, and no lock is held.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")
            return read(at, before)
    finally:
        close_old_connections()


def read(at: datetime, before: Config = NOTHING) -> Config:
    """The revision is read first: rows that change meanwhile are read again at the next comparison.

    `before`: what this process held until now, of which everything that cannot have changed is taken over.
    """
    revision = Revision.objects.get(name=Revision.Name.CONFIG)
    faults: list[str] = []
    # What points to others is read before them: what it points to is there then.
    keys, members = _key_rows(at), list(models.ChainMember.objects.order_by("chain", "position"))
    chains = _feature_chains()
    features = _features()
    routes = _routes(members, _models(at, faults.append))
    # Another database has other rows, be their ids the same.
    known = before.prompts if before.generation == revision.generation else {}
    prompts = load_prompts(faults.append, known)
    for fault in faults:
        log.warning("config.unreadable %s", fault)
    by_id, budgets = _keys(keys, features), load_budgets()
    told = tuple(faults)
    return Config(
        revision.number, revision.generation, by_id, features, routes, prompts, budgets, told, revision.mark, chains
    )


def _features() -> dict[str, Feature]:
    policies = {row.feature_id: row.as_policy() for row in models.Grounding.objects.all()}
    caches = {row.feature_id: Caching(row.seconds, row.generation) for row in models.ResponseCache.objects.all()}
    return {
        row.slug: Feature(
            row.pk,
            row.slug,
            policies.get(row.pk, OFF),
            row.safe_answer,
            caches.get(row.pk, NO_CACHING),
            row.is_own,
        )
        for row in FeatureRow.objects.only("slug", "safe_answer", "is_own")
    }


def _feature_chains() -> dict[tuple[UUID, UUID | None], str]:
    rows = models.FeatureChain.objects.values_list("feature_id", "tenant_id", "chain__slug")
    return {(feature, tenant): chain for feature, tenant, chain in rows}


def _key_rows(at: datetime) -> list[tuple[Any, ...]]:
    rows = ApiKey.objects.live(at=at).filter(kind=ApiKey.Kind.CALL)
    return list(rows.values_list("id", "secret_hash", "tenant_id", "environment", "feature_id", "expires_at"))


def _keys(rows: Iterable[tuple[Any, ...]], features: Mapping[str, Feature]) -> dict[str, Key]:
    tenants = {row.pk: _tenant(row) for row in TenantRow.objects.only("slug", "allowed_models", "max_calls")}
    by_id = {feature.id: feature for feature in features.values()}
    return {
        key_id: Key(
            bytes(secret_hash),
            tenants[tenant_id],
            environment,
            by_id[feature_id] if feature_id else None,
            expires_at.timestamp() if expires_at else inf,
        )
        for key_id, secret_hash, tenant_id, environment, feature_id, expires_at in rows
        if tenant_id in tenants and (feature_id is None or feature_id in by_id)
    }


def _tenant(row: TenantRow) -> Tenant:
    allowed = row.allowed_models
    return Tenant(row.pk, row.slug, None if allowed is None else frozenset(allowed), row.max_calls, row.is_operator)


def _models(at: datetime, report: Report) -> dict[UUID, Model]:
    rows = list(models.Model.objects.select_related("provider"))
    # Of several models one provider, whose faults are told once.
    declared = {row.provider_id: row.provider for row in rows}
    providers = {pk: _provider(row, report) for pk, row in declared.items()}
    prices = _prices({(row.provider.pricing_provider, row.upstream) for row in rows}, at, report)
    return {
        row.pk: Model(
            row.slug,
            row.upstream,
            providers[row.provider_id],
            prices[row.provider.pricing_provider, row.upstream],
            row.context_window,
        )
        for row in rows
    }


def _provider(row: models.Provider, report: Report) -> Provider:
    headers = {"Content-Type": "application/json"}
    try:
        api_key = row.api_key()
    except Unreadable as fault:
        report(f"the key of provider {row.slug}: {fault}")
        api_key = None
    api = Api(row.api)
    headers |= _headers_of(api, api_key)
    lacks_key = "" if api_key else row.api_key_env
    if lacks_key:
        report(f"provider {row.slug} has no key: {lacks_key} is not set in the gateway's environment")
    return Provider(
        row.slug,
        URL(row.base_url),
        headers,
        row.simulated,
        row.allow_private,
        lacks_key,
        api,
        row.has_responses,
        is_openais_own(row.base_url),
        _mark_of(api_key) if api_key else "",
        (api_key or "").encode(),
    )


def _headers_of(api: Api, api_key: str | None) -> dict[str, str]:
    if api is Api.ANTHROPIC:
        return {"anthropic-version": _ANTHROPIC_VERSION} | ({"x-api-key": api_key} if api_key else {})
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def _mark_of(api_key: str) -> str:
    """The same in every process; who knows no secret of this installation cannot try keys against it."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"breaker {api_key}".encode(), "sha256").hex()[:12]


def _prices(
    pairs: set[tuple[str, str]], at: datetime, report: Report
) -> defaultdict[tuple[str, str], tuple[Price, ...]]:
    rows = PriceVersion.objects.by_rank().filter(
        provider__in={provider for provider, _ in pairs}, model__in={model for _, model in pairs}
    )
    found: defaultdict[tuple[str, str], tuple[Price, ...]] = defaultdict(tuple)
    for pair, versions in groupby(rows, key=lambda row: (row.provider, row.model)):
        found[pair] = _that_may_win(list(versions), at, report)
    return found


def _that_may_win(ranked: list[PriceVersion], at: datetime, report: Report) -> tuple[Price, ...]:
    """Up to the first that has begun: what ranks behind that one never wins again."""
    prices = []
    for row in ranked:
        try:
            prices.append(Price(row.pk, row.valid_from.timestamp(), row.as_price_list()))
        except BadPrice as fault:
            report(f"price {row.pk} of {row}: {fault}")
            continue
        if row.valid_from <= at:
            break
    return tuple(prices)


def _routes(rows: Iterable[models.ChainMember], served: Mapping[UUID, Model]) -> dict[str, Route]:
    routes = {model.slug: Route(model.slug, (Member(model),)) for model in served.values()}
    members: defaultdict[UUID, list[Member]] = defaultdict(list)
    for row in rows:
        if row.model_id in served:
            member = Member(served[row.model_id], row.timeout_seconds, row.attempts, row.first_percent)
            members[row.chain_id].append(member)
    for chain in models.Chain.objects.all():
        if chain.pk in members:
            routes[chain.slug] = _route(chain, members[chain.pk])
    return routes


def _route(chain: models.Chain, members: list[Member]) -> Route:
    triggers = frozenset(map(Trigger, chain.triggers))
    return Route(chain.slug, tuple(members), chain.slug, chain.deadline_seconds, triggers, chain.max_hops)
