"""Which calls are asked for: every tag that a call bears can be named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q

from costs.endusers import user_key
from costs.models import Call, EndUser
from costs.models.call import CallQuerySet
from costs.records import Outcome, PriceMatch
from costs.reports.calls.conditions import GROUNDING, KEPT, NOT_KEPT, QUOTES, had_hop, ids_beginning
from costs.reports.within import within
from tenants.models import OPERATOR, Tenant

_OF_ROLLUPS: Final = ("tenant", "own", "feature", "environment", "model", "provider", "simulated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is None asks for nothing."""

    # The beginning of its id, of six digits at least.
    id: str | None = None
    tenant: UUID | None = None
    # Those that the console makes itself, as the built-in tenant.
    own: bool | None = None
    feature: UUID | None = None
    # As the caller sent it.
    user: str | None = None
    session: str | None = None
    environment: str | None = None
    model_asked: str | None = None
    model: str | None = None
    provider: str | None = None
    chain: str | None = None
    # Its hash, or the beginning of it.
    prompt_version: str | None = None
    outcomes: Collection[str] = ()
    error_code: str | None = None
    # Why a grounded answer was withheld.
    refusal: str | None = None
    # Answered, withheld or none, as `conditions` names it; and of its quotes at least one that is so.
    grounding: str | None = None
    quotes: str | None = None
    # One that is made up, or stands in another source than it says.
    has_bad_quotes: bool | None = None
    # Why an attempt failed, whatever came of the call.
    hop_reason: str | None = None
    price_version: UUID | None = None
    price_match: str | None = None
    stop: UUID | None = None
    fallback: bool | None = None
    # Its answer was one given before, to the same question.
    kept: bool | None = None
    streamed: bool | None = None
    simulated: bool | None = None
    estimated: bool | None = None
    cost_at_least: Decimal | None = None
    cost_at_most: Decimal | None = None
    latency_at_least: int | None = None
    latency_at_most: int | None = None
    first_chunk_at_least: int | None = None
    first_chunk_at_most: int | None = None
    # Input and output together.
    tokens_at_least: int | None = None
    tokens_at_most: int | None = None
    confidence_at_least: Decimal | None = None
    confidence_at_most: Decimal | None = None

    def rows(self) -> CallQuerySet:
        """Within the scope."""
        named = {
            "feature_id": self.feature,
            "session": self.session,
            "environment": self.environment,
            "model_asked": self.model_asked,
            "model": self.model,
            "provider": self.provider,
            "chain": self.chain,
            "prompt_version__startswith": self.prompt_version,
            "outcome__in": list(self.outcomes) or None,
            "error_code": self.error_code,
            "refusal": self.refusal,
            "price_match": self.price_match,
            "stop_id": self.stop,
            "fallback": self.fallback,
            "streamed": self.streamed,
            "simulated": self.simulated,
            "estimated": self.estimated,
            "price_version": self.price_version,
        }
        chosen = _given(named | self._ranges())
        tenants = within(None if self.tenant is None else [self.tenant])
        told = self._of_quotes() & self._of_the_unusual() & self._of_id()
        rows = Call.objects.alias(tokens=F("input_tokens") + F("output_tokens"))
        return rows.filter(tenants, chosen, self._of_user(), self._of_the_console(), told)

    def of_rollups(self) -> Q | None:
        """The same as a question to the roll-ups; None when they do not know."""
        known: dict[str, Any] = {name: getattr(self, name) for name in _OF_ROLLUPS}
        if self != Wanted(**known):
            return None
        named = {"feature_id": self.feature, "tenant_id": self.tenant}
        named |= {name: getattr(self, name) for name in ("environment", "model", "provider", "simulated")}
        return _given(named) & within(None if self.tenant is None else [self.tenant]) & self._of_the_console()

    def _ranges(self) -> dict[str, object]:
        return {
            "cost_usd__gte": self.cost_at_least,
            "cost_usd__lte": self.cost_at_most,
            "latency_ms__gte": self.latency_at_least,
            "latency_ms__lte": self.latency_at_most,
            "first_chunk_ms__gte": self.first_chunk_at_least,
            "first_chunk_ms__lte": self.first_chunk_at_most,
            "tokens__gte": self.tokens_at_least,
            "tokens__lte": self.tokens_at_most,
            "confidence__gte": self.confidence_at_least,
            "confidence__lte": self.confidence_at_most,
        }

    def _of_quotes(self) -> Q:
        asked = [QUOTES[self.quotes]] if self.quotes else []
        if self.has_bad_quotes is not None:
            asked.append(QUOTES["bad" if self.has_bad_quotes else "good"])
        if self.grounding:
            asked.append(GROUNDING[self.grounding])
        return Q(*asked)

    def _of_the_unusual(self) -> Q:
        """Said once more in the words of the index that holds just the calls that this can be true of."""
        asked = []
        if self.error_code or self.stop:
            asked.append(~Q(outcome=Outcome.OK))
        if self.price_match == PriceMatch.UNPRICED:
            asked.append(Q(cost_usd=None))
        if self.hop_reason:
            asked.append(had_hop(self.hop_reason))
        if self.kept is not None:
            asked.append(KEPT if self.kept else NOT_KEPT)
        return Q(*asked)

    def _of_id(self) -> Q:
        if self.id is None:
            return Q()
        first, last = ids_beginning(self.id)
        return Q(id__gte=first, id__lte=last)

    def _of_the_console(self) -> Q:
        if self.own is None:
            return Q()
        operator = Tenant.objects.filter(slug=OPERATOR).values_list("pk", flat=True).first()
        return Q(tenant_id=operator) if self.own else ~Q(tenant_id=operator)

    def _of_user(self) -> Q:
        """With each tenant the same id has another key; who was forgotten is found with any."""
        if self.user is None:
            return Q()
        if self.tenant is not None:
            return Q(tenant_id=self.tenant, user_key=user_key(self.tenant, self.user))
        # Few have heard of one person: naming these lets the index answer, and leaves the other tenants' keys alone.
        known = list(EndUser.objects.filter(label=self.user).values_list("tenant_id", "key"))
        found = known or [(tenant, user_key(tenant, self.user)) for tenant in _tenants()]
        return Q(tenant_id__in={tenant for tenant, _ in found}, user_key__in={key for _, key in found})


def _given(named: Mapping[str, object]) -> Q:
    return Q(**{field: value for field, value in named.items() if value is not None})


def _tenants() -> list[UUID]:
    return list(Tenant.objects.values_list("pk", flat=True))
