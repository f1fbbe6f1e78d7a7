from datetime import datetime
from typing import Any
from uuid import UUID

from killswitch import scopes, services
from killswitch.models import Stop
from killswitch.models.stop import GLASS
from killswitch.targets import Target
from tenants.actors import Actor, ActorKind
from tenants.models import Feature, Tenant

ANN = UUID(int=1)
BY_GLASS = Actor(ActorKind.SYSTEM, f"{GLASS}root@host", "break-glass: root@host", is_over_all=True)


def make_stop(tenant: Tenant, feature: Feature | None = None, *, by: Actor, at: datetime, **values: Any) -> Stop:
    return stop_at(Target.of(tenant, feature), by=by, at=at, **values)


def stop_at(target: Target, *, by: Actor, at: datetime, **values: Any) -> Stop:
    order = services.Order(target=target, **{"reason": Stop.Reason.LOOKING, **values})
    return services.stop(order, by=by, at=at).stop


def keys_of(tenant: Tenant, feature: Feature, user: UUID = ANN) -> tuple[str, ...]:
    """What the guard asks of a call."""
    return scopes.call_keys(tenant.pk, feature.pk, user)
