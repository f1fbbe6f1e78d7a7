"""What processes hold in force that PostgreSQL does not know: people decide, nothing else does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from killswitch.models import Release, Stop
from killswitch.services.order import Order
from killswitch.services.stopping import StopResult, stop
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Revision, Tenant
from tenants.refusals import Conflict


def adopt(order: Order, *, by: Actor, at: datetime) -> StopResult:
    """Make it a stop like any other, under the id that processes hold it by."""
    if order.id is not None and Stop.objects.filter(pk=order.id).exists():
        raise Conflict("PostgreSQL knows this stop by now.")
    return stop(order, by=by, at=at)


def release(stop_id: UUID, *, target: str, facts: Mapping[str, Any], by: Actor, note: str, at: datetime) -> Release:
    """Let calls through that only processes still hold back."""
    with revisions.changing(Revision.Name.STOPS):
        revision = revisions.bump(Revision.Name.STOPS)
        if Stop.objects.filter(pk=stop_id).exists():
            raise Conflict("PostgreSQL knows this stop by now: lift it as any other.")
        operator = Tenant.objects.operator()
        payload = {"stop": str(stop_id), "target": target, "note": note, "revision": revision, **facts}
        audit.append(operator.pk, actor=by, action="stop.released", object=target, payload=payload, at=at)
        made, _ = Release.objects.get_or_create(
            stop_id=stop_id, defaults={"target": target, "released_at": at, "released_by": by.label, "note": note}
        )
        push.after_commit(Revision.Name.STOPS, number=revision)
    return made
