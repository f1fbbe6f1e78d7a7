from datetime import datetime
from typing import Any

from killswitch import services
from killswitch.models import Stop
from tenants.actors import Actor
from tenants.models import Tenant


def make_stop(tenant: Tenant, *, by: Actor, at: datetime, **values: Any) -> Stop:
    order = {"reason": Stop.Reason.LOOKING, "blast_radius": {}, **values}
    return services.stop(tenant=tenant, by=by, at=at, **order).stop
