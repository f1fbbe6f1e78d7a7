from collections.abc import Mapping
from datetime import datetime
from typing import Any

from killswitch import services
from killswitch.models import Plan, Stop
from killswitch.targets import Target
from tenants.actors import Actor


def make_plan(target: Target, *, starts_at: datetime, by: Actor, **values: Any) -> Plan:
    lasts = values.pop("lasts", None)
    order = services.Order(target=target, **{"reason": Stop.Reason.MAINTENANCE, **values})
    return services.plan(order, starts_at=starts_at, lasts=lasts, by=by)


def no_blast(target: Target, *, at: datetime) -> Mapping[str, Any]:
    return {}


def start_due(at: datetime) -> int:
    """As the sweep does, at that moment."""
    return services.start_due(no_blast, at=at)
