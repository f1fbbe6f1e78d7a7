"""Calls one by one, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypedDict
from uuid import UUID

from django.db.models import Q

from aiops.lib import uuid7
from costs.endusers import user_key
from costs.models import Call, EndUser
from costs.pricing import plain_text
from tenants.models import Feature, Tenant

# Most who look want the last calls: the days further back are opened only when these have too few.
_LOOK_BACK: Final = (timedelta(days=1), timedelta(days=8), timedelta(days=60))
_BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)
_LAST: Final = UUID(int=2**128 - 1)
_NEWEST: Final = """
SELECT newest.* FROM unnest(%(tenants)s::uuid[]) AS wanted(tenant) CROSS JOIN LATERAL (
  SELECT * FROM costs_call WHERE tenant_id = wanted.tenant AND id >= %(first)s AND id < %(end)s{where}
  ORDER BY id DESC LIMIT %(limit)s
) AS newest
ORDER BY newest.id DESC LIMIT %(limit)s
"""


class SourceRow(TypedDict):
    id: str
    tokens: int
    cited: bool


class CallRow(TypedDict):
    """What other programs rely on: keep it stable."""

    id: UUID
    created_at: datetime
    tenant: str
    feature: str
    # As the caller sent it; null once it was forgotten.
    user: str | None
    session: str
    environment: str
    model: str
    provider: str
    prompt_version: str | None
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    # An exact decimal; null when the price is unknown.
    cost_usd: str | None
    outcome: str
    fallback: bool
    # Null when it never came to an end.
    latency_ms: int | None
    simulated: bool
    # From here on null where the call was not grounded.
    confidence: float | None
    quotes_verified: int | None
    quotes_near: int | None
    quotes_wrong_source: int | None
    quotes_fabricated: int | None
    sources_given: int | None
    sources_cited: int | None
    retrieved_tokens: int | None
    uncited_tokens: int | None
    # Why the answer was withheld; null when it was not.
    refusal: str | None
    sources: list[SourceRow] | None


def calls(
    *,
    at: datetime,
    tenant: UUID | None = None,
    feature: UUID | None = None,
    user: str | None = None,
    session: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    before: UUID | None = None,
    limit: int = 100,
) -> list[CallRow]:
    """`before`: the id of the last call already seen, to read on from."""
    tenants = [tenant] if tenant is not None else list(Tenant.objects.values_list("pk", flat=True))
    wanted: dict[str, object] = {"feature_id": feature, "session": session, "outcome": outcome}
    if user is not None:
        wanted["user_key"] = [user_key(pk, user) for pk in tenants]
    conditions = {name: value for name, value in wanted.items() if value is not None}
    return _as_rows(_newest(tenants, conditions, at=at, since=since, before=before, limit=limit))


def _newest(
    tenants: Sequence[UUID],
    conditions: Mapping[str, object],
    *,
    at: datetime,
    since: datetime | None,
    before: UUID | None,
    limit: int,
) -> list[Call]:
    oldest = since or _BEGINNING
    end = before or _LAST
    for span in _LOOK_BACK:
        if at - span <= oldest:
            break
        found = _read(tenants, conditions, uuid7.floor(at - span), end, limit)
        if len(found) == limit:
            return found
    return _read(tenants, conditions, uuid7.floor(oldest), end, limit)


def _read(tenants: Sequence[UUID], conditions: Mapping[str, object], first: UUID, end: UUID, limit: int) -> list[Call]:
    """Each tenant's newest by its own index, then the newest of those: no index holds all tenants' calls in order."""
    where = "".join(f" AND {name} = ANY(%({name})s)" for name in conditions)
    listed = {name: value if isinstance(value, list) else [value] for name, value in conditions.items()}
    values = {"tenants": list(tenants), "first": first, "end": end, "limit": limit, **listed}
    return list(Call.objects.raw(_NEWEST.format(where=where), values))


def _as_rows(found: Sequence[Call]) -> list[CallRow]:
    tenants = _slugs(Tenant, {call.tenant_id for call in found})
    features = _slugs(Feature, {call.feature_id for call in found})
    users = _labels(found)
    return [_as_row(call, tenants, features, users) for call in found]


def _slugs(model: type[Tenant] | type[Feature], keys: Iterable[UUID]) -> dict[UUID, str]:
    return dict(model.objects.filter(pk__in=list(keys)).values_list("pk", "slug"))


def _labels(found: Sequence[Call]) -> dict[tuple[UUID, UUID], str]:
    whose = Q(tenant_id__in={call.tenant_id for call in found}, key__in={call.user_key for call in found})
    return {
        (tenant, key): label
        for tenant, key, label in EndUser.objects.filter(whose).values_list("tenant", "key", "label")
    }


def _as_row(
    call: Call, tenants: dict[UUID, str], features: dict[UUID, str], users: dict[tuple[UUID, UUID], str]
) -> CallRow:
    return {
        "id": call.id,
        "created_at": call.created_at,
        "tenant": tenants.get(call.tenant_id, str(call.tenant_id)),
        "feature": features.get(call.feature_id, str(call.feature_id)),
        "user": users.get((call.tenant_id, call.user_key)),
        "session": call.session,
        "environment": call.environment,
        "model": call.model,
        "provider": call.provider,
        "prompt_version": call.prompt_version or None,
        "input_tokens": call.input_tokens,
        "cached_tokens": call.cached_tokens,
        "output_tokens": call.output_tokens,
        "cost_usd": None if call.cost_usd is None else plain_text(call.cost_usd),
        "outcome": call.outcome,
        "fallback": call.fallback,
        "latency_ms": call.latency_ms,
        "simulated": call.simulated,
        "confidence": None if call.confidence is None else float(call.confidence),
        "quotes_verified": call.quotes_verified,
        "quotes_near": call.quotes_near,
        "quotes_wrong_source": call.quotes_wrong_source,
        "quotes_fabricated": call.quotes_fabricated,
        "sources_given": call.sources_given,
        "sources_cited": call.sources_cited,
        "retrieved_tokens": call.retrieved_tokens,
        "uncited_tokens": call.uncited_tokens,
        "refusal": call.refusal or None,
        "sources": None
        if call.sources is None
        else [{"id": id_, "tokens": tokens, "cited": cited} for id_, tokens, cited in call.sources],
    }
