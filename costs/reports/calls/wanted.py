"""Which calls are asked for: every tag that a call bears can be named."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from costs.endusers import user_key
from costs.models import Call, EndUser
from costs.models.call import CallQuerySet
from costs.reports.within import within
from tenants.models import OPERATOR, Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is None asks for nothing."""

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
    # Of a quote that is made up, or stands in another source than it says.
    has_bad_quotes: bool | None = None
    price_match: str | None = None
    stop: UUID | None = None
    fallback: bool | None = None
    streamed: bool | None = None
    simulated: bool | None = None
    cost_at_least: Decimal | None = None
    latency_at_least: int | None = None

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
            "cost_usd__gte": self.cost_at_least,
            "latency_ms__gte": self.latency_at_least,
        }
        chosen = Q(**{field: value for field, value in named.items() if value is not None})
        tenants = within(None if self.tenant is None else [self.tenant])
        return Call.objects.filter(tenants, chosen, self._of_user(), self._of_the_console(), self._of_quotes())

    def _of_quotes(self) -> Q:
        """Of a call that was not grounded nobody knows: it is neither."""
        bad = Q(quotes_fabricated__gt=0) | Q(quotes_wrong_source__gt=0)
        good = Q(quotes_fabricated=0, quotes_wrong_source=0)
        return Q() if self.has_bad_quotes is None else bad if self.has_bad_quotes else good

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


def _tenants() -> list[UUID]:
    return list(Tenant.objects.values_list("pk", flat=True))
