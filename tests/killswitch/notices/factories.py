from datetime import datetime
from typing import Any

from killswitch.models import Channel, Notice
from killswitch.notices import channels, claiming, sending
from tenants.actors import SYSTEM
from tenants.models import Tenant


def make_channel(tenant: Tenant, address: str, *, at: datetime, **values: Any) -> Channel:
    """To a receiver on this machine, unless it says where else."""
    is_here = address.startswith("http://127.")
    kind = Channel.Kind.EMAIL if "@" in address else Channel.Kind.WEBHOOK
    given = {"name": "Ops", "kind": kind, "address": address, "allow_private": is_here, **values}
    return channels.add(tenant, channels.Draft(**given), is_over_all=True, by=SYSTEM, at=at)


def deliver(at: datetime) -> None:
    """As the sweep does, at that moment."""
    for road in claiming.due_roads(at=at):
        sending.deliver(road, clock=lambda: at)


def states() -> list[tuple[str, str]]:
    """Of all notices, oldest first."""
    return list(Notice.objects.order_by("id").values_list("kind", "state"))
