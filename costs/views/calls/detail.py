"""One call, opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from costs.models import Call
from costs.pricing import plain_text
from costs.reasons import HopReason
from costs.records import PriceMatch
from costs.reports.calls import OpenedCall, of_the_same_session, open_call
from costs.views.calls.limits import hard_budgets_over
from costs.views.calls.quoted import counts_of, quotes_of
from costs.views.calls.quoting import answer_of, has_broken_off, outcome_of, withheld_for
from costs.views.calls.versions import Label, labels_of
from costs.views.calls.waterfall import Timing, waterfall
from costs.views.calls.wording import PRICES, Word, advice_of
from gateway.grounding.verdict import Reason
from gateway.refusal_words import read_instead
from killswitch.models import Stop
from tenants.http import TenantRequest, may_everywhere, page
from tenants.models import Tenant
from tenants.permissions import Permission

# By what its caller was told when it broke off.
_BREAKS: Final = {
    "provider_error": HopReason.ERROR_EVENT,
    "invalid_json": HopReason.INVALID_JSON,
    "timeout": HopReason.TIMEOUT,
    "too_long": HopReason.TOO_LONG,
}
# Of its session so many are shown.
NEIGHBOURS: Final = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the cost, as its line says it."""

    label: str
    tokens: int | None
    cost: Decimal | None

    @property
    def exact(self) -> str:
        return "" if self.cost is None else plain_text(self.cost)


@dataclass(frozen=True, slots=True)
class Neighbour:
    call: Call
    is_this: bool

    @property
    def outcome(self) -> Word:
        return outcome_of(self.call)


@require_safe
@page(Permission.CALLS_READ)
def call_detail(request: TenantRequest, call_id: UUID) -> HttpResponse:
    opened = open_call(call_id)
    if opened is None:
        raise Http404
    knows_prompts = may_everywhere(request, Permission.PROMPTS_READ)
    at = datetime.now(UTC)
    context = {
        **_context(opened, knows_prompts=knows_prompts),
        "limits": hard_budgets_over(opened.call, reader=request.principal, at=at),
        "at": at,
    }
    return render(request, "costs/call_detail.html", context)


def _context(opened: OpenedCall, *, knows_prompts: bool) -> dict[str, Any]:
    call = opened.call
    return {
        "opened": opened,
        "call": call,
        "outcome": outcome_of(call),
        "answer": answer_of(call),
        "withheld_for": withheld_for(call),
        "read_instead": read_instead(call.refusal),
        "advice": advice_of(call.outcome, call.error_code),
        "stop": _stop(call, opened.tenant),
        "waterfall": waterfall(opened.billed_hops, _timing(call)),
        "quotes": quotes_of(call),
        "counts": counts_of(call),
        "quotes_in_all": sum(count.number for count in counts_of(call)),
        "cached_share": Decimal(call.cached_tokens) / call.input_tokens if call.cached_tokens else None,
        "uncached": None if call.cost_usd is None or not call.saved_usd else plain_text(call.cost_usd + call.saved_usd),
        "parts": _parts(opened),
        "total": "" if call.cost_usd is None else plain_text(call.cost_usd),
        "price_told": PRICES[PriceMatch(call.price_match)],
        "version": _version(call) if knows_prompts else None,
        "neighbours": _neighbours(call),
    }


def _timing(call: Call) -> Timing:
    is_grounded = call.sources_given is not None
    broke_off = _BREAKS.get(call.error_code, HopReason.DROP) if has_broken_off(call) else None
    return Timing(
        call.latency_ms,
        call.first_chunk_ms,
        call.is_relayed,
        is_grounded,
        call.refusal == Reason.INVALID_ANSWER,
        broke_off,
    )


def _parts(opened: OpenedCall) -> list[Part]:
    """Those that are there; of a call that cost nothing and used nothing, none."""
    return [Part(each.label, each.tokens, each.cost) for each in opened.components if each.tokens or each.cost]


def _stop(call: Call, tenant: Tenant) -> Stop | None:
    if call.stop_id is None:
        return None
    stops = Stop.objects.filter(Q(tenant=tenant) | Q(tenant=None), pk=call.stop_id)
    return stops.select_related("tenant", "feature").first()


def _version(call: Call) -> Label | None:
    return labels_of([call.prompt_version]).get(call.prompt_version)


def _neighbours(call: Call) -> Sequence[Neighbour]:
    found = of_the_same_session(call, NEIGHBOURS)
    return [Neighbour(each, each.id == call.id) for each in found] if len(found) > 1 else []
