"""What only processes hold: what people call it, and the stop like any other that it would make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from killswitch import services
from killswitch.guard import ActiveStop
from killswitch.lookups.targets import target_of
from killswitch.models import Stop
from killswitch.scopes import InFlight, Mode
from killswitch.services import Held, Order
from killswitch.targets import Target, wider_keys
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import Invalid, NotFound
from tenants.scope import ALL


@dataclass(frozen=True, slots=True)
class Found:
    """`is_adoptable`: what it stops is there, and may be stopped."""

    held: Held
    what: str
    is_adoptable: bool

    @property
    def reason(self) -> str:
        code = self.held.stop.reason
        return Stop.Reason(code).label if code in Stop.Reason else code

    @property
    def is_releasable(self) -> bool:
        """One for safety, privacy or law that is adoptable is adopted, and then lifted by a second person."""
        return not (self.held.is_careful and self.is_adoptable)

    @property
    def takes_two(self) -> bool:
        return self.held.is_careful and self.is_releasable


def found(*, at: datetime) -> Iterator[Found]:
    for each in services.held():
        yield _found(each, at)


def held_over(target: Target, principal: Principal, *, at: datetime) -> Iterator[Found]:
    """What refuses its calls, or those of its parts, whatever PostgreSQL says of it: as far as whoever asks may know.

    What is over everybody, and which processes hold one, is the operator's affair.
    """
    sees_all = principal.over(Permission.SWITCHES_READ) == ALL
    keys = {target.key, *(wider_keys(target.scope, target.tenant, target.feature) if sees_all else ())}
    for each in services.held():
        if each.stop.target in keys or each.stop.target.startswith(f"{target.key}/"):
            yield _found(each if sees_all else replace(each, processes=(), review=None), at)


def _found(held: Held, at: datetime) -> Found:
    return Found(held, what_of(held), adoption_of(held, at=at) is not None)


def what_of(held: Held) -> str:
    """What people call it; its key when it is no more."""
    try:
        return target_of(held.stop.target).label
    except NotFound:
        return held.stop.target


def adoption_of(held: Held, *, at: datetime) -> Order | None:
    """None: it cannot be a stop like any other."""
    try:
        order = order_of(held.stop)
        order.check(at)
    except (NotFound, Invalid):
        return None
    return order


def order_of(
    held: ActiveStop,
    *,
    note: str = "",
    origin: Stop.Origin = Stop.Origin.CONSOLE,
    evidence: Mapping[str, Any] | None = None,
) -> Order:
    """To make of a stop that only processes hold one like any other. Raises NotFound."""
    return Order(
        id=held.id,
        target=target_of(held.target),
        reason=Stop.Reason(held.reason) if held.reason in Stop.Reason else Stop.Reason.LOOKING,
        mode=Mode(held.mode),
        in_flight=InFlight(held.in_flight),
        drain_seconds=held.drain_seconds,
        note=note,
        message=held.message,
        origin=origin,
        evidence=evidence or {},
    )
