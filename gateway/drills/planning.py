"""When a chain is tried out by itself."""

from datetime import datetime

from django.db import transaction

from gateway.drills.starting import NoDrillNow, end_lost, start_drill
from gateway.models import Chain, ChainDrill, DrillPlan
from tenants import audit
from tenants.actors import SYSTEM, Actor
from tenants.queueing import QueueAway
from tenants.refusals import Invalid


def plan_drills(chain: Chain, *, every: str, hour: int, by: Actor, at: datetime) -> DrillPlan | None:
    """`every`: day, week, or empty for never. `hour`: of UTC."""
    if every not in ("", *DrillPlan.Every.values):
        raise Invalid("every", f"{every!r}; allowed are {', '.join(DrillPlan.Every.values)}, and nothing for never.")
    if not 0 <= hour <= 23:
        raise Invalid("hour", f"{hour} must be from 0 to 23.")
    with transaction.atomic():
        before = DrillPlan.objects.select_for_update().filter(chain=chain).first()
        if _is_same(before, every, hour):
            return before
        facts = {"before": _told(before), "after": {"every": every, "hour": hour} if every else {}}
        audit.append_to_installation(actor=by, action="chain.drill_planned", object=chain.slug, payload=facts, at=at)
        if not every:
            DrillPlan.objects.filter(chain=chain).delete()
            return None
        values = {"every": every, "hour": hour, "since": at}
        return DrillPlan.objects.update_or_create(chain=chain, defaults=values)[0]


def start_due(*, at: datetime) -> list[ChainDrill]:
    """What cannot be tried out just now is tried at the next look."""
    end_lost(at=at)
    started = []
    for plan in DrillPlan.objects.select_related("chain"):
        if _is_due(plan, at):
            try:
                started.append(start_drill(plan.chain, scheduled=True, by=SYSTEM, at=at))
            except (NoDrillNow, QueueAway):
                continue
    return started


def _is_due(plan: DrillPlan, at: datetime) -> bool:
    slot = plan.last_due(at=at)
    drills = ChainDrill.objects.filter(chain=plan.chain_id, scheduled=True, started_at__gte=slot)
    return slot >= plan.since and not drills.exists()


def _is_same(plan: DrillPlan | None, every: str, hour: int) -> bool:
    return (plan.every, plan.hour) == (every, hour) if plan else not every


def _told(plan: DrillPlan | None) -> dict[str, object]:
    return {"every": plan.every, "hour": plan.hour} if plan else {}
