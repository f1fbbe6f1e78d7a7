"""Calls one by one, newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypedDict
from uuid import UUID

from django.db.models import Q

from costs.endusers import user_key
from costs.models import Call, CallQuerySet, EndUser
from costs.pricing import plain_text
from costs.reports.within import within
from tenants.models import Feature, Tenant

# Most who look want the last calls: the days further back are opened only when these have too few.
_LOOK_BACK: Final = (timedelta(days=1), timedelta(days=8), timedelta(days=60))


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
    chosen = Call.objects.filter(within(None if tenant is None else [tenant]))
    exact = {"feature_id": feature, "session": session, "outcome": outcome, "id__lt": before}
    chosen = chosen.filter(**{name: value for name, value in exact.items() if value is not None})
    if user is not None:
        chosen = chosen.filter(user_key__in=_keys(user, tenant))
    return _as_rows(_newest(chosen, at, since, limit))


def _newest(chosen: CallQuerySet, at: datetime, since: datetime | None, limit: int) -> list[Call]:
    ordered = chosen.order_by("-id")
    for span in _LOOK_BACK:
        if since is not None and since >= at - span:
            break
        found = list(ordered.since(at - span)[:limit])
        if len(found) == limit:
            return found
    return list((ordered.since(since) if since is not None else ordered)[:limit])


def _keys(user: str, tenant: UUID | None) -> list[UUID]:
    tenants = [tenant] if tenant is not None else Tenant.objects.values_list("pk", flat=True)
    return [user_key(pk, user) for pk in tenants]


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
    }
