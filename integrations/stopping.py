"""Stops reach the customers' systems too: asked before an action runs, and again right before a write is sent."""

from integrations.refusals import Stopped
from killswitch import scopes
from killswitch.models import Stop
from tenants.models import Feature, Tenant


def refuse_if_stopped(tenant: Tenant, feature: Feature | None, *, may_know_why: bool = False) -> None:
    """Read in the caller's transaction, right before what it lets pass: no snapshot that could be a second old."""
    targets = [scopes.EVERYTHING, scopes.tenant_key(tenant.pk)]
    if feature:
        targets += [scopes.feature_key(feature.pk), scopes.tenant_feature_key(tenant.pk, feature.pk)]
    stops = Stop.objects.active().filter(target__in=targets)
    # Twice an action, and seldom is there one: what it says is read only then.
    stop = stops.select_related("tenant", "feature").first() if stops.exists() else None
    if stop is None:
        return
    if not may_know_why:
        raise Stopped(stop.message)
    why = f"{stop.get_reason_display().lower()}, by {stop.made_by_label}, since {stop.made_at:%Y-%m-%d %H:%M} UTC"
    raise Stopped(f"AI is off for {stop.what} ({why}). Nothing was read or written.")
