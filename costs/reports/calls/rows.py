"""A call as other programs get it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Q

from costs.grounding import Quote
from costs.hops import Hop
from costs.models import Call, EndUser
from costs.pricing import plain_text
from costs.reasons import was_asked
from costs.reports.calls.one import OpenedCall
from tenants.models import Feature, Tenant


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
    prompt_choice: str | None
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


def as_rows(found: Sequence[Call]) -> list[CallRow]:
    tenants = _slugs(Tenant, {call.tenant_id for call in found})
    features = _slugs(Feature, {call.feature_id for call in found})
    users = labels(found)
    return [_as_row(call, tenants, features, users) for call in found]


def _slugs(model: type[Tenant] | type[Feature], keys: Iterable[UUID]) -> dict[UUID, str]:
    return dict(model.objects.filter(pk__in=list(keys)).values_list("pk", "slug"))


def labels(found: Sequence[Call]) -> dict[tuple[UUID, UUID], str]:
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
        "prompt_choice": call.prompt_choice or None,
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


def as_opened_row(opened: OpenedCall) -> dict[str, Any]:
    """As in a list, and all the rest of it."""
    call, price = opened.call, opened.price
    (row,) = as_rows([call])
    return {
        **row,
        "model_asked": call.model_asked,
        "chain": call.chain,
        "error_code": call.error_code,
        "finish_reason": call.finish_reason,
        "first_chunk_ms": call.first_chunk_ms,
        "streamed": call.streamed,
        "estimated": call.estimated,
        "stop": call.stop_id,
        "cache_write_tokens": call.cache_write_tokens,
        "reasoning_tokens": call.reasoning_tokens,
        "audio_input_tokens": call.audio_input_tokens,
        "audio_output_tokens": call.audio_output_tokens,
        "cost": [
            {"component": part.name, "tokens": part.tokens, "cost_usd": _exact(part.cost)} for part in opened.components
        ],
        "saved_usd": _exact(call.saved_usd),
        "price_match": call.price_match,
        "price": price
        and {
            "id": price.pk,
            "provider": price.provider,
            "model": price.model,
            "valid_from": price.valid_from,
            "source": price.source,
        },
        "hops": [_as_hop(hop) for hop in opened.billed_hops],
        "quotes": None if call.quotes is None else [Quote(*fields)._asdict() for fields in call.quotes],
    }


def _as_hop(hop: Hop) -> dict[str, Any]:
    bill = hop.bill and {
        "input_tokens": hop.bill.input_tokens,
        "output_tokens": hop.bill.output_tokens,
        "cost_usd": _exact(hop.bill.cost),
        "estimated": hop.bill.is_estimated,
    }
    return {**hop._asdict(), "asked": was_asked(hop.reason), "bill": bill}


def _exact(amount: Decimal | None) -> str | None:
    return None if amount is None else plain_text(amount)
