"""What every view of the switches finds first: the target that is named, the stop that may be seen, who asks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from killswitch.lookups import find_target
from killswitch.models import Stop
from killswitch.models.stop import StopQuerySet
from killswitch.naming import NAMES, Misnamed, scope_of
from killswitch.permitting import check_may_change
from killswitch.scopes import SHARED, InFlight, Mode, Scope
from killswitch.services import Order
from killswitch.targets import Target
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import Invalid, NotAllowed, NotFound
from tenants.scope import ALL

_FIELDS = tuple(dict.fromkeys(name for names in NAMES.values() for name in names))


def origin_of(request: Request) -> Stop.Origin:
    """By a header that whoever likes may send: no more than a label."""
    return Stop.Origin.CLI if request.headers.get("X-AIOps-Client") == "cli" else Stop.Origin.API


def order_of(asked: Mapping[str, Any], target: Target, origin: Stop.Origin) -> Order:
    """As it was sent, and checked by its serializer."""
    return Order(
        target=target,
        reason=Stop.Reason(asked["reason"]),
        mode=Mode(asked["mode"]),
        in_flight=InFlight(asked["in_flight"]),
        drain_seconds=asked["drain_seconds"],
        note=asked["note"],
        message=asked["message"],
        expires_at=asked.get("expires_at"),
        review_at=asked.get("review_at"),
        origin=origin,
    )


def target_to_change(order: Mapping[str, Any], principal: Principal) -> Target:
    """Permitted first where it is over everybody: whoever may not learns no names."""
    named, scope = _named(order)
    if scope in SHARED:
        check_may_change(principal, scope, None)
        return _found(scope, named)
    target = _found(scope, named)
    check_may_change(principal, scope, target.tenant.pk if target.tenant else None)
    return target


def target_to_see(order: Mapping[str, Any], principal: Principal) -> Target:
    named, scope = _named(order)
    if scope in SHARED and principal.over(Permission.SWITCHES_READ) != ALL:
        raise NotAllowed(f"What is over everybody is for who has {Permission.SWITCHES_READ} over all tenants.")
    return _found(scope, named)


def visible(principal: Principal) -> StopQuerySet:
    seen: StopQuerySet = Stop.objects.visible_to(principal.over(Permission.SWITCHES_READ))
    return seen.select_related("tenant", "feature")


def find_stop(pk: UUID, principal: Principal) -> Stop:
    stop: Stop | None = visible(principal).filter(pk=pk).first()
    if stop is None:
        raise NotFound("There is no such stop that you may see.")
    return stop


def _named(order: Mapping[str, Any]) -> tuple[dict[str, str], Scope]:
    named = {name: order[name] for name in _FIELDS if name in order}
    try:
        return named, scope_of(named, order.get("scope"))
    except Misnamed as fault:
        raise Invalid("scope", str(fault)) from None


def _found(scope: Scope, named: Mapping[str, str]) -> Target:
    ref = next((value for name, value in named.items() if name != "tenant"), "")
    return find_target(scope, ref, tenant=named.get("tenant", ""))
