"""Stops reach the customers' systems too: asked before an action runs, and again right before a write is sent."""

from dataclasses import dataclass
from uuid import UUID

from integrations.refusals import Stopped
from killswitch import scopes
from killswitch.models import Stop
from killswitch.scopes import STRICTNESS, Mode
from tenants.models import Feature, Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """Who asks which system, for whom: what could stop it."""

    tenant: Tenant
    feature: Feature | None
    connection: UUID
    # As calls have it; None when nobody is named.
    user: UUID | None
    # Reads pass a stop that is read only.
    writes: bool
    # Less than the share that a rule's stop admits: it passes.
    draw: int
    may_know_why: bool
    # To others the operator's people have no names.
    may_know_who: bool

    @property
    def targets(self) -> list[str]:
        tenant = self.tenant.pk
        targets = [scopes.EVERYTHING, scopes.tenant_key(tenant), scopes.connection_key(self.connection)]
        if self.feature:
            targets += [scopes.feature_key(self.feature.pk), scopes.tenant_feature_key(tenant, self.feature.pk)]
        return [*targets, scopes.user_key(tenant, self.user)] if self.user else targets


def refuse_if_stopped(asks: Asks) -> None:
    """Read in the caller's transaction, right before what it lets pass: no snapshot that could be a second old."""
    stops = Stop.objects.active().filter(target__in=asks.targets).filter(admits__lte=asks.draw)
    if not asks.writes:
        stops = stops.exclude(mode=Mode.READ_ONLY)
    # Twice an action, and seldom is there one: what it says is read only then.
    found = list(stops.select_related("tenant", "feature")) if stops.exists() else []
    if not found:
        return
    stop = max(found, key=lambda each: STRICTNESS[each.mode])
    raise Stopped(_why(stop, asks) if asks.may_know_why else stop.message, stop.pk, stop.mode)


def _why(stop: Stop, asks: Asks) -> str:
    nothing = "Nothing was written" if stop.mode == Mode.READ_ONLY else "Nothing was read or written"
    who = stop.made_by_label if asks.may_know_who else stop.maker
    why = f"{stop.get_reason_display().lower()}, by {who}, since {stop.made_at:%Y-%m-%d %H:%M} UTC"
    return f"AI is off for {stop.what} ({why}). {nothing}."
