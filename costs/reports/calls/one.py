"""One call, opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Q

from aiops.lib import uuid7
from costs.hops import Bill, Hop
from costs.models import Call, EndUser, PriceVersion
from costs.reasons import HopReason
from costs.records import Outcome
from costs.reports.within import within
from tenants.models import Feature, Tenant

# Of an only attempt that nobody wrote down.
_ENDS: Final = {str(Outcome.OK): (200, ""), str(Outcome.PROVIDER_ERROR): (0, "drop")}
# A session is looked for so far on either side of its call.
_SESSION: Final = timedelta(hours=12)


def hops_of(call: Call) -> tuple[Hop, ...]:
    """Its attempts. A single one that answered is not written down apart: the call tells it."""
    if call.hops:
        return tuple(map(Hop.parse, call.hops))
    if not call.model:
        return ()
    if call.attempt_ms is not None:
        return (Hop(call.model, call.provider, 200, call.attempt_ms, "", call.asked_ms),)
    status, reason = _ENDS.get(call.outcome, (0, HopReason.CUT))
    return (Hop(call.model, call.provider, status, call.latency_ms or 0, reason),)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of what it cost; `tokens` is None for what is not counted in tokens."""

    name: str
    label: str
    tokens: int | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class OpenedCall:
    call: Call
    tenant: Tenant
    # None when it was removed since.
    feature: Feature | None
    # As the caller sent it; empty once it was forgotten.
    user: str
    price: PriceVersion | None

    @property
    def hops(self) -> tuple[Hop, ...]:
        return hops_of(self.call)

    @property
    def billed_hops(self) -> tuple[Hop, ...]:
        """A call of one attempt bears the bill itself; of several an older gateway wrote down none."""
        hops, call = self.hops, self.call
        has_used = call.input_tokens or call.output_tokens or call.cost_usd
        if len(hops) != 1 or hops[0].bill is not None or not has_used:
            return hops
        return (hops[0]._replace(bill=Bill(call.input_tokens, call.output_tokens, call.cost_usd, call.estimated)),)

    @property
    def components(self) -> tuple[Component, ...]:
        """They add up to the cost, to the last digit."""
        call = self.call
        plain = call.input_tokens - call.cached_tokens - call.cache_write_tokens
        return (
            Component("input", "Input", plain, call.cost_input),
            Component("cached", "Input from the cache", call.cached_tokens, call.cost_cached),
            Component("cache_write", "Input written to the cache", call.cache_write_tokens, call.cost_cache_write),
            Component("output", "Output", call.output_tokens, call.cost_output),
            Component("fee", "Fee of the call", None, call.cost_fee),
        )


def open_call(key: UUID) -> OpenedCall | None:
    """Within the scope; not there and not yours are one."""
    call = Call.objects.filter(within(None), id=key).first()
    if call is None:
        return None
    tenant = Tenant.objects.get(pk=call.tenant_id)
    known = EndUser.objects.of(tenant).filter(key=call.user_key).first()
    return OpenedCall(
        call=call,
        tenant=tenant,
        feature=Feature.objects.filter(pk=call.feature_id).first(),
        user=known.label if known else "",
        price=PriceVersion.objects.filter(pk=call.price_version).first() if call.price_version else None,
    )


def of_the_same_session(call: Call, most: int) -> Sequence[Call]:
    """In the order in which they were made, this one among them; nearest to it when there are more."""
    if not call.session:
        return [call]
    around = Q(session=call.session)
    early, late = uuid7.floor(call.created_at - _SESSION), uuid7.floor(call.created_at + _SESSION)
    rows = Call.objects.filter(around, tenant_id=call.tenant_id)
    before = list(rows.filter(id__gte=early, id__lt=call.id).order_by("-id")[:most])
    after = list(rows.filter(id__gt=call.id, id__lt=late).order_by("id")[:most])
    half = most // 2
    taken = before[: max(half, most - len(after))]
    return [*reversed(taken), call, *after[: most - len(taken)]]
